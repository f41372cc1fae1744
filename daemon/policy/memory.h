/* SPDX-License-Identifier: MIT */
#pragma once

/* What a policy holds, taken piece by piece while it is built and given back as a whole. */

#include <stddef.h>

struct policy_block;

/* Zero-initialised, it is empty. */
struct policy_memory {
    struct policy_block *blocks;
};

/* Room for `n` things of `size` bytes, zeroed; never of no bytes. NULL where there is none. */
void *policy_memory_alloc(struct policy_memory *memory, size_t n, size_t size);

/* A copy of a text of `len` bytes, with a NUL. NULL where there is no room. */
char *policy_memory_copy_text(struct policy_memory *memory, const char *text, size_t len);

/* Gives all of it back and leaves it empty. */
void policy_memory_deinit(struct policy_memory *memory);
