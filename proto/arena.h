/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Memory for one message: everything is freed together, and there is a ceiling on bytes and on the
 * number of allocations, since a decoder can be made to ask for sixty times what it reads.
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
    bool is_fixed;      /* in memory of the caller */
    bool over_limit;    /* a ceiling was met */
    bool out_of_memory; /* there was no memory below the ceiling */
};

/* Zero limits refuse everything. Nothing is allocated yet. */
void arena_init(struct arena *arena, size_t limit_bytes, size_t limit_allocations);

/*
 * An arena in n bytes of the caller's memory, which has to be aligned for any type and to outlive
 * the arena. It never calls malloc(); where the memory is used up, out_of_memory is set.
 */
void arena_init_in(struct arena *arena, void *memory, size_t n);

/* Frees everything handed out; the arena may be used again. Safe twice. */
void arena_deinit(struct arena *arena);

/* Memory aligned for any type, not cleared; NULL at a ceiling (over_limit is then set) or without
 * memory. */
void *arena_alloc(struct arena *arena, size_t n);
