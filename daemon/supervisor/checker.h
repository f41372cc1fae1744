/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The checker: a process of its own that reads the files of an epoch, lets the epoch prove itself,
 * and hands it to the supervisor in bytes. A configuration that takes all memory or all time, a
 * library that ends its process for want of memory, and a disk that is slow cost the checker alone,
 * and the supervisor goes on meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/load/epoch.h"
#include "daemon/os/child.h"

/* The files that a checker reads; the pointers are borrowed until it is started. */
struct checker_task {
    const struct sources *sources; /* a configuration and all that it names */
    const struct epoch *refreshed; /* or, unless NULL, the CRLs of this epoch alone */
};

struct checker {
    struct child child; /* its pidfd becomes readable when the checker has ended */
    int result;         /* the reading end of the pipe that the result comes through */
    int packed;         /* the memory file that the epoch comes through */
    int64_t deadline_ms;
};

#define CHECKER_NULL ((struct checker){.child = CHILD_NULL, .result = -1, .packed = -1})

/* The outcome of an epoch that is good; any other value is a refusal. */
#define CHECKER_GOOD 0x6b5d92c7u

struct checker_result {
    uint32_t outcome;
    bool is_failure; /* without CHECKER_GOOD: no file is at fault, and trying again may help */
    struct policy_error error; /* without CHECKER_GOOD */
    struct bytes packed;       /* with CHECKER_GOOD: the epoch for epoch_unpack, or its CRLs */
};

/* Starts a checker. Returns 0 or -errno. */
int checker_start(struct checker *checker, const struct checker_task *task);

/* Returns true once, when the checker has ended: *result is filled in, and the checker is
 * CHECKER_NULL again. Returns false while it is at work, and if there is none. */
bool checker_finish(struct checker *checker, struct checker_result *result);

/* Runs a checker from start to end, for the start of the daemon, when nobody waits. *result is
 * filled in whatever happens. */
void checker_run(const struct checker_task *task, struct checker_result *result);

/* Frees the bytes of a result. Safe twice, and on a zero-initialised one. */
void checker_result_deinit(struct checker_result *result);

/* Kills a checker whose time is over. */
void checker_kill_late(const struct checker *checker);

/* Returns when checker_kill_late is due, by clock_now_ms; INT64_MAX if there is no checker. */
int64_t checker_due_ms(const struct checker *checker);
