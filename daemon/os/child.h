/* SPDX-License-Identifier: MIT */
#pragma once

/* A child process, held by its pidfd, so that no other process is ever meant. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
    pid_t pid;          /* 0: there is none */
    int pidfd;          /* readable when it has ended */
    int64_t started_ms; /* by clock_now_ms */
};

#define CHILD_NULL ((struct child){.pidfd = -1})

/* How a child ended. */
struct child_end {
    bool signalled;
    int status; /* the signal, or the exit status */
};

/*
 * Forks. 0 in the parent, *child filled in; 1 in the child; or -errno. The child has a process
 * group of its own, so that a terminal's signals reach the parent alone, and no signal blocked.
 */
int child_fork(struct child *child);

/*
 * In the child: to be killed when `parent` ends. Becoming another user undoes it, so after that. 0,
 * or -errno; -ESRCH if the parent is gone already.
 */
int child_tie(pid_t parent);

/* Sends a signal, if there is a child. */
void child_signal(const struct child *child, int signal);

/* Collects a child that has ended: true, *end filled in and *child empty; false if it has not. */
bool child_reap(struct child *child, struct child_end *end);
