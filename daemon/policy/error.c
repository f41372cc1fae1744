/* SPDX-License-Identifier: MIT */
#include "daemon/policy/error.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char cut_mark[] = "...";

/* Returns the length of the text without a UTF-8 character that `len` has cut in two at its end. */
static size_t count_whole_bytes(const char *text, size_t len)
{
    size_t start = len;
    uint32_t code;

    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return len;
    start--;
    return utf8_next((const uint8_t *)text + start, len - start, &code) == 0 ? start : len;
}

/*
 * Copies a path. Of a path that is too long the beginning is left out, since the end says more
 * about the file.
 */
static void set_file(char *file, size_t size, const char *path)
{
    size_t len = strlen(path);
    size_t kept = size - sizeof(cut_mark);

    if (len < size) {
        memcpy(file, path, len + 1);
        return;
    }
    memcpy(file, cut_mark, sizeof(cut_mark) - 1);
    memcpy(file + sizeof(cut_mark) - 1, path + len - kept, kept + 1);
}

int policy_error_set_va(struct policy_error *error, const char *file, unsigned line,
                        const char *format, va_list arguments)
{
    char *message = error->message;

    set_file(error->file, sizeof(error->file), file);
    error->line = line;
    if (vsnprintf(message, sizeof(error->message), format, arguments) < 0)
        message[0] = '\0';
    message[count_whole_bytes(message, strlen(message))] = '\0';
    for (char *c = message; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    return 1;
}

int policy_error_set(struct policy_error *error, const char *file, unsigned line,
                     const char *format, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, format);
    r = policy_error_set_va(error, file, line, format, arguments);
    va_end(arguments);
    return r;
}

const char *policy_excerpt_make(struct policy_excerpt *excerpt, const char *text)
{
    size_t len = strnlen(text, sizeof(excerpt->text));
    size_t kept = len;

    if (len == sizeof(excerpt->text))
        kept = count_whole_bytes(text, len - sizeof(cut_mark));
    memcpy(excerpt->text, text, kept);
    excerpt->text[kept] = '\0';
    if (kept < len)
        memcpy(excerpt->text + kept, cut_mark, sizeof(cut_mark));
    return excerpt->text;
}
