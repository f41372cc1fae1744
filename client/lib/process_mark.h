/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Tells whether this process set the mark or is a child (by fork) of the process that did. The pid
 * alone does not suffice, because the first process of a pid namespace can have the pid that its
 * parent has in the parent's namespace. Therefore the mark also has a page that the kernel clears
 * in a child (MADV_WIPEONFORK, Linux 4.14); with older kernels only the pid is compared.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_mark {
    pid_t pid;
    uint8_t *page; /* NULL if the kernel does not support such pages */
};

/* Sets the mark for this process. A zero-initialised mark counts as set by no process. */
void process_mark_set(struct process_mark *mark);

/* Frees the page, and leaves a mark that no process has set. May be called twice and in a child. */
void process_mark_clear(struct process_mark *mark);

/* Returns whether this process set the mark. */
bool process_mark_is_ours(const struct process_mark *mark);
