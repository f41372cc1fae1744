/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The encoding of protocol buffers, field by field, for readers and writers that do without a
 * library. It is strict: a number has at most ten bytes and fits into 64 bits, and groups are
 * refused.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum wire_type {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_LENGTH = 2,
    WIRE_FIXED32 = 5,
};

/* --- reading --- */

/* A field as it is encoded. */
struct wire_field {
    uint32_t number;
    uint32_t type;        /* an enum wire_type */
    uint64_t value;       /* the value, if the type is WIRE_VARINT */
    struct bytes content; /* the content, if the type is another one; borrowed */
};

/*
 * Removes a number from the beginning of the bytes. Returns false if there is none; *rest is
 * undefined then.
 */
bool wire_take_varint(struct bytes *rest, uint64_t *valuep);

/*
 * Removes a field from the beginning of the bytes. Returns false if there is none; *rest and *field
 * are undefined then.
 */
bool wire_take_field(struct bytes *rest, struct wire_field *field);

/*
 * Returns whether a number can be an int32 or an enum; a negative one has its sign extended to 64
 * bits.
 */
bool wire_is_int32(uint64_t value);

/* --- writing --- */

/* The output of the writing functions. If `memory` is NULL the bytes are only counted. */
struct wire_out {
    uint8_t *memory; /* memory with room for everything, or NULL */
    size_t n;        /* the number of bytes so far */
};

/* Writes a number without a field number, as in a packed list. */
void wire_put_varint(struct wire_out *out, uint64_t value);

/* Write a field, even if it has its default value. */
void wire_put_number(struct wire_out *out, uint32_t number, uint64_t value);
void wire_put_bytes(struct wire_out *out, uint32_t number, struct bytes bytes);

/*
 * Writes the beginning of a field that contains a message of `len` bytes, which the caller writes
 * next.
 */
void wire_put_length(struct wire_out *out, uint32_t number, size_t len);
