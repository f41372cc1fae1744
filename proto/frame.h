/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The frame: a fixed header, then a payload. It carries length, version, kind and tag, so that
 * whoever moves frames never looks into a payload, and equal questions have equal payload bytes.
 *
 *     offset  bytes  field
 *          0      4  length of the whole frame, header included, big-endian
 *          4      1  version, FRAME_VERSION
 *          5      1  kind, enum frame_kind
 *          6      2  reserved, zero
 *          8      8  tag, chosen by the asker, returned unchanged
 *
 * Functions here own bytes, not descriptors, and allocate nothing. See PROTOCOL.md.
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
    FRAME_KIND_VERDICT = 129,      /* payload: Verdict */
    FRAME_KIND_STATUS_TEXT = 130,  /* payload: JSON */
    FRAME_KIND_METRICS_TEXT = 131, /* payload: OpenMetrics */
    FRAME_KIND_RELOADED = 132,     /* payload: one byte, 0 or 1 (refused), and a text in UTF-8 */
    FRAME_KIND_ERROR = 255,        /* payload: Error */
};

struct frame_header {
    uint32_t length;
    uint8_t version;
    uint8_t kind;
    uint16_t reserved;
    uint64_t tag;
};

enum frame_status {
    FRAME_NEED_MORE = 0, /* not all of the frame is there yet */
    FRAME_COMPLETE,      /* the whole frame is there */
    FRAME_TOO_LARGE,     /* the header is there and asks for more than the limit */
    FRAME_TOO_SHORT,     /* the header is there and its length is less than a header's */
};

/*
 * Looks at the first n bytes of a stream. From FRAME_HEADER_BYTES on the header is filled in,
 * whatever the answer; before that it is zeroed. Nothing but the length is judged: version and kind
 * are the caller's.
 */
enum frame_status frame_peek(struct frame_header *header, const uint8_t *data, size_t n,
                             size_t limit);

/* Writes a header for n_payload bytes of payload. The caller keeps within LIMIT_FRAME_BYTES. */
void frame_write_header(uint8_t out[static FRAME_HEADER_BYTES], uint8_t kind, uint64_t tag,
                        size_t n_payload);
