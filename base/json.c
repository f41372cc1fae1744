/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

#define REPLACEMENT 0xfffdu

/*
 * JSON escapes a character beyond U+FFFF as two, a high and a low surrogate (RFC 8259 section 7).
 */
#define SUPPLEMENTARY  0x10000u
#define HIGH_SURROGATE 0xd800u
#define LOW_SURROGATE  0xdc00u

static void write_character(struct memory_text *file, uint32_t code)
{
    if (code == '"' || code == '\\')
        memory_text_add(file, "\\%c", (int)code);
    else if (code >= ' ' && code < 0x7f)
        memory_text_add(file, "%c", (int)code);
    else if (code < SUPPLEMENTARY)
        memory_text_add(file, "\\u%04x", code);
    else
        memory_text_add(file, "\\u%04x\\u%04x", HIGH_SURROGATE + ((code - SUPPLEMENTARY) >> 10),
                        LOW_SURROGATE + ((code - SUPPLEMENTARY) & 0x3ff));
}

void json_write_string(struct memory_text *file, const char *text)
{
    size_t len = strlen(text), n;

    memory_text_append(file, "\"");
    for (size_t at = 0; at < len; at += n) {
        uint32_t code;

        n = utf8_next((const uint8_t *)text + at, len - at, &code);
        if (n == 0) {
            code = REPLACEMENT;
            n = 1;
        }
        write_character(file, code);
    }
    memory_text_append(file, "\"");
}
