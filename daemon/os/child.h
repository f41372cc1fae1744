/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A child process. It is referred to by its pidfd, so that a signal never reaches another process
 * that got the same process id later.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
    pid_t pid;          /* 0: there is no child */
    int pidfd;          /* becomes readable when the child ends */
    int64_t started_ms; /* time of the start by clock_now_ms */
};

#define CHILD_NULL ((struct child){.pidfd = -1})

/* How a child ended. */
struct child_end {
    bool signalled;
    int status; /* the signal if `signalled`, else the exit status */
};

/*
 * Forks. The child gets a process group of its own, so that signals of a terminal reach only the
 * parent, and no signal is blocked in it. Returns 0 in the parent, with *child filled in; 1 in the
 * child; or -errno.
 */
int child_fork(struct child *child);

/*
 * Called in the child: makes the kernel kill the child when `parent` ends. The kernel forgets this
 * when the child becomes another user, so it is called after that. Returns 0, -ESRCH if the parent
 * has ended already, or -errno.
 */
int child_tie(pid_t parent);

/* Sends a signal to the child; does nothing if there is none. */
void child_signal(const struct child *child, int signal);

/* Returns whether the child has been stopped by a signal, and waits for SIGCONT. */
bool child_is_stopped(const struct child *child);

/*
 * Collects the child if it has ended. Returns true, with *end filled in and *child empty; or false
 * if the child is still running. Never blocks.
 */
bool child_reap(struct child *child, struct child_end *end);
