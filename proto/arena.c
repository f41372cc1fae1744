/* SPDX-License-Identifier: MIT */
#include "proto/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

/* The size of a chunk in bytes; most messages fit into one. */
#define CHUNK_BYTES 8192
#define ALIGNMENT   alignof(max_align_t)

struct arena_chunk {
    struct arena_chunk *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char data[];
};

void arena_init(struct arena *arena, size_t limit_bytes, size_t limit_allocations)
{
    *arena = (struct arena){
        .limit_bytes = limit_bytes,
        .limit_allocations = limit_allocations,
    };
}

void arena_init_in(struct arena *arena, void *memory, size_t n)
{
    struct arena_chunk *chunk = memory;

    arena_init(arena, SIZE_MAX, SIZE_MAX);
    arena->is_fixed = true;
    if (n < sizeof(*chunk))
        return;
    *chunk = (struct arena_chunk){.size = n - sizeof(*chunk)};
    arena->chunks = chunk;
}

void arena_deinit(struct arena *arena)
{
    struct arena_chunk *chunk = arena->is_fixed ? NULL : arena->chunks;

    while (chunk) {
        struct arena_chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
    arena_init(arena, arena->limit_bytes, arena->limit_allocations);
}

static bool add_chunk(struct arena *arena, size_t n)
{
    size_t size = n > CHUNK_BYTES ? n : CHUNK_BYTES;
    struct arena_chunk *chunk = arena->is_fixed ? NULL : malloc(sizeof(*chunk) + size);

    if (!chunk)
        return false;
    *chunk = (struct arena_chunk){.next = arena->chunks, .size = size};
    arena->chunks = chunk;
    return true;
}

void *arena_alloc(struct arena *arena, size_t n)
{
    struct arena_chunk *chunk;
    void *result;

    if (arena->n_allocations >= arena->limit_allocations ||
        n > arena->limit_bytes - arena->n_bytes) {
        arena->over_limit = true;
        return NULL;
    }
    n = (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    chunk = arena->chunks;
    if (!chunk || n > chunk->size - chunk->used) {
        if (!add_chunk(arena, n)) {
            arena->out_of_memory = true;
            return NULL;
        }
        chunk = arena->chunks;
    }

    result = chunk->data + chunk->used;
    chunk->used += n;
    arena->n_bytes += n < arena->limit_bytes - arena->n_bytes ? n
                                                              : arena->limit_bytes - arena->n_bytes;
    arena->n_allocations++;
    return result;
}
