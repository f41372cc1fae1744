/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Recognises whether the caller runs in the process that set the mark or in a child of it. The pid
 * alone does not suffice, because the first process of a pid namespace can have the pid that its
 * parent had in its own. The mark therefore also has a page that the kernel clears in a child
 * (MADV_WIPEONFORK, Linux 4.14); older kernels leave only the pid to compare.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_mark {
    pid_t pid;
    uint8_t *page; /* NULL where the kernel has no such pages */
};

/* Sets the mark for this process. A zero-initialised struct is a mark that nobody has set. */
void process_mark_set(struct process_mark *mark);

/* Frees the page. The mark is then as one that nobody has set. Safe twice and in a child. */
void process_mark_clear(struct process_mark *mark);

/* Returns whether this process set the mark. */
bool process_mark_is_ours(const struct process_mark *mark);
