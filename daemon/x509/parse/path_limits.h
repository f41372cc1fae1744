/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Every limit of path building and validation: the unit in the name, the reason beside it. What a
 * certificate set can cost is their product; each is far above what public and measured hostile
 * sets need.
 */

/* --- one certificate, before a library parses it (outline.h) --- */

/* In DER: ten times the usual. 66 KB are enough for 32 s of a libcrypto's CPU. */
#define PATH_CERTIFICATE_BYTES 16384
/* Issuer or subject: some copies of it are made for each relative distribution point. */
#define PATH_NAME_BYTES 1024
/* Distribution points; certificates have one or two. */
#define PATH_POINTS_COUNT 32
/* Extensions: public ones have about ten, and libraries look for duplicates pairwise. */
#define PATH_EXTENSIONS_COUNT 64
/* An OID's content: text of it is made in quadratic time. */
#define PATH_OID_BYTES 128
/* Constructed values within each other; certificates need ten or so. */
#define PATH_NESTING_COUNT 24
/* Values in one certificate, so that no small one becomes a large structure. */
#define PATH_VALUES_COUNT 8192
/* An RSA modulus: 15,360 bits take 1.4 ms to verify with. */
#define PATH_RSA_BITS 8192
/* An RSA exponent: beyond it, time grows with it. 65,537 has 17. */
#define PATH_RSA_EXPONENT_BITS 64

/* --- one question --- */

/* Certificates that came along, the end entity included: 35 intermediates are the most that
 * BetterTLS needs. */
#define PATH_CANDIDATES_COUNT 65
/* Anchors that could end one of its paths. */
#define PATH_ANCHORS_COUNT 64
/* Certificates in one path, both ends included. */
#define PATH_CERTIFICATES_COUNT 16
/* Steps of the search: what needs more has no path, or too many. */
#define PATH_NODES_COUNT 5000
/* Complete paths that are held against the rules, which takes microseconds each. */
#define PATH_JUDGED_COUNT 64
/* DER of those, each time anew: names and constraints of large ones take a millisecond. */
#define PATH_JUDGED_BYTES 262144
/* Complete paths whose signatures are verified: BetterTLS needs five. */
#define PATH_VERIFIED_COUNT 8
/* Signatures that are verified: one of P-384 takes a millisecond. */
#define PATH_SIGNATURES_COUNT 32

/* --- what is remembered from one question to the next (memory.h) --- */

/* Certificates of accepted paths, roots included: a power of two. */
#define MEMORY_SETS_COUNT 64
#define MEMORY_WAYS_COUNT 8
/* Their DER; parsed, each takes several times that. */
#define MEMORY_BYTES 1048576
/* Verified signatures: a power of two. */
#define MEMORY_LINKS_COUNT 1024

/* --- trust stores (store.h), read from the administrator's files --- */

/* Anchors in one store: public ones have 150. */
#define STORE_ANCHORS_COUNT 4096
/* One file of anchors; Debian's has 220 KB. */
#define STORE_FILE_BYTES 16777216
