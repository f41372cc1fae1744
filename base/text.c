/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

void text_init(struct text *text, char *out, size_t size)
{
    assert(size > 0);
    *text = (struct text){.out = out, .size = size};
    out[0] = '\0';
}

/*
 * Prints a piece at the end of the text, as far as there is room. Returns the length of the whole
 * piece, as snprintf does, or 0 if vsnprintf fails.
 */
__attribute__((format(printf, 2, 0))) static size_t print(struct text *text, const char *format,
                                                          va_list arguments)
{
    int n;

    assert(text->len < text->size);
    n = vsnprintf(text->out + text->len, text->size - text->len, format, arguments);
    if (n < 0)
        text->out[text->len] = '\0';
    return n < 0 ? 0 : (size_t)n;
}

void text_add(struct text *text, const char *format, ...)
{
    va_list arguments;
    size_t n;

    if (text->cut)
        return;
    va_start(arguments, format);
    n = print(text, format, arguments);
    va_end(arguments);
    if (n >= text->size - text->len) {
        text->out[text->len] = '\0';
        text->cut = true;
        return;
    }
    text->len += n;
}

void text_add_fitting(struct text *text, const char *format, ...)
{
    size_t n_room = text->size - text->len;
    va_list arguments;
    size_t n;

    va_start(arguments, format);
    n = print(text, format, arguments);
    va_end(arguments);
    text->len += n < n_room ? n : n_room - 1;
}

void text_add_quoted(struct text *text, const char *string)
{
    text_add(text, "\"");
    for (; *string != '\0'; string++) {
        bool is_printable = *string >= ' ' && *string <= '~';

        text_add(text, "%s%c", *string == '"' || *string == '\\' ? "\\" : "",
                 is_printable ? *string : '?');
    }
    text_add(text, "\"");
}
