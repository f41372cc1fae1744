/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The file of recorded requests: a sample of requests with their outcomes, which `certnamed
 * --trial` asks again under another policy. It is a sequence of records, each a header and the
 * payload of the request; numbers are big-endian:
 *
 *     offset  bytes  field
 *          0      4  "CNR1"
 *          4      4  length of the whole record, header included
 *          8      8  time of the answer in seconds of Unix time
 *         16      4  uid of the client
 *         20      4  class of the client (settings.h)
 *         24      4  outcome of the verdict (enum verdict_outcome); 0 for an error too
 *         28      4  flags, enum record_flags
 *         32     32  code, as in note.h, filled up with NUL; the last byte is a NUL
 *         64     32  name of the socket at which the client asked, likewise
 *         96         payload (VerifyRequest)
 *
 * Each record is appended in one write. The last one may be cut off after a crash of the host; a
 * reader stops there.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/limits.h"

#define RECORD_HEADER_BYTES 96
#define RECORD_CODE_BYTES   32

enum record_flags {
    RECORD_HIT = 1 << 0,      /* the request was answered from the cache */
    RECORD_ERROR = 1 << 1,    /* the reply was an error and no verdict */
    RECORD_REPORTED = 1 << 2, /* a rule that is only reported would have refused */
};

struct record {
    uint32_t length;
    uint64_t time_s;
    uint32_t uid;
    uint32_t client_class;
    uint32_t outcome;
    uint32_t flags;
    char code[RECORD_CODE_BYTES];         /* with a NUL at its end, as the next one */
    char socket[LIMIT_SOCKET_NAME_BYTES]; /* the name of the socket at which the client asked */
};

/* Writes the header of a record whose payload has n_payload bytes. record->length is not used. */
void record_write(uint8_t out[static RECORD_HEADER_BYTES], const struct record *record,
                  size_t n_payload);

enum record_status {
    RECORD_CUT_OFF = 0, /* the bytes end before the record does */
    RECORD_WHOLE,       /* header and payload are complete */
    RECORD_FOREIGN,     /* the bytes are not a record, or the payload is over LIMIT_FRAME_BYTES */
};

/*
 * Reads the record at the beginning of n bytes. With RECORD_WHOLE *record is filled in; the payload
 * follows the header, and the next record begins record->length bytes after this one.
 */
enum record_status record_read(struct record *record, const uint8_t *data, size_t n);
