/* SPDX-License-Identifier: MIT */
#pragma once

/* Limits on revocation material, which is untrusted input if it comes from a request. */

/* Certificates of a path with its anchor. Real paths are less than half as long. */
#define REVOCATION_PATH_COUNT 16

/* Bytes of one CRL in a request: a frame holds 192 KiB, and the path has to fit beside it. */
#define CRL_REQUEST_BYTES 131072
/* CRLs in one request: one for each issuer of the longest path. */
#define CRL_REQUEST_COUNT 16
/* Bytes of a file of CRLs and of one CRL, as far as der.h reads. Public authorities partition
 * larger ones. */
#define CRL_FILE_BYTES 16777215
/* CRLs in one set from files: some authorities partition theirs into over a hundred. */
#define CRL_FILE_COUNT 4096
/* Octets of a CRL number, RFC 5280 section 5.2.3. */
#define CRL_NUMBER_BYTES 20
/* Names of one distribution point, and points of a certificate, that are compared pairwise. Real
 * ones have one or two. */
#define CRL_POINT_NAMES_COUNT 16
/* Bytes of the name of a CRL's file in messages. */
#define CRL_ORIGIN_BYTES 96

/* Signatures of CRLs that one question may use, remembered ones included: one for each certificate
 * of the longest path. A question that needs more is refused. */
#define CRL_SIGNATURES_COUNT 16

/* Bytes of a stapled response. A usual one with its responder's certificate has 2 KiB. */
#define OCSP_BYTES 65536
/* Certificates in a response that are tried as the responder's. One is usual. */
#define OCSP_RESPONDERS_COUNT 4
/* The largest clock skew that may be set, in seconds. A clock that is off by more than a day is
 * wrong. */
#define REVOCATION_SKEW_S 86400
/* The longest time for which a response without nextUpdate may be used, in seconds: a year. */
#define OCSP_AGE_S 31536000

/* The largest RSA key. Larger ones cost milliseconds for a signature and are not in use. */
#define REVOCATION_RSA_BITS 8192
/* The least security bits of a responder's key, which RSA with 2,048 bits has. */
#define REVOCATION_SECURITY_BITS 112
