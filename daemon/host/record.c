/* SPDX-License-Identifier: MIT */
#include "daemon/host/record.h"

#include <string.h>

#include "proto/limits.h"

#define MAGIC       "CNR1"
#define MAGIC_BYTES 4

static void write_be(uint8_t *out, size_t n, uint64_t value)
{
    for (size_t i = n; i > 0; i--) {
        out[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

static uint64_t read_be(const uint8_t *data, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | data[i];
    return value;
}

void record_write(uint8_t out[static RECORD_HEADER_BYTES], const struct record *record,
                  size_t n_payload)
{
    memcpy(out, MAGIC, MAGIC_BYTES);
    write_be(out + 4, 4, RECORD_HEADER_BYTES + n_payload);
    write_be(out + 8, 8, record->time_s);
    write_be(out + 16, 4, record->uid);
    write_be(out + 20, 4, record->client_class);
    write_be(out + 24, 4, record->outcome);
    write_be(out + 28, 4, record->flags);
    memcpy(out + 32, record->code, RECORD_CODE_BYTES);
    out[32 + RECORD_CODE_BYTES - 1] = '\0';
}

enum record_status record_read(struct record *record, const uint8_t *data, size_t n)
{
    *record = (struct record){0};
    if (n < RECORD_HEADER_BYTES)
        return RECORD_CUT_OFF;
    *record = (struct record){
        .length = (uint32_t)read_be(data + 4, 4),
        .time_s = read_be(data + 8, 8),
        .uid = (uint32_t)read_be(data + 16, 4),
        .client_class = (uint32_t)read_be(data + 20, 4),
        .outcome = (uint32_t)read_be(data + 24, 4),
        .flags = (uint32_t)read_be(data + 28, 4),
    };
    memcpy(record->code, data + 32, RECORD_CODE_BYTES);
    if (memcmp(data, MAGIC, MAGIC_BYTES) != 0 || record->length < RECORD_HEADER_BYTES ||
        record->length > RECORD_HEADER_BYTES + LIMIT_FRAME_BYTES ||
        record->code[RECORD_CODE_BYTES - 1] != '\0')
        return RECORD_FOREIGN;
    return n < record->length ? RECORD_CUT_OFF : RECORD_WHOLE;
}
