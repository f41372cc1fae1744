/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a file of recorded requests, as a trial reads it: each record lies within
 * the file.
 */

#include <string.h>

#include "daemon/ipc/record.h"
#include "proto/limits.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    uint8_t written[RECORD_HEADER_BYTES];
    struct record record;
    size_t at = 0;

    while (at < n && record_read(&record, data + at, n - at) == RECORD_WHOLE) {
        fuzz_must(record.length >= RECORD_HEADER_BYTES && record.length <= n - at &&
                      record.length - RECORD_HEADER_BYTES <= LIMIT_FRAME_BYTES,
                  "a record lies within the file");
        record_write(written, &record, record.length - RECORD_HEADER_BYTES);
        fuzz_must(memcmp(written, data + at, sizeof(written)) == 0,
                  "a header reads as it is written");
        fuzz_must(strlen(record.code) < sizeof(record.code) &&
                      strlen(record.socket) < sizeof(record.socket),
                  "code and socket end");
        at += record.length;
    }
    return 0;
}
