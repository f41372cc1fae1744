/* SPDX-License-Identifier: MIT */
#pragma once

/* What the front counts, since it started. Counting never fails and never allocates. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/front/cache.h"
#include "daemon/front/histogram.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/note.h"

/* Names that are counted one by one; whatever comes after them is counted together. */
#define STATISTICS_NAMES_COUNT 32

struct names {
    size_t n;
    struct {
        char name[NOTE_RULE_BYTES];
        uint64_t count;
    } rows[STATISTICS_NAMES_COUNT];
    uint64_t n_others;
};

/* The limits that a client can be over. */
enum busy {
    BUSY_CONNECTIONS = 0,
    BUSY_CONNECTIONS_PER_UID,
    BUSY_IN_FLIGHT_PER_CONNECTION,
    BUSY_IN_FLIGHT_PER_UID,
    BUSY_QUEUED,
    BUSY_QUEUED_PER_UID,
    BUSY_QUEUED_TIME,
    BUSY_HELD_PER_UID,
    BUSY_CPU,
    BUSY_STOPPING,
    N_BUSY,
};

enum outcome {
    OUTCOME_REFUSED = 0,
    OUTCOME_NAME_MATCHES,
    OUTCOME_VERIFIED,
    OUTCOME_ERROR, /* a verifier's, or one in the place of its answer */
    N_OUTCOMES,
};

struct statistics {
    int64_t started_ms; /* by base/clock.h */
    uint64_t outcomes[N_OUTCOMES];
    uint64_t n_reported;
    uint64_t n_hits;
    uint64_t n_misses;
    uint64_t n_shared;         /* of the misses: waited for somebody else's verification */
    uint64_t n_evicted_before; /* by the caches of epochs that have passed */
    uint64_t n_remembered;     /* refused because it took too much a while ago */
    uint64_t n_expired;        /* connections closed because they were late */
    uint64_t n_accepted;       /* connections */
    uint64_t n_connections;    /* now */
    uint64_t busy[N_BUSY];
    uint64_t ended[CONTROL_CAUSES_COUNT]; /* verifiers, by cause */
    uint64_t n_epochs;
    struct names codes;
    struct names rules;
    struct histogram cold;
    struct histogram warm;
};

/* The place of a name, which is new or not; STATISTICS_NAMES_COUNT for those that found none.
 * Whatever is not printable is replaced. */
uint16_t names_place(struct names *names, const char *name);

/* Counts an answer. */
void statistics_count(struct statistics *statistics, const struct summary *summary);

/* "in-flight-per-uid", as in the configuration; never NULL. */
const char *busy_name(enum busy busy);
const char *outcome_name(enum outcome outcome);
