/* SPDX-License-Identifier: MIT */
#pragma once

/* Memory that is allocated piece by piece while a policy is built, and freed all at once. */

#include <stddef.h>

struct policy_block;

/* Zero-initialised, it holds no block. */
struct policy_memory {
    struct policy_block *blocks;
};

/*
 * Returns zeroed memory for `n` objects of `size` bytes, or NULL if memory ran out. For n = 0 it
 * returns a pointer that is not NULL and must not be dereferenced.
 */
void *policy_memory_alloc(struct policy_memory *memory, size_t n, size_t size);

/* Returns a copy of `len` bytes of text with a NUL, or NULL if memory ran out. */
char *policy_memory_copy_text(struct policy_memory *memory, const char *text, size_t len);

/* Frees all memory that was allocated from it. It may be used again afterwards. */
void policy_memory_deinit(struct policy_memory *memory);
