/* SPDX-License-Identifier: MIT */
#pragma once

/* Limits on CRLs and OCSP responses, which are untrusted input if they come from a request. */

/* The most certificates of a path, its anchor included. Real paths are less than half as long. */
#define REVOCATION_PATH_COUNT 16

/*
 * The most bytes of one CRL in a request: a frame holds 192 KiB, and the path has to fit into it
 * too.
 */
#define CRL_REQUEST_BYTES 131072
/* The most CRLs in one request: one for each issuer of the longest path. */
#define CRL_REQUEST_COUNT 16
/*
 * The most bytes of a file of CRLs, and of one CRL in it, which is as far as der.h reads. Public
 * authorities split larger ones.
 */
#define CRL_FILE_BYTES 16777215
/* The most CRLs from files in one set: some authorities split theirs into more than a hundred. */
#define CRL_FILE_COUNT 4096
/* The most octets of a CRL number, RFC 5280 section 5.2.3. */
#define CRL_NUMBER_BYTES 20
/*
 * The most names of one distribution point, and the most points of a certificate, of which each
 * pair is compared. Real ones have one or two.
 */
#define CRL_POINT_NAMES_COUNT 16
/* The size of the name that messages have for a CRL's file. */
#define CRL_ORIGIN_BYTES 96

/*
 * The most signatures of CRLs that one question may use, remembered ones included: one for each
 * certificate of the longest path. A question that needs more is refused.
 */
#define CRL_SIGNATURES_COUNT 16

/* The most bytes of a stapled response. A usual one with its responder's certificate has 2 KiB. */
#define OCSP_BYTES 65536
/* The most certificates of a response that are tried as that of its signer. One is usual. */
#define OCSP_RESPONDERS_COUNT 4
/* The largest clock skew that may be set, in seconds. A clock that is off by more than a day is
 * wrong. */
#define REVOCATION_SKEW_S 86400
/* The longest time in seconds for which a response without nextUpdate may be used: a year. */
#define OCSP_AGE_S 31536000

/*
 * The seconds after the latest moment that CRLite's data covers for which "good" counts: as long as
 * Firefox uses filters that are not updated.
 */
#define REVOCATION_CRLITE_S 864000

/*
 * The most bits of an RSA key. With a larger one a signature costs milliseconds, and none is in
 * use.
 */
#define REVOCATION_RSA_BITS 8192
/* The least security bits of a responder's key. RSA with 2,048 bits has that many. */
#define REVOCATION_SECURITY_BITS 112
