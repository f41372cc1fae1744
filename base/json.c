/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT 0xfffdu

/* The bits of a lead byte that are the code point's, and the least that so many bytes stand for. */
static const struct {
    uint8_t mask, lead, bits;
    uint32_t least;
} leads[] = {
    {0x80, 0x00, 0x7f, 0},
    {0xe0, 0xc0, 0x1f, 0x80},
    {0xf0, 0xe0, 0x0f, 0x800},
    {0xf8, 0xf0, 0x07, 0x10000},
};

/* Takes one code point off the text, or one byte that begins none. */
static uint32_t take_point(const char **textp)
{
    const char *text = *textp;
    uint8_t first = (uint8_t)*text++;

    *textp = text;
    for (size_t n = 0; n < sizeof(leads) / sizeof(leads[0]); n++) {
        uint32_t point = first & leads[n].bits;

        if ((first & leads[n].mask) != leads[n].lead)
            continue;
        for (size_t i = 0; i < n; i++) {
            if (((uint8_t)text[i] & 0xc0) != 0x80)
                return REPLACEMENT;
            point = point << 6 | ((uint8_t)text[i] & 0x3f);
        }
        if (point < leads[n].least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return REPLACEMENT;
        *textp = text + n;
        return point;
    }
    return REPLACEMENT;
}

void json_write_string(FILE *file, const char *text)
{
    fputc('"', file);
    while (*text) {
        uint32_t point = take_point(&text);

        if (point == '"' || point == '\\')
            fprintf(file, "\\%c", (int)point);
        else if (point >= ' ' && point < 0x7f)
            fputc((int)point, file);
        else if (point < 0x10000)
            fprintf(file, "\\u%04x", point);
        else
            fprintf(file, "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10),
                    0xdc00 + ((point - 0x10000) & 0x3ff));
    }
    fputc('"', file);
}
