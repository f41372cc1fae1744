/* SPDX-License-Identifier: MIT */
#include "daemon/policy/memory.h"

#include <stdlib.h>
#include <string.h>

struct policy_block {
    struct policy_block *next;
    max_align_t content[];
};

void *policy_memory_alloc(struct policy_memory *memory, size_t n, size_t size)
{
    struct policy_block *block;
    size_t len;

    if (__builtin_mul_overflow(n, size, &len) || __builtin_add_overflow(len, sizeof(*block), &len))
        return NULL;
    block = calloc(1, len + 1);
    if (!block)
        return NULL;
    block->next = memory->blocks;
    memory->blocks = block;
    return block->content;
}

char *policy_memory_copy_text(struct policy_memory *memory, const char *text, size_t len)
{
    char *copy = policy_memory_alloc(memory, len + 1, 1);

    if (copy)
        memcpy(copy, text, len);
    return copy;
}

void policy_memory_deinit(struct policy_memory *memory)
{
    while (memory->blocks) {
        struct policy_block *block = memory->blocks;

        memory->blocks = block->next;
        free(block);
    }
}
