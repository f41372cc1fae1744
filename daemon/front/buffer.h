/* SPDX-License-Identifier: MIT */
#pragma once

/* A queue of bytes that grows when needed and holds no memory while it is empty. */

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *memory;
    size_t size;
    size_t start; /* where the first byte stands */
    size_t len;   /* how many bytes there are */
};

#define BUFFER_NULL ((struct buffer){0})

/* Frees the memory; the buffer is empty and may be used again. Safe twice. */
void buffer_deinit(struct buffer *buffer);

static inline const uint8_t *buffer_data(const struct buffer *buffer)
{
    return buffer->memory + buffer->start;
}

/* Room for n more bytes behind the last: *roomp. 0 or -ENOMEM. */
int buffer_reserve(struct buffer *buffer, size_t n, uint8_t **roomp);

/* Says that n bytes have been written into the room. */
void buffer_commit(struct buffer *buffer, size_t n);

/* Appends n bytes. 0 or -ENOMEM, and then nothing is appended. */
int buffer_append(struct buffer *buffer, const void *data, size_t n);

/* Takes n bytes, which are there, from the front. */
void buffer_consume(struct buffer *buffer, size_t n);

/* Empties it, but keeps the memory for the next bytes. */
static inline void buffer_clear(struct buffer *buffer)
{
    buffer->start = buffer->len = 0;
}
