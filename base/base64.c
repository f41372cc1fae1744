/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_CHARACTERS 4
#define GROUP_BYTES      3
#define NO_DIGIT         64u

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Returns the 6-bit value of a base64 character, 0 to 63, or NO_DIGIT for any other character. */
static unsigned find_digit(char c)
{
    const char *at = c == '\0' ? NULL : strchr(alphabet, c);

    return at ? (unsigned)(at - alphabet) : NO_DIGIT;
}

/*
 * Decodes the first n_digits characters of a group, 2 to 4, into n_digits - 1 bytes. The group's
 * remaining characters are padding.
 */
static enum base64_fault decode_group(const char *text, size_t n_digits, uint8_t *data)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < GROUP_CHARACTERS; i++) {
        unsigned digit = i < n_digits ? find_digit(text[i]) : 0;

        if (digit == NO_DIGIT)
            return BASE64_ALPHABET;
        bits = bits << 6 | digit;
    }
    for (size_t i = 0; i < GROUP_BYTES; i++) {
        uint8_t byte = (uint8_t)(bits >> (16 - 8 * i));

        if (i < n_digits - 1)
            data[i] = byte;
        else if (byte != 0)
            return BASE64_BITS;
    }
    return BASE64_OK;
}

enum base64_fault base64_decode(const char *text, size_t len, uint8_t *data, size_t *np)
{
    size_t n_digits = len;

    if (len == 0 || len % GROUP_CHARACTERS != 0)
        return BASE64_LENGTH;
    while (n_digits > 0 && text[n_digits - 1] == '=')
        n_digits--;
    if (len - n_digits > 2)
        return BASE64_PADDING;
    for (size_t i = 0; i < len; i += GROUP_CHARACTERS) {
        size_t n = n_digits - i < GROUP_CHARACTERS ? n_digits - i : GROUP_CHARACTERS;
        enum base64_fault fault = decode_group(text + i, n,
                                               data + i / GROUP_CHARACTERS * GROUP_BYTES);

        if (fault != BASE64_OK)
            return fault;
    }
    *np = BASE64_DATA_BYTES(len) - (len - n_digits);
    return BASE64_OK;
}

void base64_encode(const uint8_t *data, size_t n, char *text)
{
    for (size_t i = 0; i < n; i += GROUP_BYTES) {
        size_t n_group = n - i < GROUP_BYTES ? n - i : GROUP_BYTES;
        uint32_t bits = 0;

        for (size_t j = 0; j < GROUP_BYTES; j++)
            bits = bits << 8 | (j < n_group ? data[i + j] : 0u);
        for (size_t j = 0; j < GROUP_CHARACTERS; j++)
            *text++ = j <= n_group ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
    }
    *text = '\0';
}

int base64_decode_new(const char *text, size_t len, uint8_t **datap, size_t *np)
{
    uint8_t *data = malloc(BASE64_DATA_BYTES(len) + 1);

    if (!data)
        return -ENOMEM;
    if (base64_decode(text, len, data, np) != BASE64_OK) {
        free(data);
        return 1;
    }
    *datap = data;
    return 0;
}

char *base64_encode_new(const uint8_t *data, size_t n)
{
    char *text = n < SIZE_MAX / 2 ? malloc(BASE64_TEXT_BYTES(n) + 1) : NULL;

    if (text)
        base64_encode(data, n, text);
    return text;
}
