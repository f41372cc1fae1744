/* SPDX-License-Identifier: MIT */
#include "base/packed.h"

#include <stdlib.h>
#include <string.h>

#include "base/big_endian.h"

#define NUMBER_BYTES 8
#define FIRST_BYTES  4096

static bool make_room(struct packed_writer *writer, size_t n)
{
    size_t size = writer->size ? writer->size : FIRST_BYTES;
    uint8_t *data;

    if (writer->failed || n > SIZE_MAX / 4 - writer->len) {
        writer->failed = true;
        return false;
    }
    while (size < writer->len + n)
        size *= 2;
    if (size == writer->size)
        return true;
    data = realloc(writer->data, size);
    if (!data) {
        writer->failed = true;
        return false;
    }
    writer->data = data;
    writer->size = size;
    return true;
}

void packed_write_number(struct packed_writer *writer, uint64_t value)
{
    if (!make_room(writer, NUMBER_BYTES))
        return;
    big_endian_write(writer->data + writer->len, NUMBER_BYTES, value);
    writer->len += NUMBER_BYTES;
}

void packed_write_bytes(struct packed_writer *writer, const void *data, size_t len)
{
    packed_write_number(writer, len);
    if (len == 0 || !make_room(writer, len))
        return;
    memcpy(writer->data + writer->len, data, len);
    writer->len += len;
}

void packed_write_text(struct packed_writer *writer, const char *text)
{
    packed_write_bytes(writer, text, text ? strlen(text) : 0);
}

void packed_writer_deinit(struct packed_writer *writer)
{
    free(writer->data);
    *writer = (struct packed_writer){0};
}

/*
 * Returns the next n bytes and moves behind them. Returns NULL, and the reader has failed, if fewer
 * than n are left.
 */
static const uint8_t *take(struct packed_reader *reader, size_t n)
{
    const uint8_t *data = reader->data;

    if (reader->failed || reader->len < n) {
        reader->failed = true;
        return NULL;
    }
    reader->data += n;
    reader->len -= n;
    return data;
}

uint64_t packed_read_number(struct packed_reader *reader, uint64_t max)
{
    const uint8_t *data = take(reader, NUMBER_BYTES);
    uint64_t value = data ? big_endian_read(data, NUMBER_BYTES) : 0;

    if (value <= max)
        return value;
    reader->failed = true;
    return 0;
}

struct bytes packed_read_bytes(struct packed_reader *reader, size_t max)
{
    size_t len = (size_t)packed_read_number(reader, max);
    const uint8_t *data = take(reader, len);

    return data ? (struct bytes){.data = data, .len = len} : (struct bytes){0};
}

char *packed_read_text(struct packed_reader *reader, size_t max)
{
    struct bytes bytes = packed_read_bytes(reader, max);
    char *text = NULL;

    if (!reader->failed && !memchr(bytes.data, '\0', bytes.len))
        text = strndup((const char *)bytes.data, bytes.len);
    reader->failed |= !text;
    return text;
}
