/* SPDX-License-Identifier: MIT */
#include "daemon/front/buffer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The size of the first allocation: large enough for most requests, and small enough for thousands
 * of connections.
 */
#define FIRST_BYTES 4096

void buffer_deinit(struct buffer *buffer)
{
    free(buffer->memory);
    *buffer = BUFFER_NULL;
}

static void move_to_start(struct buffer *buffer)
{
    if (buffer->start > 0)
        memmove(buffer->memory, buffer->memory + buffer->start, buffer->len);
    buffer->start = 0;
}

int buffer_reserve(struct buffer *buffer, size_t n, uint8_t **roomp)
{
    size_t size = buffer->size ? buffer->size : FIRST_BYTES;
    uint8_t *memory;

    if (!buffer->memory || buffer->size - buffer->start - buffer->len < n) {
        if (buffer->memory)
            move_to_start(buffer);
        while (size - buffer->len < n)
            size *= 2;
        if (size != buffer->size) {
            memory = realloc(buffer->memory, size);
            if (!memory)
                return -ENOMEM;
            buffer->memory = memory;
            buffer->size = size;
        }
    }
    *roomp = buffer->memory + buffer->start + buffer->len;
    return 0;
}

void buffer_commit(struct buffer *buffer, size_t n)
{
    assert(n <= buffer->size - buffer->start - buffer->len);
    buffer->len += n;
}

int buffer_append(struct buffer *buffer, const void *data, size_t n)
{
    uint8_t *room;
    int r = buffer_reserve(buffer, n, &room);

    if (r)
        return r;
    memcpy(room, data, n);
    buffer_commit(buffer, n);
    return 0;
}

void buffer_consume(struct buffer *buffer, size_t n)
{
    assert(n <= buffer->len);
    buffer->start += n;
    buffer->len -= n;
    if (buffer->len == 0)
        buffer_deinit(buffer);
}
