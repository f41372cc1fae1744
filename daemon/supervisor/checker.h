/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The checker is a separate process that reads the files of an epoch, runs the epoch's self-tests,
 * and passes the epoch to the supervisor as bytes. If a configuration takes all memory or time, a
 * library ends its process because memory ran out, or a disk is slow, only the checker is affected,
 * and the supervisor goes on.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/load/epoch.h"
#include "daemon/os/child.h"

/* The objects that a checker reads. The objects must exist until checker_start returns. */
struct checker_task {
    const struct sources *sources; /* the configuration file and all files that it names */
    const struct epoch *refreshed; /* unless NULL: read only the CRLs of this epoch again */
};

struct checker {
    struct child child; /* the process; its pidfd becomes readable when the process has ended */
    int result;         /* the reading end of the pipe through which the result comes */
    int packed;         /* the memory file through which the epoch comes */
    int64_t deadline_ms;
};

#define CHECKER_NULL ((struct checker){.child = CHILD_NULL, .result = -1, .packed = -1})

/* The outcome for an epoch that is good. Every other value means that the epoch is refused. */
#define CHECKER_GOOD 0x6b5d92c7u

struct checker_result {
    uint32_t outcome;
    bool is_failure; /* without CHECKER_GOOD: no file is at fault, so that another attempt may
                        succeed */
    struct policy_error error; /* without CHECKER_GOOD: the reason */
    struct bytes packed;       /* with CHECKER_GOOD: the epoch for epoch_unpack, or its new CRLs */
};

/* Starts a checker. Returns 0 or -errno. */
int checker_start(struct checker *checker, const struct checker_task *task);

/*
 * Returns true once, when the checker has ended: *result is filled in, and the checker equals
 * CHECKER_NULL again. Returns false while the checker is at work, and if there is none.
 */
bool checker_finish(struct checker *checker, struct checker_result *result);

/*
 * Runs a checker from start to end and waits for it; for the start of the daemon, when no other
 * work has to go on. Fills in *result in any case.
 */
void checker_run(const struct checker_task *task, struct checker_result *result);

/* Frees the bytes of a result. May be called twice, and for a zero-initialised result. */
void checker_result_deinit(struct checker_result *result);

/* Kills a checker that has missed its deadline. */
void checker_kill_late(const struct checker *checker);

/*
 * Returns the clock_now_ms() at which checker_kill_late is due; INT64_MAX if there is no checker.
 */
int64_t checker_due_ms(const struct checker *checker);
