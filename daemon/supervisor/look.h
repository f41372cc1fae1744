/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A look at the files in force, by a process of its own: stat(2) on a slow or hanging disk takes as
 * long as it takes, and the supervisor goes on meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/load/epoch.h"
#include "daemon/os/child.h"
#include "daemon/os/file_watch.h"
#include "daemon/supervisor/front_files.h"

/* The files that are looked at; all are borrowed for look_start. */
struct look_task {
    const struct epoch *epoch;
    const struct front_files *files;
    const struct file_watch *accounts; /* NULL: they have not been read, and count as changed */
};

struct look_result {
    bool is_outdated;      /* epoch_is_outdated */
    bool is_stale;         /* epoch_is_stale */
    bool record_has_moved; /* front_files_record_has_moved */
    bool accounts_changed; /* the files of accounts have changed */
    uint64_t crls_state;   /* epoch_crls_state: the CRLs as they are on disk */
};

struct look {
    struct child child; /* its pidfd becomes readable when the look has ended */
    int result;         /* the reading end of the pipe that the result comes through */
    int64_t deadline_ms;
};

#define LOOK_NULL ((struct look){.child = CHILD_NULL, .result = -1})

/* Starts a look. Returns 0 or -errno. */
int look_start(struct look *look, const struct look_task *task);

/* Returns true once, when the look has ended and found *result. Returns false while it is at work,
 * if there is none, and if it ended without a result; then another one may be started. */
bool look_finish(struct look *look, struct look_result *result);

/* Returns whether a look is at work. */
bool look_is_at_work(const struct look *look);

/* Kills a look whose time is over. */
void look_kill_late(const struct look *look);

/* Returns when look_kill_late is due, by clock_now_ms; INT64_MAX if there is no look. */
int64_t look_due_ms(const struct look *look);
