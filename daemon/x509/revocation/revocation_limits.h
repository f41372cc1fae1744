/* SPDX-License-Identifier: MIT */
#pragma once

/* What revocation material may cost. Material from a request is as hostile as its certificates. */

/* Certificates of a path, anchor included: no real one is half as long. */
#define REVOCATION_PATH_COUNT 16

/* One CRL in a request: a frame holds 192 KiB, and the path has to fit beside it. */
#define CRL_REQUEST_BYTES 131072
/* CRLs in one request: one for each issuer of the longest path. */
#define CRL_REQUEST_COUNT 16
/* One file of CRLs, and one CRL: what der.h reads. Public authorities cut larger ones into parts.
 */
#define CRL_FILE_BYTES 16777215
/* CRLs of one set from files: some authorities cut theirs into a hundred and more pieces. */
#define CRL_FILE_COUNT 4096
/* Octets of a CRL number, RFC 5280 section 5.2.3. */
#define CRL_NUMBER_BYTES 20
/* Names of one distribution point, and points of a certificate, that are compared pairwise: real
 * ones have one or two. */
#define CRL_POINT_NAMES_COUNT 16
/* The name of the file that a CRL came from, as far as it is shown. */
#define CRL_ORIGIN_BYTES 96

/* Signatures of CRLs that one question looks at, remembered or not: one for each certificate of the
 * longest path. What needs more is refused. */
#define CRL_SIGNATURES_COUNT 16

/* A stapled response: a usual one with its responder's certificate has 2 KiB. */
#define OCSP_BYTES 65536
/* Certificates in a response that are tried as the responder's: one is usual. */
#define OCSP_RESPONDERS_COUNT 4
/* How far a responder's clock may be said to be off, in seconds: more than a day is no skew. */
#define OCSP_SKEW_S 86400

/* RSA keys beyond it cost milliseconds a signature and are nowhere in use. */
#define REVOCATION_RSA_BITS 8192
/* Below it a responder's key is weak: RSA of 2,048 bits has 112. */
#define REVOCATION_SECURITY_BITS 112
