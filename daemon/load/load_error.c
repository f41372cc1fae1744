/* SPDX-License-Identifier: MIT */
#include "daemon/load/load_error.h"

#include <stdarg.h>
#include <stdio.h>

int load_error_set(struct policy_error *error, int r, const char *format, ...)
{
    va_list arguments;

    *error = (struct policy_error){0};
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return r;
}

const char *load_error_text(const struct policy_error *error, char *text, size_t size)
{
    if (error->file[0] == '\0')
        snprintf(text, size, "%s", error->message);
    else if (error->line == 0)
        snprintf(text, size, "%s: %s", error->file, error->message);
    else
        snprintf(text, size, "%s:%u: %s", error->file, error->line, error->message);
    return text;
}
