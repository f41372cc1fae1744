/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads lines of bounded length from a descriptor. Only line_reader_fill() waits, so that the
 * caller can do other work until input arrives.
 */

#include <stdbool.h>
#include <stddef.h>

/* The longest line in bytes. The largest frame, 192 KiB, takes 256 KiB in base64. */
#define LINE_READER_BYTES_MAX 524288

enum line_reader_status {
    LINE_READER_NEED_MORE = 0, /* the buffer holds no whole line: call line_reader_fill() */
    LINE_READER_LINE,
    LINE_READER_TOO_LONG, /* the line at the start of the buffer is too long; the rest of it will be
                             skipped */
    LINE_READER_END,
};

struct line_reader {
    int fd;
    char *buffer;
    size_t start; /* the index of the first byte in the buffer that has not been handed out */
    size_t end;
    bool skipping; /* the rest of an overlong line is being skipped */
    bool ended;
};

/* Prepares the reader for a descriptor, which stays the caller's. Returns 0 or -ENOMEM. */
int line_reader_init(struct line_reader *reader, int fd);
void line_reader_deinit(struct line_reader *reader);

/*
 * Takes the next line from the buffer, without its newline. The line is valid until the next call.
 */
enum line_reader_status line_reader_next(struct line_reader *reader, const char **linep,
                                         size_t *lenp);

/* Returns whether line_reader_fill() would return without waiting. */
bool line_reader_is_ready(const struct line_reader *reader);

/* Waits for input and reads it. Returns 0; or -1 and errno. */
int line_reader_fill(struct line_reader *reader);
