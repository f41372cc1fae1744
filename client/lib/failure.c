/* SPDX-License-Identifier: MIT */
#include "client/lib/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void failure_clear(struct failure *failure)
{
    failure->errnum = 0;
    failure->text[0] = '\0';
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
    failure->errnum = errnum;
    errno = errnum ? errnum : saved;
    return code;
}
