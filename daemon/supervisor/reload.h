/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reloading: the checker, a process of its own, reads and tries the configuration while the
 * supervisor goes on; the epoch comes back in bytes, and the supervisor reads no file. Whatever
 * fails, the epoch in force goes on. The files in force are also looked at from time to time: CRLs
 * that have changed are read by a checker too and make a new epoch, anything else is only shown in
 * status.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/os/notify.h"
#include "daemon/supervisor/checker.h"
#include "daemon/supervisor/switch_over.h"

struct reload {
    struct serving *serving;
    const struct notify *notify;
    struct sources sources;
    struct checker checker;
    bool refreshing; /* the checker at work reads CRLs alone */
    bool wanted;     /* a reload is to begin when the one at work, if any, has ended */
    bool asked;      /* a client waits for the outcome of the wanted one */
    bool answering;  /* a client waits for the outcome of the one at work */

    bool refused; /* the last reload was refused */
    struct policy_error error;
    int64_t ended_s; /* when the last reload ended, in Unix time */

    bool crls_refused; /* the CRLs on disk were refused, and older ones are in force */
    bool crls_failed;  /* no file was at fault, so the CRLs are tried again although unchanged */
    struct policy_error crls_error;

    bool record_lost;   /* the record was moved away and cannot be opened anew; logged once */
    bool outdated;      /* files on disk differ from those in force */
    int64_t look_ms;    /* when the files are looked at again, by clock_now_ms */
    int64_t warnings_s; /* when warnings about pins are logged again, in Unix time */
    bool changed;       /* something that status shows may have changed; the reader clears it */
    bool stopped;

    struct last_good_place last_good; /* where the policy in force is kept */
    bool on_last_good;                /* the last good configuration is in force */
    struct last_good used;            /* with on_last_good: since when */
    bool is_over;                     /* its time is over, and the daemon has to stop */
    int64_t complaint_ms;             /* when the log gets another error about that */
};

/* Prepares for reloads of what `serving` has in force from `sources`; all are borrowed. */
void reload_init(struct reload *reload, struct serving *serving, const struct notify *notify,
                 const struct sources *sources, const struct last_good_place *last_good);

/* Lets status and log say that the last good configuration is in force, and why the files on disk
 * were refused. When the time of *used is over, reload_look sets `is_over`. */
void reload_set_on_last_good(struct reload *reload, const struct last_good *used,
                             const struct policy_error *refusal);

/* Keeps the policy of a packed epoch as the last good one. A failure is logged, and none is kept.
 */
void reload_keep_last_good(const struct last_good_place *place, struct bytes packed);

/* Asks for a reload; `asked`: a client of the front waits for the outcome. A reload that is wanted
 * during another follows it. */
void reload_want(struct reload *reload, bool asked);

/* Forgets clients that wait: they are gone with their front. */
void reload_forget_clients(struct reload *reload);

/* Begins a reload that is wanted, and finishes one whose trial has ended. */
void reload_step(struct reload *reload);

/* Looks at the files in force if it is time. */
void reload_look(struct reload *reload);

/* Kills the trial at work, and begins no other. */
void reload_stop(struct reload *reload);

/* Returns whether the files on disk are those in force, as far as is known. */
bool reload_files_in_force(const struct reload *reload);
