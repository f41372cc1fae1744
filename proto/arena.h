/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Memory for one message. All of it is freed together. Both the bytes and the number of allocations
 * are limited, since protobuf-c can need sixty times as much memory as a hostile message has bytes.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t n_bytes;             /* bytes handed out so far */
    size_t n_allocations;
    size_t limit_bytes;
    size_t limit_allocations;
    bool is_fixed;      /* the memory belongs to the caller (arena_init_in) */
    bool over_limit;    /* an allocation was refused because of a limit */
    bool out_of_memory; /* malloc failed, or the caller's memory is used up */
};

/* Begins an empty arena. A limit of 0 refuses every allocation. */
void arena_init(struct arena *arena, size_t limit_bytes, size_t limit_allocations);

/*
 * Begins an arena in n bytes of the caller's memory, which has to be aligned for any type and to
 * outlive the arena. Such an arena never calls malloc; once the memory is used up, arena_alloc
 * returns NULL and sets out_of_memory.
 */
void arena_init_in(struct arena *arena, void *memory, size_t n);

/*
 * Frees all memory that the arena has given out and leaves it empty. It may be used again
 * afterwards; a second call does nothing.
 */
void arena_deinit(struct arena *arena);

/*
 * Returns n bytes, aligned for any type, with undefined contents. Returns NULL on failure and sets
 * over_limit or out_of_memory.
 */
void *arena_alloc(struct arena *arena, size_t n);
