/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Tasks for verifiers, and the requests that wait for them. A task is one verification. Equal
 * requests (request_key.h) of one epoch share a task; each of them is charged to the account of its
 * own requester.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/front/account.h"
#include "daemon/front/request_key.h"
#include "proto/frame.h"

struct verify_task;

/* A request that waits for its answer. */
struct pending_request {
    LIST_ENTRY(pending_request) of_requester;
    TAILQ_ENTRY(pending_request) of_task;
    TAILQ_ENTRY(pending_request) in_queue; /* in the account's queue, while the task is queued */
    struct requester *requester;           /* NULL once the requester is gone */
    struct account *account;
    struct verify_task *task;
    uint64_t tag;     /* the tag that the client chose, which is returned with the answer */
    int64_t since_us; /* the clock_now_us() at which the request came */
    bool joined_late; /* the request came when a verifier was already at work on the task */
};

LIST_HEAD(pending_request_list, pending_request);

/* A sender of requests. Each connection has one as its first member. */
struct requester {
    struct account *account;
    uid_t uid;          /* the client's uid, which may be one of several that share the account */
    const char *socket; /* the name of the socket at which the client connected */
    struct pending_request_list pending;
    size_t n_pending;
};

enum verify_task_state {
    VERIFY_TASK_QUEUED = 0, /* its requests are in the queues of their accounts */
    VERIFY_TASK_AT_WORK,    /* a verifier has been given the task */
    VERIFY_TASK_ENDING,     /* its requests are being answered */
};

struct verify_task {
    LIST_ENTRY(verify_task) in_index;
    bool is_indexed;
    enum verify_task_state state;
    struct request_key key; /* its payload points into `frame` */
    uint64_t epoch;         /* the epoch whose policy the answer will follow */
    uint64_t number;        /* the tag under which the task was sent to a verifier last */
    uint32_t uid;        /* the uid of the account in whose turn the task was given to a verifier */
    bool is_costly;      /* that account was costly (account_is_costly) */
    unsigned n_attempts; /* the number of verifiers that have begun the task */
    struct pending_request_queue pending;
    size_t n_frame;
    uint8_t frame[]; /* the header and the payload as they are sent to a verifier */
};

/*
 * Returns a task with a copy of the key's payload, without requests and in no index; NULL if memory
 * ran out.
 */
struct verify_task *verify_task_new(const struct request_key *key, uint64_t epoch);

/*
 * Frees a task that no request waits for, and removes it from its index; does nothing for NULL.
 * Returns NULL.
 */
struct verify_task *verify_task_free(struct verify_task *task);

/*
 * Makes a request that waits for the task, and charges it to the requester's account. Returns NULL
 * if memory ran out.
 */
struct pending_request *pending_request_new(struct verify_task *task, struct requester *requester,
                                            uint64_t tag, int64_t now_us);

/* Detaches the request from its requester, which no longer wants the answer. */
void pending_request_detach(struct pending_request *request);

/* Makes the request wait for another task. */
void pending_request_move(struct pending_request *request, struct verify_task *task);

/* Frees a request that is in no queue, and releases what is charged for it. */
void pending_request_free(struct pending_request *request);

/* --- the index: tasks that equal requests may join --- */

#define VERIFY_TASK_BUCKETS 4096

LIST_HEAD(verify_task_list, verify_task);

struct verify_task_index {
    struct verify_task_list buckets[VERIFY_TASK_BUCKETS];
};

void verify_task_index_init(struct verify_task_index *index);

/* Returns the task for this key in this epoch; NULL if there is none. */
struct verify_task *verify_task_index_find(const struct verify_task_index *index,
                                           const struct request_key *key, uint64_t epoch);

void verify_task_index_add(struct verify_task_index *index, struct verify_task *task);

/* Removes the task from its index, if it is in one. */
void verify_task_index_remove(struct verify_task *task);

/*
 * Empties the index, and puts the tasks that are queued on the list `queued`, linked by their
 * in_index entries.
 */
void verify_task_index_clear(struct verify_task_index *index, struct verify_task_list *queued);
