/* SPDX-License-Identifier: MIT */
#pragma once

/* A child process, held by its pidfd, so that a signal never reaches another process that has got
 * the same number. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
    pid_t pid;          /* 0: there is none */
    int pidfd;          /* readable once the child has ended */
    int64_t started_ms; /* by clock_now_ms */
};

#define CHILD_NULL ((struct child){.pidfd = -1})

/* How a child ended. */
struct child_end {
    bool signalled;
    int status; /* the signal, or the exit status */
};

/*
 * Forks. The child has a process group of its own, so that a terminal's signals reach the parent
 * alone, and no signal blocked. Returns 0 in the parent, with *child filled in; 1 in the child; or
 * -errno.
 */
int child_fork(struct child *child);

/*
 * Called in the child: the kernel kills the child when `parent` ends. Becoming another user undoes
 * this, so that it comes after that. Returns 0, -ESRCH if the parent has ended already, or -errno.
 */
int child_tie(pid_t parent);

/* Sends a signal to the child; does nothing if there is none. */
void child_signal(const struct child *child, int signal);

/* Collects a child that has ended. Returns true, with *end filled in and *child empty; or false if
 * the child goes on. Never blocks. */
bool child_reap(struct child *child, struct child_end *end);
