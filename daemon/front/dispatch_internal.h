/* SPDX-License-Identifier: MIT */
#pragma once

/* What dispatch.c (askers) and dispatch_verifiers.c share, and nobody else. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "daemon/front/dispatch.h"
#include "daemon/front/hash.h"
#include "daemon/front/job.h"
#include "daemon/front/link.h"
#include "daemon/front/refusals.h"
#include "proto/error.h"
#include "proto/limits.h"

struct dispatch {
    struct event_base *base;
    struct dispatch_callbacks callbacks;
    struct account_table *accounts;
    struct ledger *ledger;
    const struct settings *settings;
    struct hash_secret secret;
    struct cache *cache; /* of the epoch in force; NULL: none */
    struct refusals *refusals;
    struct job_index index;
    struct queue queue;
    struct link_list links;
    struct event *sweep;
    bool sweeping;
    bool stopping;
    size_t n_jobs;
    uint64_t last_number;
    uint8_t reply[LIMIT_REPLY_BYTES];
};

/* --- dispatch.c --- */

/* Ends a job that nobody waits for. */
void dispatch_end_job(struct dispatch *dispatch, struct job *job);

/*
 * Gives a job's waiters a verifier's answer, and ends the job. Those that came after it had begun
 * get it only if it is right at this moment too: else they wait for another.
 */
void dispatch_answer_job(struct dispatch *dispatch, struct job *job, uint8_t kind,
                         const struct answer *answer);

/* The same for an error of our own; everybody gets it. */
void dispatch_fail_job(struct dispatch *dispatch, struct job *job, enum error_code code,
                       const char *text);

/* Everybody who waits for this, which is no job of its own, is told that nobody had time. */
void dispatch_turn_away(struct dispatch *dispatch, struct job *ending);

/* A job that is to be begun anew: by a verifier of the epoch in force, before what waits. */
void dispatch_retry_job(struct dispatch *dispatch, struct job *job);

/* Each of the job's accounts pays this much. */
void dispatch_charge_job(struct job *job, int64_t us);

/* --- dispatch_verifiers.c --- */

/* Gives out what waits, as long as somebody is free. */
void dispatch_pump(struct dispatch *dispatch);

/* No new questions for verifiers of other epochs; those without one are let go. */
void dispatch_retire_links(struct dispatch *dispatch);

void dispatch_start_sweeping(struct dispatch *dispatch);
