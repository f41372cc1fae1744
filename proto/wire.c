/* SPDX-License-Identifier: MIT */
#include "proto/wire.h"

#include <string.h>

#define VARINT_BYTES_MAX 10
#define SHORT_BYTES_MAX  5

/* --- reading --- */

static bool take_long_varint(struct bytes *rest, uint64_t *valuep)
{
    uint64_t value = 0;

    for (size_t i = 0; i < rest->len && i < VARINT_BYTES_MAX; i++) {
        uint8_t byte = rest->data[i];

        if (i == VARINT_BYTES_MAX - 1 && byte > 1)
            return false;
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            rest->data += i + 1;
            rest->len -= i + 1;
            *valuep = value;
            return true;
        }
    }
    return false;
}

bool wire_take_varint(struct bytes *rest, uint64_t *valuep)
{
    /* Most numbers have one byte. */
    if (rest->len == 0 || rest->data[0] >= 0x80)
        return take_long_varint(rest, valuep);
    *valuep = rest->data[0];
    rest->data++;
    rest->len--;
    return true;
}

static bool take_bytes(struct bytes *rest, uint64_t len, struct bytes *contentp)
{
    if (len > rest->len)
        return false;
    *contentp = (struct bytes){.data = rest->data, .len = (size_t)len};
    rest->data += len;
    rest->len -= (size_t)len;
    return true;
}

/* Takes a number that has at most 32 bits, in at most five bytes. */
static bool take_short(struct bytes *rest, uint64_t *valuep)
{
    size_t before = rest->len;

    return wire_take_varint(rest, valuep) && before - rest->len <= SHORT_BYTES_MAX &&
           *valuep <= UINT32_MAX;
}

bool wire_take_field(struct bytes *rest, struct wire_field *field)
{
    uint64_t tag, len;

    if (!take_short(rest, &tag) || tag >> 3 == 0)
        return false;
    *field = (struct wire_field){.number = (uint32_t)(tag >> 3), .type = tag & 7};
    switch (field->type) {
    case WIRE_VARINT:
        return wire_take_varint(rest, &field->value);
    case WIRE_FIXED64:
        return take_bytes(rest, 8, &field->content);
    case WIRE_LENGTH:
        return take_short(rest, &len) && take_bytes(rest, len, &field->content);
    case WIRE_FIXED32:
        return take_bytes(rest, 4, &field->content);
    default:
        return false;
    }
}

bool wire_is_int32(uint64_t value)
{
    return value <= INT32_MAX || value >= UINT64_MAX - INT32_MAX;
}

/* --- writing --- */

void wire_put_varint(struct wire_out *out, uint64_t value)
{
    uint8_t bytes[VARINT_BYTES_MAX];
    size_t n = 0;

    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value & 0x7f) | 0x80;
    bytes[n++] = (uint8_t)value;
    if (out->memory)
        memcpy(out->memory + out->n, bytes, n);
    out->n += n;
}

static void put_tag(struct wire_out *out, uint32_t number, enum wire_type type)
{
    wire_put_varint(out, (uint64_t)number << 3 | type);
}

void wire_put_number(struct wire_out *out, uint32_t number, uint64_t value)
{
    put_tag(out, number, WIRE_VARINT);
    wire_put_varint(out, value);
}

void wire_put_length(struct wire_out *out, uint32_t number, size_t len)
{
    put_tag(out, number, WIRE_LENGTH);
    wire_put_varint(out, len);
}

void wire_put_bytes(struct wire_out *out, uint32_t number, struct bytes bytes)
{
    wire_put_length(out, number, bytes.len);
    if (out->memory && bytes.len > 0)
        memcpy(out->memory + out->n, bytes.data, bytes.len);
    out->n += bytes.len;
}
