/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The verifiers: those of the epoch in force, which are replaced when they end, and those of the
 * epoch before, which are not. The front closes the sockets of the old ones when they have
 * answered; an old one that stays longer than a request may take is killed.
 *
 * Verifiers are killed here alone: the front wants it (pool_kill_overrun), the verifier outstays
 * its epoch (pool_kill_late), the front has ended or the daemon stops (pool_kill). Apart from that
 * the kernel ends a verifier by its CPU timer or its filter (daemon/os/sandbox.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/limits.h"
#include "daemon/load/epoch.h"
#include "daemon/supervisor/channel.h"

/* A place for a verifier, which may be empty. */
struct pool_verifier {
    struct child child;
    uint32_t number; /* the front's name for it, which no other verifier ever gets */
    bool is_fresh;   /* executed, and not forked (fresh_verifier.h) */
    struct back_off back_off;
};

/* The places of one epoch, spare verifiers included, and those of the epochs in force and before.
 */
#define POOL_EPOCH_COUNT  (LIMIT_VERIFIERS_COUNT + LIMIT_SPARE_VERIFIERS_COUNT)
#define POOL_PLACES_COUNT (2 * POOL_EPOCH_COUNT)

struct pool {
    struct pool_verifier places[POOL_PLACES_COUNT];
    size_t first;       /* place of the epoch in force; the other half is the old epoch's */
    size_t n;           /* how many places from there are to be filled */
    int64_t old_end_ms; /* when old verifiers are killed, by clock_now_ms */
    uint32_t last_number;
    int64_t crash_ms;     /* when a verifier crashed last, by clock_now_ms; 0: none has */
    bool cannot_be_fresh; /* a fresh verifier has given up at its start: all are forked */
    int packed;           /* the epoch of number packed_epoch, for fresh verifiers; or -1 */
    uint64_t packed_epoch;
    uint64_t n_restarts; /* how many verifiers have ended out of order */
};

/* Makes a pool of `n` empty places, the first of which is due at once. */
void pool_init(struct pool *pool, size_t n);

/* Closes what the pool keeps for fresh verifiers; the verifiers themselves stay. */
void pool_deinit(struct pool *pool);

/* Starts a verifier in each empty place that is due, and hands it to the front. For some time after
 * a crash verifiers are executed and not forked. */
void pool_start_due(struct pool *pool, const struct spawn_setup *setup, const struct epoch *epoch,
                    struct channel *channel);

/*
 * Starts the `n` verifiers of a new epoch, all or none, and hands them to the front; the present
 * ones become old. Not to be called while pool_has_old: there is no room for a third epoch. Returns
 * 0, or -errno and the pool has not changed.
 */
int pool_renew(struct pool *pool, size_t n, const struct spawn_setup *setup,
               const struct epoch *epoch, struct channel *channel);

/* Returns whether a verifier of the old epoch is still there. */
bool pool_has_old(const struct pool *pool);

/* Kills a verifier, by the number that the front uses, that is past its deadline or has sent what
 * is not a reply; nothing happens if it has ended. */
void pool_kill_overrun(struct pool *pool, uint32_t number);

/* Lets the successor of a verifier that ended with a request at work start at once: the request
 * caused the end, and other clients must not wait for it. */
void pool_excuse(struct pool *pool, uint32_t number);

/* Kills the verifiers of the old epoch once their time is over. */
void pool_kill_late(const struct pool *pool);

/* Kills every verifier. */
void pool_kill(const struct pool *pool);

/* Collects the verifiers that have ended, and sends the front the cause of each. */
void pool_reap(struct pool *pool, struct channel *channel);

/* Collects the verifiers that have ended; nothing is logged or sent. For the daemon's end. */
void pool_reap_silently(struct pool *pool);

bool pool_is_empty(const struct pool *pool);

/* Returns when pool_start_due or pool_kill_late has something to do next, by clock_now_ms;
 * INT64_MAX for never. */
int64_t pool_due_ms(const struct pool *pool);
