/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which process a connection belongs to. A number alone does not say: the first process of a new
 * pid namespace has the number that its parent may have had too. So there is a page beside it that
 * the kernel clears in a child (MADV_WIPEONFORK, Linux 4.14; before that the number has to do).
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct owner {
    pid_t pid;
    uint8_t *page; /* NULL: the kernel cannot */
};

#define OWNER_NULL ((struct owner){0})

/* From now on it is this process's. */
void owner_claim(struct owner *owner);

/* Nobody's any more. Safe twice, and in a child. */
void owner_release(struct owner *owner);

/* Whether this very process claimed it. */
bool owner_is_us(const struct owner *owner);
