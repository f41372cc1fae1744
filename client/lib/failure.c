/* SPDX-License-Identifier: MIT */
#include "client/lib/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

void failure_clear(struct failure *failure)
{
    failure->errnum = 0;
    failure->field = 0;
    failure->text[0] = '\0';
}

/*
 * Returns whether the text begins with a control character from U+0080 to U+009F in UTF-8. U+009B
 * begins a terminal command, like ESC [.
 */
static bool is_c1(const char *text)
{
    return (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] >= 0x80 &&
           (unsigned char)text[1] < 0xa0;
}

/*
 * Replaces control characters by question marks. The sentence may quote the daemon and is shown on
 * terminals, which no byte of it may control.
 */
static void make_printable(char *text)
{
    for (; *text; text++) {
        if (is_c1(text))
            *text++ = '?';
        else if ((unsigned char)*text >= ' ' && *text != 0x7f)
            continue;
        *text = '?';
    }
}

int failure_set(struct failure *failure, int code, int errnum, const char *format, ...)
{
    int saved = errno;
    va_list arguments;

    errno = errnum;
    va_start(arguments, format);
    if (vsnprintf(failure->text, sizeof(failure->text), format, arguments) < 0)
        failure->text[0] = '\0';
    va_end(arguments);
    make_printable(failure->text);
    failure->errnum = errnum;
    failure->field = 0;
    errno = errnum ? errnum : saved;
    return code;
}
