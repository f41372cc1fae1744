/* SPDX-License-Identifier: MIT */
#pragma once

/* What the parts of the supervisor share: the loop (supervisor.c), epochs (epoch.c), reloading
 * (reload.c), what is told of all that (facts.c). */

#include <stdio.h>

#include "daemon/supervisor/channel.h"
#include "daemon/supervisor/checker.h"
#include "daemon/supervisor/front_files.h"
#include "daemon/supervisor/pool.h"
#include "daemon/supervisor/supervisor.h"

struct supervisor {
    const struct supervisor_setup *setup;
    struct sources sources;
    struct epoch *epoch; /* in force */
    int signals;
    struct channel channel;
    struct pool pool;
    struct front_files outlets;
    uint64_t n_front_restarts;

    struct {
        struct checker checker;
        bool wanted;    /* one is to begin as soon as the one before is done with */
        bool asked;     /* a client waits for the one that is wanted */
        bool answering; /* a client waits for the one at work */
        bool refused;   /* how the last one went, and why, and when in Unix time */
        struct policy_error error;
        int64_t when_s;
    } reload;

    struct {
        char *told;    /* what the front knows; NULL: nothing */
        bool stale;    /* something may have changed */
        bool outdated; /* the files on disk are not what is in force */
    } facts;

    struct {
        bool refused; /* those on disk are not in force, and why */
        struct policy_error error;
    } crls;

    bool announced; /* this front knows the epoch */
    bool said_ready;
    bool stopping;
    bool killed;         /* while stopping: all that was left has been told to end */
    int64_t stop_ms;     /* when whatever is left is killed */
    int64_t watchdog_ms; /* when the service manager has to hear from us again */
    int64_t look_ms;     /* when the files are looked at again */
    int64_t remarks_s;   /* when pins are remarked on again, in Unix time */
};

/* --- epoch.c --- */

/* Tells a new front the epoch in force. */
void switch_announce(struct supervisor *supervisor);

/*
 * Brings a generation into force: all that it needs is there before the front is told, and nothing
 * has changed if it cannot be. Takes it if it returns 0; otherwise 1 or -errno, and *error says
 * why.
 */
int switch_enter(struct supervisor *supervisor, struct epoch *epoch, struct policy_error *error);

/* How many verifiers a generation is served by, the spare ones among them. */
size_t switch_n_verifiers(const struct epoch *epoch);

/* What its policy wants written or served besides. As front_files_open. */
int switch_open_front_files(struct front_files *outlets, const struct front_files *old,
                            const struct epoch *epoch, struct policy_error *error);

/* --- reload.c --- */

/* Somebody wants a reload; `asked`: a client of the front's, who is told how it goes. One that is
 * wanted during another follows it. */
void reload_want(struct supervisor *supervisor, bool asked);

/* Begins what is wanted and collects what has ended. */
void reload_step(struct supervisor *supervisor);

/* Looks at the files that are in force, if it is time: CRLs that have changed are a new epoch. */
void reload_look(struct supervisor *supervisor);

/* Gives up what is at work, without a word. */
void reload_stop(struct supervisor *supervisor);

/* --- facts.c --- */

/* Whether a libcrypto that prints itself so is below the first release with known faults mended. */
bool facts_is_dated(const char *version);

/* Tells the front what status says of us, if that has changed. */
void facts_tell(struct supervisor *supervisor);

/* Whether the files on disk are what serves, as far as is known. */
bool facts_files_in_force(const struct supervisor *supervisor);

/* --- facts_metrics.c --- */

/* OpenMetrics text in printable ASCII, whole lines, without the end. */
void facts_write_metrics(FILE *file, const struct supervisor *supervisor);
