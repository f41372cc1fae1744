/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reloading. The checker, a separate process, reads and tries the configuration while the
 * supervisor goes on. The supervisor itself reads no file of the configuration; it gets the epoch
 * from the checker as bytes. If anything fails, the epoch in force stays. The files in force are
 * also checked for changes from time to time: if CRLs have changed, a checker reads them and they
 * become part of a new epoch; other changes are only shown in the status.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/os/notify.h"
#include "daemon/supervisor/checker.h"
#include "daemon/supervisor/look.h"
#include "daemon/supervisor/switch_over.h"

struct reload {
    struct serving *serving;
    const struct notify *notify;
    struct sources sources;
    struct checker checker;
    bool refreshing; /* the checker at work reads only CRLs */
    bool wanted;     /* a reload is to begin once the one at work, if there is one, has ended */
    bool asked;      /* a client waits for the outcome of the reload that is wanted */
    bool answering;  /* a client waits for the outcome of the reload that is at work */

    bool refused; /* the last reload was refused */
    struct policy_error error;
    int64_t ended_s; /* the time at which the last reload ended, in seconds since 1970 */

    bool crls_refused; /* the CRLs on disk were refused, so that older ones are in force */
    bool crls_failed;  /* no file was at fault, so that unchanged CRLs are tried again */
    struct policy_error crls_error;
    bool crls_tried;     /* CRLs in the state crls_state have been read and refused */
    uint64_t crls_state; /* the result of epoch_crls_state for those CRLs */

    struct look look;
    uint64_t look_epoch;   /* the epoch whose files the look checks */
    bool accounts_changed; /* the files of account_files have changed; the reader of this flag
                              clears it */
    bool record_lost; /* the record was moved away and cannot be opened again; this has been logged
                         once */
    bool outdated;    /* files on disk differ from those in force */
    int64_t look_ms;  /* the clock_now_ms() at which the files are checked for changes next */
    int64_t warnings_s; /* the time at which warnings about pins are logged next, in seconds since
                           1970 */
    bool changed;       /* something that the status shows may have changed; the reader of this flag
                           clears it */
    bool stopped;

    struct last_good_place
        last_good;     /* the file in which the policy in force is kept for a start after a crash */
    bool on_last_good; /* the last good configuration is in force */
    struct last_good used; /* with on_last_good: how often and since when it serves */
    bool is_over; /* the last good configuration has served for its full time, so that the daemon
                     has to stop */
    int64_t complaint_ms; /* the clock_now_ms() at which the log gets another error about the last
                             good configuration */
};

/*
 * Prepares for reloads from `sources` of what `serving` has in force. All arguments must outlive
 * the struct.
 */
void reload_init(struct reload *reload, struct serving *serving, const struct notify *notify,
                 const struct sources *sources, const struct last_good_place *last_good);

/*
 * Makes the status and the log say that the last good configuration is in force, and why the files
 * on disk were refused. When the time of *used is over, reload_look sets `is_over`.
 */
void reload_set_on_last_good(struct reload *reload, const struct last_good *used,
                             const struct policy_error *refusal);

/*
 * Keeps the policy of a packed epoch as the last good one. If that fails, the failure is logged and
 * no policy is kept.
 */
void reload_keep_last_good(const struct last_good_place *place, struct bytes packed);

/*
 * Asks for a reload. `asked` says whether a client of the front waits for the outcome. If a reload
 * is at work, the new one begins after it.
 */
void reload_want(struct reload *reload, bool asked);

/* Forgets clients that wait for a reload, because they were connected to a front that has ended. */
void reload_forget_clients(struct reload *reload);

/* Begins a reload that is wanted, and handles the result of a checker or a look that has ended. */
void reload_step(struct reload *reload);

/*
 * Begins a look at the files in force and at those of account_files (`accounts`), if that is due.
 */
void reload_look(struct reload *reload, const struct file_watch *accounts);

/* Returns the clock_now_ms() at which reload_step or reload_look has something to do next. */
int64_t reload_due_ms(const struct reload *reload);

/* Kills the checker and the look at work, and begins no other ones. */
void reload_stop(struct reload *reload);

/* Returns whether the files on disk are those in force, as far as is known. */
bool reload_files_in_force(const struct reload *reload);
