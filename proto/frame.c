/* SPDX-License-Identifier: MIT */
#include "proto/frame.h"

static uint64_t read_be(const uint8_t *data, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | data[i];
    return value;
}

static void write_be(uint8_t *out, size_t n, uint64_t value)
{
    for (size_t i = n; i > 0; i--) {
        out[i - 1] = (uint8_t)value;
        value >>= 8;
    }
}

enum frame_status frame_peek(struct frame_header *header, const uint8_t *data, size_t n,
                             size_t limit)
{
    *header = (struct frame_header){0};
    if (n < FRAME_HEADER_BYTES)
        return FRAME_NEED_MORE;

    header->length = (uint32_t)read_be(data, 4);
    header->version = data[4];
    header->kind = data[5];
    header->reserved = (uint16_t)read_be(data + 6, 2);
    header->tag = read_be(data + 8, 8);

    if (header->length < FRAME_HEADER_BYTES)
        return FRAME_TOO_SHORT;
    if (header->length > limit)
        return FRAME_TOO_LARGE;
    return n < header->length ? FRAME_NEED_MORE : FRAME_COMPLETE;
}

void frame_write_header(uint8_t out[static FRAME_HEADER_BYTES], uint8_t kind, uint64_t tag,
                        size_t n_payload)
{
    write_be(out, 4, FRAME_HEADER_BYTES + n_payload);
    out[4] = FRAME_VERSION;
    out[5] = kind;
    write_be(out + 6, 2, 0);
    write_be(out + 8, 8, tag);
}
