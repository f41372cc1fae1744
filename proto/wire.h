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

/* A field as it stands on the wire. */
struct wire_field {
    uint32_t number;
    uint32_t type;        /* enum wire_type */
    uint64_t value;       /* of WIRE_VARINT */
    struct bytes content; /* of the other types; borrowed */
};

/* Takes a number off the beginning of the bytes. Returns false, and *rest is undefined, if there is
 * none. */
bool wire_take_varint(struct bytes *rest, uint64_t *valuep);

/* Takes a field off the beginning of the bytes. Returns false, and *rest and *field are undefined,
 * if there is none. */
bool wire_take_field(struct bytes *rest, struct wire_field *field);

/* Returns whether a number is an int32 as enums are, whose negative numbers have their sign in all
 * 64 bits. */
bool wire_is_int32(uint64_t value);

/* --- writing --- */

/* What is written. Without memory the bytes are counted alone. */
struct wire_out {
    uint8_t *memory; /* has room for everything; or NULL */
    size_t n;        /* bytes so far */
};

/* Writes a number without a field, as it stands in a packed list. */
void wire_put_varint(struct wire_out *out, uint64_t value);

/* Write a field; at its default too. */
void wire_put_number(struct wire_out *out, uint32_t number, uint64_t value);
void wire_put_bytes(struct wire_out *out, uint32_t number, struct bytes bytes);

/* Writes the beginning of a field that holds a message of `len` bytes, which the caller writes. */
void wire_put_length(struct wire_out *out, uint32_t number, size_t len);
