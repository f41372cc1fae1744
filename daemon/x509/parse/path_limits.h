/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The limits of path building and validation. The name of each ends in its unit; the comment gives
 * the reason. Together they limit what one question can cost. Each is far above what public
 * certificates need.
 */

/* --- one certificate, before a library parses it (outline.h) --- */

/*
 * The most bytes of a certificate in DER. Most have a twentieth of that; one with 1,000 names has
 * 22 KB.
 */
#define PATH_CERTIFICATE_BYTES 32768
/*
 * The most bytes of the issuer's or subject's name: libcrypto copies it for each relative
 * distribution point.
 */
#define PATH_NAME_BYTES 1024
/* The most CRL distribution points; certificates have one or two. */
#define PATH_POINTS_COUNT 32
/*
 * The most extensions: public certificates have about ten, and libraries compare each pair in their
 * search for duplicates.
 */
#define PATH_EXTENSIONS_COUNT 64
/* The most content octets of an OID: libcrypto converts it to text in quadratic time. */
#define PATH_OID_BYTES 128
/* The deepest nesting of constructed values; certificates need about ten levels. */
#define PATH_NESTING_COUNT 24
/*
 * The most DER values in one certificate, so that a small certificate cannot become a large
 * structure in memory.
 */
#define PATH_VALUES_COUNT 8192
/* The most bits of an RSA modulus: verifying with 15,360 bits takes 1.4 ms. */
#define PATH_RSA_BITS 8192
/*
 * The most bits of an RSA exponent: 65,537 has 17 bits; with a longer one verifying takes longer.
 */
#define PATH_RSA_EXPONENT_BITS 64

/* --- one question --- */

/* The most presented certificates, the end entity included: BetterTLS needs 35 intermediates. */
#define PATH_CANDIDATES_COUNT 65
/* The most anchors at which a path could end. */
#define PATH_ANCHORS_COUNT 64
/* The most certificates in one path, end entity and anchor included. */
#define PATH_CERTIFICATES_COUNT 16
/* The most steps of the search for paths. */
#define PATH_NODES_COUNT 5000
/* The most complete paths that are checked against the rules, which takes microseconds for each. */
#define PATH_JUDGED_COUNT 64
/*
 * The most bytes of DER in the paths that are checked, counted again for each path: large names and
 * constraints take a millisecond.
 */
#define PATH_JUDGED_BYTES 262144
/* The most complete paths whose signatures are verified: BetterTLS needs five. */
#define PATH_VERIFIED_COUNT 8
/* The most signatures that are verified: one of P-384 takes a millisecond. */
#define PATH_SIGNATURES_COUNT 32

/* --- the cache of issuers (issuer_cache.h) --- */

/* The number of sets, which is a power of two, and of certificates in each set. */
#define ISSUER_CACHE_SETS_COUNT 64
#define ISSUER_CACHE_WAYS_COUNT 8
/*
 * The most bytes of memory for the parsed certificates in the cache, as estimated by outline.h: a
 * quarter of what a verifier has for everything. 512 usual issuers take 10 MiB.
 */
#define ISSUER_CACHE_BYTES 16777216
/* The number of verified signatures that are remembered, a power of two. */
#define ISSUER_CACHE_LINKS_COUNT 1024

/* --- trust stores (store.h), read from the administrator's files --- */

/* The most anchors in one store; public stores have 150. */
#define STORE_ANCHORS_COUNT 4096
/* The most bytes of one file of anchors; Debian's has 220 KB. */
#define STORE_FILE_BYTES 16777216
