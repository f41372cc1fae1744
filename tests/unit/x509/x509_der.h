/* SPDX-License-Identifier: MIT */
#pragma once

/* Functions that build DER for tests. */

#include <stddef.h>
#include <stdint.h>

/* Octets on the heap. Every der_ function frees the octets that it is given. */
struct der {
    uint8_t *data;
    size_t len;
};

#define DER_NONE ((struct der){0})

struct der der_new(const void *data, size_t len);
/* Converts `len` hexadecimal digits to octets. */
struct der der_hex(const char *hex, size_t len);
struct der der_join(struct der first, struct der second);
/* Puts the octets into one element; `tag` is the whole identifier octet. */
struct der der_wrap(uint8_t tag, struct der contents);
struct der der_text(uint8_t tag, const char *text, size_t len);
