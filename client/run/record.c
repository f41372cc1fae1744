/* SPDX-License-Identifier: MIT */
#include "client/run/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client/run/preload.h"

#define LINE_BYTES 2048

/*
 * Writes without a SIGPIPE if the other end of a pipe is closed, because a program that never
 * writes to it must not be ended by a line of the library.
 */
static void write_quietly(int fd, const char *text, size_t len)
{
    const struct timespec now = {0};
    sigset_t pipe_signal, mask, pending;
    bool was_pending;
    ssize_t n;

    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    if (pthread_sigmask(SIG_BLOCK, &pipe_signal, &mask))
        return;
    was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
    n = write(fd, text, len);
    if (n < 0 && errno == EPIPE && !was_pending)
        (void)sigtimedwait(&pipe_signal, NULL, &now);
    (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/*
 * Writes a line with one call, so that lines of several processes do not mix. Control characters
 * become question marks. The log is opened each time, because the program may close any descriptor.
 */
static void write_line(char *line, size_t len)
{
    const char *path = preload_get()->log;
    int saved = errno;
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : STDERR_FILENO;

    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    }
    line[len] = '\n';
    if (fd >= 0)
        write_quietly(fd, line, len + 1);
    if (path && fd >= 0)
        close(fd);
    errno = saved;
}

static size_t clamp(int len)
{
    return len < 0 ? 0 : len > LINE_BYTES - 2 ? LINE_BYTES - 2 : (size_t)len;
}

void record_decision(const char *host, bool accepted, const char *reason)
{
    const struct preload *preload = preload_get();
    const char *word = accepted ? (preload->report ? "would be accepted" : "accepted")
                                : (preload->report ? "would be refused" : "refused");
    char line[LINE_BYTES];

    if (accepted && !preload->report && !preload->log)
        return;
    write_line(line, clamp(snprintf(line, sizeof(line) - 1, "%s: %s: %s: %s%s%s", preload->tool,
                                    preload->program, host, word, accepted ? "" : ": ", reason)));
}

void record_note(const char *format, ...)
{
    char text[LINE_BYTES - 128], line[LINE_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    write_line(line, clamp(snprintf(line, sizeof(line) - 1, "%s: %s: %s", preload_get()->tool,
                                    preload_get()->program, text)));
}
