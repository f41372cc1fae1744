/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The frame: a fixed header, then a payload. Length, version, kind and tag are in the header, so
 * that the front never reads a payload, and equal questions have equal payloads.
 *
 *     offset  bytes  field
 *          0      4  length of the whole frame, header included, big-endian
 *          4      1  version, FRAME_VERSION
 *          5      1  kind, enum frame_kind
 *          6      2  reserved, zero
 *          8      8  tag, chosen by the client, returned unchanged
 *
 * These functions work on bytes in memory and allocate nothing. PROTOCOL.md describes the protocol.
 */

#include <stddef.h>
#include <stdint.h>

#define FRAME_HEADER_BYTES 16
#define FRAME_VERSION      1

enum frame_kind {
    FRAME_KIND_NONE = 0,
    FRAME_KIND_VERIFY = 1,         /* payload: VerifyRequest */
    FRAME_KIND_STATUS = 2,         /* no payload */
    FRAME_KIND_METRICS = 3,        /* no payload */
    FRAME_KIND_RELOAD = 4,         /* no payload */
    FRAME_KIND_HELLO = 5,          /* no payload */
    FRAME_KIND_VERDICT = 129,      /* payload: Verdict */
    FRAME_KIND_STATUS_TEXT = 130,  /* payload: JSON */
    FRAME_KIND_METRICS_TEXT = 131, /* payload: OpenMetrics */
    FRAME_KIND_RELOADED = 132, /* payload: a byte, 0 (done) or 1 (refused), and a text in UTF-8 */
    FRAME_KIND_HELLO_REPLY = 133, /* payload: Hello */
    FRAME_KIND_ERROR = 255,       /* payload: Error */
};

struct frame_header {
    uint32_t length;
    uint8_t version;
    uint8_t kind;
    uint16_t reserved;
    uint64_t tag;
};

enum frame_status {
    FRAME_NEED_MORE = 0, /* the frame is not complete yet */
    FRAME_COMPLETE,      /* the frame is complete */
    FRAME_TOO_LARGE,     /* the header has a length over the limit */
    FRAME_TOO_SHORT,     /* the header has a length below FRAME_HEADER_BYTES */
};

/*
 * Reads the header at the beginning of a stream, of which n bytes have arrived. *header is zeroed
 * first, and filled in if n is at least FRAME_HEADER_BYTES, whatever the result. Only the length is
 * checked; the caller checks version, kind and reserved bytes. Returns FRAME_NEED_MORE until the
 * whole frame has arrived.
 */
enum frame_status frame_peek(struct frame_header *header, const uint8_t *data, size_t n,
                             size_t limit);

/*
 * Writes a header for a payload of n_payload bytes. The caller ensures that the whole frame is not
 * longer than LIMIT_FRAME_BYTES (a request) or LIMIT_REPLY_BYTES (a reply).
 */
void frame_write_header(uint8_t out[static FRAME_HEADER_BYTES], uint8_t kind, uint64_t tag,
                        size_t n_payload);
