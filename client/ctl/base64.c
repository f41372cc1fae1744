/* SPDX-License-Identifier: MIT */
#include "client/ctl/base64.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/* Four characters make three bytes; only the last four may be padded. */
static bool is_base64(const char *text, size_t len)
{
    size_t n_padding = 0;

    if (len == 0 || len % 4 != 0 || len > INT32_MAX)
        return false;
    while (n_padding < 2 && text[len - 1 - n_padding] == '=')
        n_padding++;
    /* strspn stops at the padding, or at a NUL, which is none. */
    return strspn(text, ALPHABET) == len - n_padding;
}

int base64_decode(const char *text, size_t len, uint8_t **datap, size_t *np)
{
    uint8_t *data;
    int n;

    if (!is_base64(text, len))
        return 1;
    data = malloc(len / 4 * 3);
    if (!data)
        return -ENOMEM;
    *np = len / 4 * 3 - (text[len - 1] == '=') - (text[len - 2] == '=');
    n = EVP_DecodeBlock(data, (const unsigned char *)text, (int)len);
    if (n < 0 || (size_t)n < *np) {
        free(data);
        return 1;
    }
    *datap = data;
    return 0;
}

char *base64_encode(const uint8_t *data, size_t n)
{
    unsigned char *text;

    if (n > INT32_MAX / 2)
        return NULL;
    text = malloc(n / 3 * 4 + 5);
    if (text)
        (void)EVP_EncodeBlock(text, data, (int)n);
    return (char *)text;
}
