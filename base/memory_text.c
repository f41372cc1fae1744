/* SPDX-License-Identifier: MIT */
#include "base/memory_text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES 256

/*
 * Makes room for `n` more bytes and the NUL. If memory runs out, sets text->failed and returns
 * false.
 */
static bool reserve(struct memory_text *text, size_t n)
{
    size_t capacity = text->capacity ? text->capacity : FIRST_BYTES;
    char *grown;
    size_t needed;

    if (text->failed)
        return false;
    if (__builtin_add_overflow(text->len, n, &needed) ||
        __builtin_add_overflow(needed, 1, &needed)) {
        text->failed = true;
        return false;
    }
    while (capacity < needed && !__builtin_mul_overflow(capacity, 2, &capacity))
        ;
    if (capacity == text->capacity)
        return true;
    grown = capacity < needed ? NULL : realloc(text->text, capacity);
    if (!grown) {
        text->failed = true;
        return false;
    }
    text->text = grown;
    text->capacity = capacity;
    return true;
}

void memory_text_add(struct memory_text *text, const char *format, ...)
{
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n < 0) {
        text->failed = true;
        return;
    }
    if (!reserve(text, (size_t)n))
        return;
    va_start(arguments, format);
    if (vsnprintf(text->text + text->len, (size_t)n + 1, format, arguments) == n)
        text->len += (size_t)n;
    else
        text->failed = true;
    va_end(arguments);
}

void memory_text_append(struct memory_text *text, const char *string)
{
    size_t n = strlen(string);

    if (!reserve(text, n))
        return;
    memcpy(text->text + text->len, string, n + 1);
    text->len += n;
}

int memory_text_finish(struct memory_text *text, char **stringp, size_t *lenp)
{
    if (!reserve(text, 0)) {
        memory_text_deinit(text);
        return -ENOMEM;
    }
    text->text[text->len] = '\0';
    *stringp = text->text;
    if (lenp)
        *lenp = text->len;
    *text = (struct memory_text){0};
    return 0;
}

void memory_text_deinit(struct memory_text *text)
{
    free(text->text);
    *text = (struct memory_text){0};
}
