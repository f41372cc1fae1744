/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The verifiers: those of the epoch in force, which are replaced when they end, and those of the
 * one before, which are not. The front sees to it that these have nothing more to do and lets them
 * go; what stays longer than a request may take is ended.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/limits.h"
#include "daemon/load/epoch.h"
#include "daemon/supervisor/channel.h"

struct pool_verifier {
    struct child child;
    uint32_t number; /* what the front calls it; never used twice */
    struct back_off pause;
};

/* Those at work and the spare ones of one epoch, and every place: the epoch in force, and the one
 * before. */
#define POOL_EPOCH_COUNT  (LIMIT_VERIFIERS_COUNT + LIMIT_SPARE_VERIFIERS_COUNT)
#define POOL_PLACES_COUNT (2 * POOL_EPOCH_COUNT)

struct pool {
    struct pool_verifier places[POOL_PLACES_COUNT];
    size_t first;       /* of the places of the epoch in force; the other half is the older's */
    size_t n;           /* how many of these are to be filled */
    int64_t old_end_ms; /* when what is left of the older epoch is ended */
    uint32_t last_number;
    uint64_t n_restarts; /* of verifiers that did not end in order */
};

void pool_init(struct pool *pool, size_t n);

/* Fills the places that are empty and due. */
void pool_start_due(struct pool *pool, const struct supervisor_setup *setup,
                    const struct epoch *epoch, struct channel *channel);

/*
 * Starts the `n` verifiers of a new epoch, all or none, and hands them to the front; those there
 * are become the older epoch's. Not while pool_has_old: there would be no end to them. 0, or -errno
 * and nothing has changed.
 */
int pool_renew(struct pool *pool, size_t n, const struct supervisor_setup *setup,
               const struct epoch *epoch, struct channel *channel);

/* Whether there are any of an older epoch. */
bool pool_has_old(const struct pool *pool);

/* Ends those of the older epoch whose time is over. */
void pool_end_late(const struct pool *pool);

/* Collects those that have ended, and tells the front of them. */
void pool_reap(struct pool *pool, struct channel *channel);

/* The same for those that nobody is to be told of any more. */
void pool_reap_silently(struct pool *pool);

/* The verifier that the front calls so, or NULL. */
struct pool_verifier *pool_find(struct pool *pool, uint32_t number);

void pool_kill(const struct pool *pool);
bool pool_is_empty(const struct pool *pool);

/* When the next place is to be filled, or pool_end_late is due; INT64_MAX for never. By
 * clock_now_ms. */
int64_t pool_due_ms(const struct pool *pool);
