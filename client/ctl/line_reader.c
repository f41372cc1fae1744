/* SPDX-License-Identifier: MIT */
#include "client/ctl/line_reader.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int line_reader_init(struct line_reader *reader, int fd)
{
    *reader = (struct line_reader){.fd = fd, .buffer = malloc(LINE_READER_BYTES_MAX + 1)};
    return reader->buffer ? 0 : -ENOMEM;
}

void line_reader_deinit(struct line_reader *reader)
{
    free(reader->buffer);
    reader->buffer = NULL;
}

/*
 * Removes a line from the buffer: `len` bytes of text, n_taken bytes with the newline. If the line
 * is the end of an overlong line it is dropped instead of handed out.
 */
static enum line_reader_status take_line(struct line_reader *reader, size_t len, size_t n_taken,
                                         const char **linep, size_t *lenp)
{
    *linep = reader->buffer + reader->start;
    *lenp = len;
    reader->start += n_taken;
    if (!reader->skipping)
        return LINE_READER_LINE;
    reader->skipping = false;
    return LINE_READER_NEED_MORE;
}

enum line_reader_status line_reader_next(struct line_reader *reader, const char **linep,
                                         size_t *lenp)
{
    for (;;) {
        const char *start = reader->buffer + reader->start;
        size_t n = reader->end - reader->start;
        const char *newline = n > 0 ? memchr(start, '\n', n) : NULL;
        size_t len = newline ? (size_t)(newline - start) : n;

        if (newline || (reader->ended && n > 0)) {
            if (take_line(reader, len, newline ? len + 1 : n, linep, lenp) == LINE_READER_LINE)
                return LINE_READER_LINE;
            continue;
        }
        if (reader->ended)
            return LINE_READER_END;
        if (reader->skipping) {
            reader->start = reader->end;
            return LINE_READER_NEED_MORE;
        }
        if (n <= LINE_READER_BYTES_MAX)
            return LINE_READER_NEED_MORE;
        reader->start = reader->end;
        reader->skipping = true;
        return LINE_READER_TOO_LONG;
    }
}

bool line_reader_is_ready(const struct line_reader *reader)
{
    struct pollfd watched = {.fd = reader->fd, .events = POLLIN};

    return poll(&watched, 1, 0) != 0;
}

int line_reader_fill(struct line_reader *reader)
{
    ssize_t n;

    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    for (;;) {
        struct pollfd watched = {.fd = reader->fd, .events = POLLIN};

        n = read(reader->fd, reader->buffer + reader->end, LINE_READER_BYTES_MAX + 1 - reader->end);
        if (n >= 0)
            break;
        if (errno != EINTR && errno != EAGAIN)
            return -1;
        /* Another process that shares the descriptor may have made it non-blocking, so that read()
         * did not wait. */
        if (errno == EAGAIN)
            (void)poll(&watched, 1, -1);
    }
    reader->ended = n == 0;
    reader->end += (size_t)n;
    return 0;
}
