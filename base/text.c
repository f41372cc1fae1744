/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

void text_init(struct text *text, char *out, size_t size)
{
    *text = (struct text){.out = out, .size = size};
    out[0] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
    size_t n_room = text->size - text->len;
    va_list arguments;
    int n;

    if (text->cut)
        return;
    va_start(arguments, format);
    n = vsnprintf(text->out + text->len, n_room, format, arguments);
    va_end(arguments);
    if (n < 0 || (size_t)n >= n_room) {
        text->out[text->len] = '\0';
        text->cut = true;
        return;
    }
    text->len += (size_t)n;
}

void text_add_quoted(struct text *text, const char *string)
{
    text_add(text, "\"");
    for (; *string != '\0'; string++) {
        bool printable = *string >= ' ' && *string <= '~';

        text_add(text, "%s%c", *string == '"' || *string == '\\' ? "\\" : "",
                 printable ? *string : '?');
    }
    text_add(text, "\"");
}
