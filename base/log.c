/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 1024

__attribute__((format(printf, 2, 0))) static void write_line(const char *prefix, const char *format,
                                                             va_list arguments)
{
    char line[LINE_BYTES];
    size_t n = (size_t)snprintf(line, sizeof(line), "certnamed: %s", prefix);
    struct pollfd standard_error = {.fd = STDERR_FILENO, .events = POLLOUT};
    ssize_t written;

    vsnprintf(line + n, sizeof(line) - n - 1, format, arguments);
    n = strlen(line);
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    }
    line[n++] = '\n';
    /* A line that cannot be written at once is dropped: waiting would stop the daemon, and there is
     * no other place to report the loss. */
    if (poll(&standard_error, 1, 0) != 1)
        return;
    written = write(STDERR_FILENO, line, n);
    (void)written;
}

void log_info(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("", format, arguments);
    va_end(arguments);
}

void log_warning(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("warning: ", format, arguments);
    va_end(arguments);
}

void log_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("error: ", format, arguments);
    va_end(arguments);
}
