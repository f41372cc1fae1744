/* SPDX-License-Identifier: MIT */
#pragma once

/* What the parts of the supervisor share: the loop (supervisor.c), epochs (epoch.c), reloading
 * (reload.c), what is told of all that (facts.c). */

#include "daemon/channel.h"
#include "daemon/checker.h"
#include "daemon/pool.h"
#include "daemon/supervisor.h"

struct supervisor {
    const struct supervisor_setup *setup;
    struct sources sources;
    struct generation *generation; /* in force */
    int signals;
    struct channel channel;
    struct pool pool;
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

    bool announced; /* this front knows the epoch */
    bool said_ready;
    bool stopping;
    bool killed;         /* while stopping: all that was left has been told to end */
    int64_t stop_ms;     /* when whatever is left is killed */
    int64_t watchdog_ms; /* when the service manager has to hear from us again */
    int64_t look_ms;     /* when the files are looked at again */
};

/* --- epoch.c --- */

/* Tells a new front the epoch in force. */
void epoch_announce(struct supervisor *supervisor);

/*
 * Brings a generation into force: its verifiers are there before the front is told, and nothing has
 * changed if they cannot be. Takes it if it returns 0; or -errno.
 */
int epoch_enter(struct supervisor *supervisor, struct generation *generation);

/* --- reload.c --- */

/* Somebody wants a reload; `asked`: a client of the front's, who is told how it goes. One that is
 * wanted during another follows it. */
void reload_want(struct supervisor *supervisor, bool asked);

/* Begins what is wanted and collects what has ended. */
void reload_step(struct supervisor *supervisor);

/* Gives up what is at work, without a word. */
void reload_stop(struct supervisor *supervisor);

/* --- facts.c --- */

/* Tells the front what status says of us, if that has changed. */
void facts_tell(struct supervisor *supervisor);
