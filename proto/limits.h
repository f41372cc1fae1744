/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The limits that the protocol promises (PROTOCOL.md), each with its unit and its reason. The
 * daemon's own limits are in daemon/limits.h.
 */

/* --- requests --- */

/* Bytes of a frame with its header: 64 certificates of the usual 2 KiB and a name fit, with room to
 * spare. */
#define LIMIT_FRAME_BYTES 196608
/* References in one request, any one of which suffices: the names of one service, not a
 * directory. */
#define LIMIT_REFERENCES_COUNT 16
/* Trust anchors, and CRLs, in one request. */
#define LIMIT_ANCHORS_COUNT 16
#define LIMIT_CRLS_COUNT    16
/* Certificates in one request: as many intermediates as path building can ever need. */
#define LIMIT_CERTIFICATES_COUNT 64
/* Bytes of one certificate in DER: twenty times the usual, and more than one with 1,000 names
 * has. Only hostile ones have been larger. */
#define LIMIT_CERTIFICATE_BYTES 32768
/* Bytes of a reference as it is sent. U-labels in UTF-8 are never longer than this where their
 * A-labels have 253 octets, and a SPIFFE ID has 2,048 bytes at most. */
#define LIMIT_REFERENCE_BYTES 2048

/* --- replies --- */

/* Bytes of a reply with its header. A client closes the connection rather than read a longer one.
 */
#define LIMIT_REPLY_BYTES 32768
/* Bytes of the text of an error reply. */
#define LIMIT_ERROR_TEXT_BYTES 512
/* Bytes of a refusal with its header: it is sent to senders of rubbish too, and written to logs. */
#define LIMIT_REFUSAL_BYTES 4096
/* Presented identities shown in a verdict; further ones are counted. */
#define LIMIT_PRESENTED_SHOWN_COUNT 32
/* Failures in one verdict, and as many that are only reported. */
#define LIMIT_FAILURES_COUNT 8
/* Bytes of a failure's code. */
#define LIMIT_CODE_BYTES 64
/* Certificates in a path: end entity, intermediates and anchor. */
#define LIMIT_PATH_COUNT 16

/* --- decoding --- */

/* Bytes of memory that a decoded message may take: protobuf-c can turn one byte into sixty. */
#define LIMIT_DECODED_BYTES 1048576
/* Allocations that decoding one message may make: 64 certificates, 64 presented identities and
 * their parts. */
#define LIMIT_DECODED_ALLOCATIONS_COUNT 512
