/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A look checks in a separate process whether the files in force have changed: stat(2) can take any
 * time on a slow or hanging disk, and the supervisor must go on meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/load/epoch.h"
#include "daemon/os/child.h"
#include "daemon/os/file_watch.h"
#include "daemon/supervisor/front_files.h"

/* The files to check. Everything in the struct must exist until look_start returns. */
struct look_task {
    const struct epoch *epoch;
    const struct front_files *files;
    /* NULL if these files have not been read; they then count as changed */
    const struct file_watch *accounts;
};

struct look_result {
    bool is_outdated;      /* the result of epoch_policy_has_changed */
    bool is_stale;         /* the result of epoch_crls_have_changed */
    bool record_has_moved; /* the result of front_files_record_has_moved */
    bool accounts_changed; /* the files of accounts have changed */
    uint64_t crls_state;   /* the result of epoch_crls_state for the CRLs on disk */
};

struct look {
    struct child child; /* the process; its pidfd becomes readable when the process has ended */
    int result;         /* the reading end of the pipe through which the result comes */
    int64_t deadline_ms;
};

#define LOOK_NULL ((struct look){.child = CHILD_NULL, .result = -1})

/* Starts a look. Returns 0 or -errno. */
int look_start(struct look *look, const struct look_task *task);

/*
 * Returns true once, when the look has ended, and fills in *result. Returns false while the look is
 * at work, if there is none, and if it ended without a result; in the last two cases another one
 * may be started.
 */
bool look_finish(struct look *look, struct look_result *result);

/* Returns whether a look is at work. */
bool look_is_at_work(const struct look *look);

/* Kills a look that has missed its deadline. */
void look_kill_late(const struct look *look);

/* Returns the clock_now_ms() at which look_kill_late is due; INT64_MAX if there is no look. */
int64_t look_due_ms(const struct look *look);
