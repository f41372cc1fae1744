/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The limits that the protocol promises (PROTOCOL.md), each with its unit and its reason. The
 * daemon's own limits are in daemon/limits.h.
 */

/* --- requests --- */

/*
 * The most bytes of a request frame, its header included: 64 certificates of the usual 2 KiB and a
 * name fit, with room to spare.
 */
#define LIMIT_FRAME_BYTES 196608
/*
 * The most references in one request, of which one has to match. They are meant for the few names
 * of one service.
 */
#define LIMIT_REFERENCES_COUNT 16
/* The most trust anchors, and the most CRLs, in one request. */
#define LIMIT_ANCHORS_COUNT 16
#define LIMIT_CRLS_COUNT    16
/* The most certificates in one request: as many intermediates as path building can ever need. */
#define LIMIT_CERTIFICATES_COUNT 64
/*
 * The most bytes of one certificate in DER: twenty times the usual, and more than a certificate
 * with 1,000 names has. Only hostile certificates have been larger.
 */
#define LIMIT_CERTIFICATE_BYTES 32768
/*
 * The largest number of names in a request that has names instead of certificates. A certificate
 * for a hundred hosts fits, and so does the decoded request.
 */
#define LIMIT_NAMES_COUNT 200
/*
 * The most bytes of a reference. A SPIFFE ID has at most 2,048 bytes. A host name in U-labels and
 * UTF-8 is shorter, since its A-labels have at most 253 octets.
 */
#define LIMIT_REFERENCE_BYTES 2048

/* --- replies --- */

/*
 * The most bytes of a reply frame, its header included. A client closes the connection rather than
 * read a longer one.
 */
#define LIMIT_REPLY_BYTES 32768
/* The most bytes of the text in an error reply. */
#define LIMIT_ERROR_TEXT_BYTES 512
/*
 * The most bytes of a reply frame that refuses, its header included: it goes to senders of garbage
 * too, and into logs.
 */
#define LIMIT_REFUSAL_BYTES 4096
/* The most presented identities in a verdict; the others are only counted. */
#define LIMIT_PRESENTED_SHOWN_COUNT 32
/* The most failures in one verdict, and the most failures that are only reported. */
#define LIMIT_FAILURES_COUNT 8
/* The most bytes of a failure's code. */
#define LIMIT_CODE_BYTES 64
/* The most certificates in a path: end entity, intermediates and anchor. */
#define LIMIT_PATH_COUNT 16

/* --- decoding --- */

/*
 * The most bytes of memory for one decoded message: protobuf-c can need sixty times as much memory
 * as a message has bytes.
 */
#define LIMIT_DECODED_BYTES 1048576
/*
 * The most allocations for decoding one message: 64 certificates, 64 presented identities and their
 * parts.
 */
#define LIMIT_DECODED_ALLOCATIONS_COUNT 512
