/* SPDX-License-Identifier: MIT */
#include "daemon/verify/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct bytes words_static(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

/*
 * Returns the length of a text that was cut at `len`, without a UTF-8 character that the cut left
 * incomplete.
 */
static size_t trim(const char *text, size_t len)
{
    size_t end = len;

    while (end > 0 && ((unsigned char)text[end - 1] & 0xc0) == 0x80)
        end--;
    return end > 0 && ((unsigned char)text[end - 1] & 0x80) ? end - 1 : len;
}

struct bytes words_print(struct words *words, const char *format, ...)
{
    char *at = words->data + words->used;
    size_t room = WORDS_BYTES - words->used, len;
    va_list arguments;
    int n;

    if (room < 2)
        return words_static("...");
    va_start(arguments, format);
    n = vsnprintf(at, room, format, arguments);
    va_end(arguments);
    if (n < 0)
        return words_static("...");
    len = (size_t)n < room ? (size_t)n : trim(at, room - 1);
    words->used += len;
    return len > 0 ? (struct bytes){.data = (const uint8_t *)at, .len = len} : words_static("...");
}
