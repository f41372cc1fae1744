/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Tasks for verifiers, and the requests that wait for them. A task is one verification. Equal
 * requests (request_key.h) of one epoch share one task; each of these requests is charged to the
 * account of its requester.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "daemon/front/account.h"
#include "daemon/front/request_key.h"
#include "proto/frame.h"

struct verify_task;

/* One request that waits for its answer. */
struct pending_request {
    LIST_ENTRY(pending_request) of_requester;
    TAILQ_ENTRY(pending_request) of_task;
    TAILQ_ENTRY(pending_request) in_queue; /* its account's, while the task is queued */
    struct requester *requester;           /* NULL once the requester has gone */
    struct account *account;
    struct verify_task *task;
    uint64_t tag;     /* the client's, returned with the answer */
    int64_t since_us; /* when the request came */
    bool joined_late; /* it came when a verifier was already at work on the task */
};

LIST_HEAD(pending_request_list, pending_request);

/* A sender of requests: a connection has one as its first member. */
struct requester {
    struct account *account;
    uid_t uid; /* which may be one of several of the account */
    struct pending_request_list pending;
    size_t n_pending;
};

enum verify_task_state {
    VERIFY_TASK_QUEUED = 0, /* its requests stand in the queues of their accounts */
    VERIFY_TASK_AT_WORK,    /* a verifier has it */
    VERIFY_TASK_ENDING,     /* its requests are being answered */
};

struct verify_task {
    LIST_ENTRY(verify_task) in_index;
    bool is_indexed;
    enum verify_task_state state;
    struct request_key key; /* its payload stands in `frame` */
    uint64_t epoch;         /* the epoch that the answer will belong to */
    uint64_t number;        /* the tag under which a verifier was given it last */
    uint32_t uid;           /* of the account in whose turn it was given to a verifier */
    bool is_costly;         /* that account's tasks usually take long */
    unsigned n_attempts;    /* how many verifiers have begun it */
    struct pending_request_queue pending;
    size_t n_frame;
    uint8_t frame[]; /* header and payload as they are sent to a verifier */
};

/* Returns a task for a copy of the key's payload, without requests and in no index, or NULL
 * without memory. */
struct verify_task *verify_task_new(const struct request_key *key, uint64_t epoch);

/* Frees a task that no request waits for, and takes it out of its index. NULL is ignored.
 * Returns NULL. */
struct verify_task *verify_task_free(struct verify_task *task);

/* Makes a request wait for the task and charges it to the requester's account. Returns NULL
 * without memory. */
struct pending_request *pending_request_new(struct verify_task *task, struct requester *requester,
                                            uint64_t tag, int64_t now_us);

/* Separates the request from its requester, which no longer wants the answer. */
void pending_request_detach(struct pending_request *request);

/* Makes the request wait for another task. */
void pending_request_move(struct pending_request *request, struct verify_task *task);

/* Frees a request that stands in no queue, and releases its charge. */
void pending_request_free(struct pending_request *request);

/* --- the index: tasks that equal requests may join --- */

#define VERIFY_TASK_BUCKETS 4096

LIST_HEAD(verify_task_list, verify_task);

struct verify_task_index {
    struct verify_task_list buckets[VERIFY_TASK_BUCKETS];
};

void verify_task_index_init(struct verify_task_index *index);

/* Returns the task for this key in this epoch, or NULL. */
struct verify_task *verify_task_index_find(const struct verify_task_index *index,
                                           const struct request_key *key, uint64_t epoch);

void verify_task_index_add(struct verify_task_index *index, struct verify_task *task);

/* Takes the task out of its index, if it is in one. */
void verify_task_index_remove(struct verify_task *task);

/* Empties the index, and puts the tasks that are queued on the list `queued`, linked by
 * their in_index entries. */
void verify_task_index_clear(struct verify_task_index *index, struct verify_task_list *queued);
