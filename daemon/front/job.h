/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verifications that are asked for, and who waits for them. Equal questions of one epoch share one
 * verification (a job); each of those who wait for it (waiters) is charged for itself.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/front/account.h"
#include "daemon/front/question.h"
#include "proto/frame.h"

struct job;

/* One request that waits. */
struct waiter {
    LIST_ENTRY(waiter) of_asker;
    TAILQ_ENTRY(waiter) of_job;
    TAILQ_ENTRY(waiter) in_queue; /* its account's, while the job is queued */
    struct asker *asker;          /* NULL once nobody cares any more */
    struct account *account;
    struct job *job;
    uint64_t tag;     /* the asker's */
    int64_t since_us; /* when it came */
    bool late;        /* came when the job was already at work */
};

LIST_HEAD(waiter_list, waiter);

/* Who asks: a connection. */
struct asker {
    struct account *account;
    struct waiter_list waiters;
    size_t n_waiters;
};

enum job_state {
    JOB_QUEUED = 0, /* its waiters stand in their accounts' queues */
    JOB_AT_WORK,    /* a verifier has it */
    JOB_ENDING,     /* its waiters are being told */
};

struct job {
    LIST_ENTRY(job) in_index;
    bool indexed;
    enum job_state state;
    struct question question; /* its payload stands in `frame` */
    uint64_t epoch;           /* for which the answer will be good */
    uint64_t number;          /* the last it was given to a verifier under */
    uint32_t uid;             /* of whoever was in turn */
    bool heavy;               /* whoever was in turn has costly questions */
    unsigned attempts;        /* verifiers that began it */
    struct waiter_queue waiters;
    size_t n_frame;
    uint8_t frame[]; /* as it goes to a verifier */
};

/* A job for a copy of the question's bytes; without waiters, in no index. NULL without memory. */
struct job *job_new(const struct question *question, uint64_t epoch);

/* Frees a job without waiters; takes NULL. Returns NULL. */
struct job *job_free(struct job *job);

/* Somebody waits for it, and is charged. NULL without memory. */
struct waiter *waiter_new(struct job *job, struct asker *asker, uint64_t tag, int64_t now_us);

/* The asker does not care any more. */
void waiter_orphan(struct waiter *waiter);

/* Moves a waiter to another job. */
void waiter_move(struct waiter *waiter, struct job *job);

/* Takes the charge off and frees it. It stands in no queue. */
void waiter_free(struct waiter *waiter, struct account_table *accounts);

/* --- the index: jobs that can be joined --- */

#define JOB_BUCKETS 4096

LIST_HEAD(job_list, job);

struct job_index {
    struct job_list buckets[JOB_BUCKETS];
};

void job_index_init(struct job_index *index);

/* The job that answers the question in this epoch, or NULL. */
struct job *job_index_find(const struct job_index *index, const struct question *question,
                           uint64_t epoch);

void job_index_add(struct job_index *index, struct job *job);

/* The same again changes nothing. */
void job_index_remove(struct job *job);

/* Empties the index. Those that are queued are put on a list, through the same entries. */
void job_index_clear(struct job_index *index, struct job_list *queued);

/* --- the queue: accounts take turns, and each gives its waiters in order --- */

struct queue {
    struct account_queue waiting; /* accounts with something queued, the next in turn first */
    size_t n_bytes;               /* of the frames waited for, each as often as it is */
};

void queue_init(struct queue *queue);

/* All of a job's waiters, behind what their accounts have queued already, or before it. */
void queue_add_job(struct queue *queue, struct job *job, bool first);

void queue_add(struct queue *queue, struct waiter *waiter, bool first);
void queue_remove(struct queue *queue, struct waiter *waiter);

/*
 * The job of the account in turn, which goes to the end of the line; all waiters of the job have
 * left the queues. Accounts whose questions are costly are passed over unless they are allowed.
 * NULL for none.
 */
struct job *queue_take(struct queue *queue, bool heavy_allowed);
