/* SPDX-License-Identifier: MIT */
#pragma once

/* Lines from a descriptor, of bounded length, without waiting unless asked to. */

#include <stdbool.h>
#include <stddef.h>

/* A frame of 192 KiB takes 256 KiB in base64. */
#define LINES_BYTES_MAX 524288

enum lines_status {
    LINES_NEED_MORE = 0, /* no whole line is there: lines_fill() */
    LINES_LINE,
    LINES_TOO_LONG, /* a line over the limit, which is being skipped */
    LINES_END,
};

struct lines {
    int fd;
    char *buffer;
    size_t start;
    size_t end;
    bool skipping;
    bool ended;
};

/* 0 or -ENOMEM. */
int lines_init(struct lines *lines, int fd);
void lines_deinit(struct lines *lines);

/* The next line, without its end; borrowed until the next call. */
enum lines_status lines_next(struct lines *lines, const char **linep, size_t *lenp);

/* Whether lines_fill() would not wait. */
bool lines_is_ready(const struct lines *lines);

/* Waits for input and reads it. 0, or -1 and errno. */
int lines_fill(struct lines *lines);
