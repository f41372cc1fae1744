/* SPDX-License-Identifier: MIT */
#include "proto/frame.h"

#include "base/big_endian.h"

enum frame_status frame_peek(struct frame_header *header, const uint8_t *data, size_t n,
                             size_t limit)
{
    *header = (struct frame_header){0};
    if (n < FRAME_HEADER_BYTES)
        return FRAME_NEED_MORE;

    header->length = (uint32_t)big_endian_read(data, 4);
    header->version = data[4];
    header->kind = data[5];
    header->reserved = (uint16_t)big_endian_read(data + 6, 2);
    header->tag = big_endian_read(data + 8, 8);

    if (header->length < FRAME_HEADER_BYTES)
        return FRAME_TOO_SHORT;
    if (header->length > limit)
        return FRAME_TOO_LARGE;
    return n < header->length ? FRAME_NEED_MORE : FRAME_COMPLETE;
}

void frame_write_header(uint8_t out[static FRAME_HEADER_BYTES], uint8_t kind, uint64_t tag,
                        size_t n_payload)
{
    big_endian_write(out, 4, FRAME_HEADER_BYTES + n_payload);
    out[4] = FRAME_VERSION;
    out[5] = kind;
    big_endian_write(out + 6, 2, 0);
    big_endian_write(out + 8, 8, tag);
}
