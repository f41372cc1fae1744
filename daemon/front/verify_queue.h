/* SPDX-License-Identifier: MIT */
#pragma once

/* The queue in front of the verifiers: accounts take turns, and the requests of one account are
 * served in the order in which they came. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/front/account.h"
#include "daemon/front/verify_task.h"

struct verify_queue {
    struct account_queue waiting; /* accounts with queued requests, the next in turn first */
    size_t n_bytes;               /* sum of the frames of all queued requests */
};

void verify_queue_init(struct verify_queue *queue);

/* Queues one request of a task that is queued: behind its account's others, or (`first`)
 * before them. The frame's bytes are charged to the account. */
void verify_queue_add(struct verify_queue *queue, struct pending_request *request, bool first);

/* Queues all requests of a task, which is in the state VERIFY_TASK_QUEUED afterwards. */
void verify_queue_add_all(struct verify_queue *queue, struct verify_task *task, bool first);

/* Takes a queued request out, and releases its bytes. */
void verify_queue_remove(struct verify_queue *queue, struct pending_request *request);

/*
 * Takes the first task of the account in turn; the account goes to the end of the line, and
 * all requests of the task have left the queue. Costly accounts (account_is_costly) are
 * passed over unless costly_allowed. Returns NULL if no account has a turn.
 */
struct verify_task *verify_queue_take(struct verify_queue *queue, bool costly_allowed);
