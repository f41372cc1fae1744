/* SPDX-License-Identifier: MIT */
#pragma once

/* A queue of bytes, which grows when needed and holds no memory while it is empty. */

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *memory;
    size_t size;
    size_t start; /* offset of the first byte */
    size_t len;   /* number of bytes */
};

#define BUFFER_NULL ((struct buffer){0})

/* Frees the memory. The buffer is empty afterwards and may be used again. Safe to call twice. */
void buffer_deinit(struct buffer *buffer);

/* Returns where the first byte stands. */
static inline const uint8_t *buffer_data(const struct buffer *buffer)
{
    return buffer->memory + buffer->start;
}

/* Makes room for n more bytes behind the last one. Returns 0, and *roomp is where they belong; or
 * -ENOMEM. */
int buffer_reserve(struct buffer *buffer, size_t n, uint8_t **roomp);

/* Makes the first n bytes of the room part of the buffer. */
void buffer_commit(struct buffer *buffer, size_t n);

/* Appends n bytes. Returns 0; or -ENOMEM, and then nothing is appended. */
int buffer_append(struct buffer *buffer, const void *data, size_t n);

/* Removes the first n bytes, of at least as many. */
void buffer_consume(struct buffer *buffer, size_t n);

/* Removes all bytes, but keeps the memory for the next ones. */
static inline void buffer_clear(struct buffer *buffer)
{
    buffer->start = buffer->len = 0;
}
