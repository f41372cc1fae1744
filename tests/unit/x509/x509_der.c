/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/x509_der.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct der der_new(const void *data, size_t len)
{
    struct der der = {.data = malloc(len + 1), .len = len};

    ck_assert_ptr_nonnull(der.data);
    if (len > 0)
        memcpy(der.data, data, len);
    return der;
}

static uint8_t digit(char c)
{
    const char *digits = "0123456789abcdef", *at = strchr(digits, c);

    ck_assert_msg(c && at, "'%c' is no hexadecimal digit", c);
    return (uint8_t)(at - digits);
}

struct der der_hex(const char *hex, size_t len)
{
    struct der der = {.data = malloc(len / 2 + 1), .len = len / 2};

    ck_assert_ptr_nonnull(der.data);
    ck_assert_uint_eq(len % 2, 0);
    for (size_t i = 0; i < der.len; i++)
        der.data[i] = (uint8_t)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    return der;
}

struct der der_join(struct der first, struct der second)
{
    struct der der = {.data = realloc(first.data, first.len + second.len + 1),
                      .len = first.len + second.len};

    ck_assert_ptr_nonnull(der.data);
    if (second.len > 0)
        memcpy(der.data + first.len, second.data, second.len);
    free(second.data);
    return der;
}

struct der der_wrap(uint8_t tag, struct der contents)
{
    uint8_t head[6] = {tag};
    size_t n = 1;

    if (contents.len < 0x80) {
        head[n++] = (uint8_t)contents.len;
    } else {
        unsigned octets = contents.len > 0xffff ? 3 : contents.len > 0xff ? 2 : 1;

        head[n++] = (uint8_t)(0x80 | octets);
        while (octets-- > 0)
            head[n++] = (uint8_t)(contents.len >> 8 * octets);
    }
    return der_join(der_new(head, n), contents);
}

struct der der_text(uint8_t tag, const char *text, size_t len)
{
    return der_wrap(tag, der_new(text, len));
}
