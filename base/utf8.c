/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <string.h>

/* What a first byte promises (RFC 3629 section 3): a length, and a code that needs it. */
struct form {
    uint8_t mask;
    uint8_t lead;
    uint8_t n_bytes;
    uint32_t least;
};

static const struct form forms[] = {
    {0x80, 0x00, 1, 0x00},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static const struct form *form_find(uint8_t first)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if ((first & forms[i].mask) == forms[i].lead)
            return &forms[i];
    }
    return NULL;
}

size_t utf8_next(const uint8_t *text, size_t len, uint32_t *codep)
{
    const struct form *form = len > 0 ? form_find(text[0]) : NULL;
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

/* A word at a time: by some rules every name of a certificate comes by here. */
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
