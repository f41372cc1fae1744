/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The record: a sample of requests as they came, with what became of them, to be asked again under
 * another policy. A file of records one after the other, each a header and the request's payload,
 * all numbers big-endian:
 *
 *     offset  bytes  field
 *          0      4  "CNR1"
 *          4      4  length of the whole record, header included
 *          8      8  when it was answered, in seconds of Unix time
 *         16      4  uid of the asker
 *         20      4  class of the asker (settings.h)
 *         24      4  outcome of the verdict (enum verdict_outcome); 0 also with an error
 *         28      4  flags, enum record_flags
 *         32     64  code: what note.h calls so, filled up with NUL; the last byte is one
 *         96         payload (VerifyRequest)
 *
 * Each is appended in one write. The last may be cut off where the host went down: a reader stops
 * there.
 */

#include <stddef.h>
#include <stdint.h>

#define RECORD_HEADER_BYTES 96
#define RECORD_CODE_BYTES   64

enum record_flags {
    RECORD_HIT = 1 << 0,      /* answered from the cache */
    RECORD_ERROR = 1 << 1,    /* no verdict: an error */
    RECORD_REPORTED = 1 << 2, /* something would have been refused and is only reported */
};

struct record {
    uint32_t length;
    uint64_t time_s;
    uint32_t uid;
    uint32_t client_class;
    uint32_t outcome;
    uint32_t flags;
    char code[RECORD_CODE_BYTES]; /* ends in NUL */
};

/* Writes a header for n_payload bytes, which sets the length. */
void record_write(uint8_t out[static RECORD_HEADER_BYTES], const struct record *record,
                  size_t n_payload);

enum record_status {
    RECORD_CUT_OFF = 0, /* less than a record is there */
    RECORD_WHOLE,       /* header and payload are there */
    RECORD_FOREIGN,     /* this is no record, or one of more than LIMIT_FRAME_BYTES of payload */
};

/* Looks at the first n bytes of what is left of a file. With RECORD_WHOLE *record is filled in, the
 * payload follows its header, and the next record begins after `length` bytes. */
enum record_status record_read(struct record *record, const uint8_t *data, size_t n);
