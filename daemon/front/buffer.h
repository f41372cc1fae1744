/* SPDX-License-Identifier: MIT */
#pragma once

/* A queue of bytes that grows when needed and holds no memory while it is empty. */

#include <stddef.h>
#include <stdint.h>

struct buffer {
    uint8_t *memory;
    size_t size;
    size_t start; /* the offset in `memory` of the first byte */
    size_t len;   /* the number of bytes in the queue */
};

#define BUFFER_NULL ((struct buffer){0})

/* Frees the memory. The buffer is empty afterwards and may be used again. May be called twice. */
void buffer_deinit(struct buffer *buffer);

/* Returns the address of the first byte. */
static inline const uint8_t *buffer_data(const struct buffer *buffer)
{
    return buffer->memory + buffer->start;
}

/*
 * Makes room for n bytes behind the last byte. Returns 0, and *roomp is the address of the room; or
 * -ENOMEM.
 */
int buffer_reserve(struct buffer *buffer, size_t n, uint8_t **roomp);

/* Adds the first n bytes of the room that buffer_reserve made to the queue. */
void buffer_commit(struct buffer *buffer, size_t n);

/* Appends n bytes. Returns 0; or -ENOMEM, and the buffer is unchanged. */
int buffer_append(struct buffer *buffer, const void *data, size_t n);

/* Removes the first n bytes; the buffer must hold at least n. */
void buffer_consume(struct buffer *buffer, size_t n);

/* Removes all bytes but keeps the memory. */
static inline void buffer_clear(struct buffer *buffer)
{
    buffer->start = buffer->len = 0;
}
