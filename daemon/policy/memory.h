/* SPDX-License-Identifier: MIT */
#pragma once

/* Memory that is allocated piece by piece while a policy is built, and freed as a whole. */

#include <stddef.h>

struct policy_block;

/* Zero-initialised, it is empty. */
struct policy_memory {
    struct policy_block *blocks;
};

/* Returns zeroed memory for `n` objects of `size` bytes, or NULL if there is none. It is never NULL
 * for n = 0. */
void *policy_memory_alloc(struct policy_memory *memory, size_t n, size_t size);

/* Returns a copy of `len` bytes of text with a NUL, or NULL if there is no memory. */
char *policy_memory_copy_text(struct policy_memory *memory, const char *text, size_t len);

/* Frees all of it and leaves it empty. */
void policy_memory_deinit(struct policy_memory *memory);
