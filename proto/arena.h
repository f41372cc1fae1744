/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Memory for one message. All of it is freed together, and both the bytes and the number of
 * allocations are limited, since a hostile message can make a decoder ask for sixty times its own
 * size.
 */

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t n_bytes;             /* handed out so far */
    size_t n_allocations;
    size_t limit_bytes;
    size_t limit_allocations;
    bool is_fixed;      /* the memory is the caller's */
    bool over_limit;    /* an allocation was refused because of a limit */
    bool out_of_memory; /* malloc failed, or the caller's memory is used up */
};

/* Begins an empty arena. A limit of 0 refuses every allocation. */
void arena_init(struct arena *arena, size_t limit_bytes, size_t limit_allocations);

/*
 * Begins an arena in n bytes of the caller's memory, which is aligned for any type and outlives the
 * arena. Such an arena never calls malloc(); where the memory is used up, out_of_memory is set.
 */
void arena_init_in(struct arena *arena, void *memory, size_t n);

/* Frees all memory that the arena has given out. The arena may then be used again, or deinitialised
 * again. */
void arena_deinit(struct arena *arena);

/* Returns n bytes aligned for any type and not cleared; or NULL, and over_limit or out_of_memory
 * says why. */
void *arena_alloc(struct arena *arena, size_t n);
