/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The limits of path building and validation. The name of each ends in its unit, the comment gives
 * its reason. Together they bound what one question can cost; each is far above what public
 * certificates need.
 */

/* --- one certificate, before a library parses it (outline.h) --- */

/* A certificate in DER; most have a twentieth, one with 1,000 names has 22 KB. */
#define PATH_CERTIFICATE_BYTES 32768
/* Issuer or subject: libcrypto copies it for each relative distribution point. */
#define PATH_NAME_BYTES 1024
/* CRL distribution points; certificates have one or two. */
#define PATH_POINTS_COUNT 32
/* Extensions: public certificates have about ten, and libraries seek duplicates pairwise. */
#define PATH_EXTENSIONS_COUNT 64
/* The content of an OID: libcrypto converts it to text in quadratic time. */
#define PATH_OID_BYTES 128
/* The depth of constructed values; certificates need about ten. */
#define PATH_NESTING_COUNT 24
/* DER values in one certificate, so that a small one cannot become a large structure in memory. */
#define PATH_VALUES_COUNT 8192
/* An RSA modulus: verifying with 15,360 bits takes 1.4 ms. */
#define PATH_RSA_BITS 8192
/* An RSA exponent: 65,537 has 17 bits; verifying takes longer with longer ones. */
#define PATH_RSA_EXPONENT_BITS 64

/* --- one question --- */

/* Presented certificates, the end entity included: BetterTLS needs 35 intermediates. */
#define PATH_CANDIDATES_COUNT 65
/* Anchors that could end a path. */
#define PATH_ANCHORS_COUNT 64
/* Certificates in one path, both ends included. */
#define PATH_CERTIFICATES_COUNT 16
/* Steps of the search for paths. */
#define PATH_NODES_COUNT 5000
/* Complete paths that are checked against the rules, which takes microseconds each. */
#define PATH_JUDGED_COUNT 64
/* Bytes of DER in these paths, counted again for each: large names and constraints take a
 * millisecond. */
#define PATH_JUDGED_BYTES 262144
/* Complete paths whose signatures are verified: BetterTLS needs five. */
#define PATH_VERIFIED_COUNT 8
/* Signatures that are verified: one of P-384 takes a millisecond. */
#define PATH_SIGNATURES_COUNT 32

/* --- the cache of issuers (issuer_cache.h) --- */

/* Sets, a power of two, and certificates in each set. */
#define ISSUER_CACHE_SETS_COUNT 64
#define ISSUER_CACHE_WAYS_COUNT 8
/* Bytes of memory that the parsed certificates in the cache may take, as outline.h estimates them:
 * a quarter of what a verifier has for everything. 512 usual issuers take 10 MiB. */
#define ISSUER_CACHE_BYTES 16777216
/* Verified signatures, a power of two. */
#define ISSUER_CACHE_LINKS_COUNT 1024

/* --- trust stores (store.h), read from the administrator's files --- */

/* Anchors in one store: public ones have 150. */
#define STORE_ANCHORS_COUNT 4096
/* Bytes in one file of anchors; Debian's has 220 KB. */
#define STORE_FILE_BYTES 16777216
