/* SPDX-License-Identifier: MIT */
#include "client/ctl/lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int lines_init(struct lines *lines, int fd)
{
    *lines = (struct lines){.fd = fd, .buffer = malloc(LINES_BYTES_MAX + 1)};
    return lines->buffer ? 0 : -ENOMEM;
}

void lines_deinit(struct lines *lines)
{
    free(lines->buffer);
    lines->buffer = NULL;
}

/* Hands out what is there up to a line's end, or up to the end of the input. */
static enum lines_status cut(struct lines *lines, size_t len, size_t n_taken, const char **linep,
                             size_t *lenp)
{
    *linep = lines->buffer + lines->start;
    *lenp = len;
    lines->start += n_taken;
    if (!lines->skipping)
        return LINES_LINE;
    lines->skipping = false;
    return LINES_NEED_MORE;
}

enum lines_status lines_next(struct lines *lines, const char **linep, size_t *lenp)
{
    for (;;) {
        const char *start = lines->buffer + lines->start;
        size_t n = lines->end - lines->start;
        const char *newline = n > 0 ? memchr(start, '\n', n) : NULL;
        size_t len = newline ? (size_t)(newline - start) : n;

        if (newline || (lines->ended && n > 0)) {
            if (cut(lines, len, newline ? len + 1 : n, linep, lenp) == LINES_LINE)
                return LINES_LINE;
            continue;
        }
        if (lines->ended)
            return LINES_END;
        if (lines->skipping) {
            lines->start = lines->end;
            return LINES_NEED_MORE;
        }
        if (n <= LINES_BYTES_MAX)
            return LINES_NEED_MORE;
        lines->start = lines->end;
        lines->skipping = true;
        return LINES_TOO_LONG;
    }
}

bool lines_is_ready(const struct lines *lines)
{
    struct pollfd watched = {.fd = lines->fd, .events = POLLIN};

    return poll(&watched, 1, 0) != 0;
}

int lines_fill(struct lines *lines)
{
    ssize_t n;

    if (lines->start > 0) {
        memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    for (;;) {
        struct pollfd watched = {.fd = lines->fd, .events = POLLIN};

        n = read(lines->fd, lines->buffer + lines->end, LINES_BYTES_MAX + 1 - lines->end);
        if (n >= 0)
            break;
        if (errno != EINTR && errno != EAGAIN)
            return -1;
        /* Whoever shares the descriptor may have made it non-blocking. */
        if (errno == EAGAIN)
            (void)poll(&watched, 1, -1);
    }
    lines->ended = n == 0;
    lines->end += (size_t)n;
    return 0;
}
