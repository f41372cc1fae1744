/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The verifier processes: those of the epoch in force, which are replaced when they end, and those
 * of the epoch before it, which are not. When old verifiers have answered, the front closes their
 * sockets; an old one that stays longer than a request may take is killed.
 *
 * Only this file kills verifiers: because the front asks for it (pool_condemn), because a
 * verifier outlives its epoch (pool_kill_late), or because the front has ended or the daemon stops
 * (pool_kill). Besides that, the kernel ends a verifier by its CPU timer or its system-call filter
 * (daemon/os/sandbox.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/limits.h"
#include "daemon/load/epoch.h"
#include "daemon/supervisor/channel.h"

/* A place for one verifier, which may be empty. */
struct pool_verifier {
    struct child child;
    uint32_t number; /* the number by which the front knows the verifier; never used again for
                        another one */
    bool is_fresh;   /* the verifier was executed and not forked (fresh_verifier.h) */
    struct back_off back_off;
    unsigned n_stopped; /* the number of checks in a row that have found it stopped by a signal */
};

/*
 * The number of places for one epoch, spare verifiers included; and for two epochs, the one in
 * force and the one before it.
 */
#define POOL_EPOCH_COUNT  (LIMIT_VERIFIERS_COUNT + LIMIT_SPARE_VERIFIERS_COUNT)
#define POOL_PLACES_COUNT (2 * POOL_EPOCH_COUNT)

struct pool {
    struct pool_verifier places[POOL_PLACES_COUNT];
    size_t first; /* the index of the first place of the epoch in force; the old epoch has the other
                     half */
    size_t n;     /* the number of places, from `first` on, that are to be filled */
    int64_t old_end_ms; /* the clock_now_ms() at which old verifiers are killed */
    int64_t watch_ms;   /* the clock_now_ms() at which pool_kill_stopped looks next */
    uint32_t last_number;
    int64_t crash_ms; /* the clock_now_ms() of the last crash of a verifier; 0: none has crashed */
    bool cannot_be_fresh; /* a fresh verifier gave up at its start, so that all verifiers are forked
                           */
    /* descriptor of the memory file from which fresh verifiers read their epoch; -1: none */
    int packed;
    uint64_t packed_epoch; /* the number of the epoch in that file */
    uint64_t n_restarts;   /* the number of verifiers that ended with a crash or another failure */
};

/* Makes a pool of `n` empty places, of which the first is to be filled at once. */
void pool_init(struct pool *pool, size_t n);

/* Closes the memory file for fresh verifiers. Does not touch the verifiers. */
void pool_deinit(struct pool *pool);

/*
 * Starts a verifier in each empty place that is due, and sends it to the front. For some time after
 * a crash, verifiers are executed instead of forked.
 */
void pool_start_due(struct pool *pool, const struct spawn_setup *setup, const struct epoch *epoch,
                    struct channel *channel);

/*
 * Starts the `n` verifiers of a new epoch, all or none, and sends them to the front; the present
 * verifiers become old ones. Must not be called while pool_has_old, because there is no room for a
 * third epoch. Returns 0; or -errno, and the pool is unchanged.
 */
int pool_renew(struct pool *pool, size_t n, const struct spawn_setup *setup,
               const struct epoch *epoch, struct channel *channel);

/* Returns whether a verifier of the old epoch has not ended. */
bool pool_has_old(const struct pool *pool);

/*
 * Kills the verifier with this number because the front asks for it, and logs the reason. Does
 * nothing if the verifier has ended.
 */
void pool_condemn(struct pool *pool, uint32_t number, const char *why);

/*
 * Makes the successor of a verifier that ended with a request at work start at once: the request
 * was the cause, and other clients must not wait because of it.
 */
void pool_excuse(struct pool *pool, uint32_t number);

/* Kills the verifiers of the old epoch if their time is over. */
void pool_kill_late(const struct pool *pool);

/*
 * Kills idle verifiers that have been stopped by a signal for some seconds. It checks at most once
 * a second, however often it is called.
 */
void pool_kill_stopped(struct pool *pool);

/* Kills every verifier. */
void pool_kill(const struct pool *pool);

/* Collects the verifiers that have ended, and sends the front the cause of each end. */
void pool_reap(struct pool *pool, struct channel *channel);

/*
 * Collects the verifiers that have ended without logging or sending anything; for the end of the
 * daemon.
 */
void pool_reap_silently(struct pool *pool);

bool pool_is_empty(const struct pool *pool);

/*
 * Returns the clock_now_ms() at which pool_start_due or pool_kill_late has something to do next;
 * INT64_MAX for never.
 */
int64_t pool_due_ms(const struct pool *pool);
