/* SPDX-License-Identifier: MIT */
#pragma once

/* The front's counters since its start. Counting never fails and never allocates. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/front/cache.h"
#include "daemon/front/histogram.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/note.h"

/* The largest number of names that are counted separately; all others are counted together. */
#define STATISTICS_NAMES_COUNT 32

struct statistics_names {
    size_t n;
    struct {
        char name[NOTE_RULE_BYTES];
        uint64_t count;
    } rows[STATISTICS_NAMES_COUNT];
    uint64_t n_others;
};

/* The reasons for which a request or a connection was answered with busy. */
enum busy_reason {
    BUSY_CONNECTIONS = 0,
    BUSY_CONNECTIONS_PER_UID,
    BUSY_IN_FLIGHT_PER_CONNECTION,
    BUSY_IN_FLIGHT_PER_UID,
    BUSY_QUEUED,
    BUSY_QUEUED_PER_UID,
    BUSY_QUEUED_TIME,
    BUSY_HELD_PER_UID,
    BUSY_CPU,
    BUSY_CRASHES,
    BUSY_STOPPING,
    N_BUSY,
};

enum outcome {
    OUTCOME_REFUSED = 0,
    OUTCOME_NAME_MATCHES,
    OUTCOME_VERIFIED,
    OUTCOME_ERROR, /* an error reply, from a verifier or instead of a verifier's answer */
    N_OUTCOMES,
};

struct statistics {
    int64_t started_ms; /* the clock_now_ms() at the start */
    uint64_t outcomes[N_OUTCOMES];
    uint64_t n_reported;
    uint64_t n_hits;
    uint64_t n_misses;
    uint64_t n_shared;         /* misses that shared the verification of an equal request */
    uint64_t n_evicted_before; /* evictions from the caches of earlier epochs */
    uint64_t n_remembered;     /* requests refused because they are remembered as costly
                                  (costly_requests.h) */
    uint64_t n_expired;        /* connections closed because they missed a deadline */
    uint64_t n_tainted;        /* connections closed with unread input that may carry descriptors */
    uint64_t n_accepted;       /* connections accepted */
    uint64_t n_connections;    /* connections that are open now */
    uint64_t busy[N_BUSY];
    uint64_t ended[CONTROL_CAUSES_COUNT]; /* verifiers that ended, by cause */
    uint64_t n_epochs;
    struct statistics_names codes;
    struct statistics_names rules;
    struct histogram cold;
    struct histogram warm;
};

/*
 * Returns the index of a name, which is added if it is new; STATISTICS_NAMES_COUNT if the table is
 * full. Bytes that are not printable ASCII are replaced by '?'.
 */
uint16_t statistics_find_name(struct statistics_names *names, const char *name);

/* Counts an answer. */
void statistics_count(struct statistics *statistics, const struct answer_summary *summary);

/* Return the name for people and metrics, for example "in-flight-per-uid". Never NULL. */
const char *statistics_busy_name(enum busy_reason busy);
const char *statistics_outcome_name(enum outcome outcome);
