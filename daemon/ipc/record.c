/* SPDX-License-Identifier: MIT */
#include "daemon/ipc/record.h"

#include <string.h>

#include "base/big_endian.h"
#include "daemon/limits.h"
#include "proto/limits.h"

#define MAGIC       "CNR1"
#define MAGIC_BYTES 4

#define CODE_OFFSET   32
#define SOCKET_OFFSET (CODE_OFFSET + RECORD_CODE_BYTES)

_Static_assert(SOCKET_OFFSET + LIMIT_SOCKET_NAME_BYTES == RECORD_HEADER_BYTES,
               "the name of the socket ends the header");

void record_write(uint8_t out[static RECORD_HEADER_BYTES], const struct record *record,
                  size_t n_payload)
{
    memcpy(out, MAGIC, MAGIC_BYTES);
    big_endian_write(out + 4, 4, RECORD_HEADER_BYTES + n_payload);
    big_endian_write(out + 8, 8, record->time_s);
    big_endian_write(out + 16, 4, record->uid);
    big_endian_write(out + 20, 4, record->client_class);
    big_endian_write(out + 24, 4, record->outcome);
    big_endian_write(out + 28, 4, record->flags);
    memcpy(out + CODE_OFFSET, record->code, RECORD_CODE_BYTES);
    out[CODE_OFFSET + RECORD_CODE_BYTES - 1] = '\0';
    memcpy(out + SOCKET_OFFSET, record->socket, LIMIT_SOCKET_NAME_BYTES);
    out[SOCKET_OFFSET + LIMIT_SOCKET_NAME_BYTES - 1] = '\0';
}

enum record_status record_read(struct record *record, const uint8_t *data, size_t n)
{
    *record = (struct record){0};
    if (n < RECORD_HEADER_BYTES)
        return RECORD_CUT_OFF;
    *record = (struct record){
        .length = (uint32_t)big_endian_read(data + 4, 4),
        .time_s = big_endian_read(data + 8, 8),
        .uid = (uint32_t)big_endian_read(data + 16, 4),
        .client_class = (uint32_t)big_endian_read(data + 20, 4),
        .outcome = (uint32_t)big_endian_read(data + 24, 4),
        .flags = (uint32_t)big_endian_read(data + 28, 4),
    };
    memcpy(record->code, data + CODE_OFFSET, RECORD_CODE_BYTES);
    memcpy(record->socket, data + SOCKET_OFFSET, LIMIT_SOCKET_NAME_BYTES);
    if (memcmp(data, MAGIC, MAGIC_BYTES) != 0 || record->length < RECORD_HEADER_BYTES ||
        record->length > RECORD_HEADER_BYTES + LIMIT_FRAME_BYTES ||
        record->code[RECORD_CODE_BYTES - 1] != '\0' ||
        record->socket[LIMIT_SOCKET_NAME_BYTES - 1] != '\0')
        return RECORD_FOREIGN;
    return n < record->length ? RECORD_CUT_OFF : RECORD_WHOLE;
}
