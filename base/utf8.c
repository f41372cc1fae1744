/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <string.h>

/* The possible lengths of a character, told by its first byte (RFC 3629 section 3). */
struct form {
    uint8_t mask; /* the bits of the first byte that tell the length */
    uint8_t lead; /* the value of these bits */
    uint8_t n_bytes;
    /* the least code that takes this many bytes; a smaller one is an overlong form */
    uint32_t least;
};

static const struct form forms[] = {
    {0x80, 0x00, 1, 0x00},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static const struct form *find_form(uint8_t first)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if ((first & forms[i].mask) == forms[i].lead)
            return &forms[i];
    }
    return NULL;
}

size_t utf8_next(const uint8_t *text, size_t len, uint32_t *codep)
{
    const struct form *form = len > 0 ? find_form(text[0]) : NULL;
    uint32_t code;

    if (!form || form->n_bytes > len)
        return 0;

    code = text[0] & (uint8_t)~form->mask;
    for (size_t i = 1; i < form->n_bytes; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3f);
    }

    if (code < form->least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *codep = code;
    return form->n_bytes;
}

/*
 * Goes by words of eight bytes to be fast: some rule sets ask this for every name of a certificate.
 */
bool utf8_is_ascii(const uint8_t *text, size_t len)
{
    uint64_t all = 0, word;

    for (; len >= sizeof(word); text += sizeof(word), len -= sizeof(word)) {
        memcpy(&word, text, sizeof(word));
        all |= word;
    }
    for (size_t i = 0; i < len; i++)
        all |= text[i];
    return (all & 0x8080808080808080) == 0;
}

bool utf8_is_valid(const uint8_t *text, size_t len)
{
    uint32_t code;
    size_t n;

    if (utf8_is_ascii(text, len))
        return true;

    for (size_t at = 0; at < len; at += n) {
        n = utf8_next(text + at, len - at, &code);
        if (n == 0)
            return false;
    }
    return true;
}

bool utf8_is_space(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } spaces[] = {
        {0x09, 0x0d},     {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
        {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
    };

    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        if (code >= spaces[i].first && code <= spaces[i].last)
            return true;
    }
    return false;
}
