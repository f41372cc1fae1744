/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The queue in front of the verifiers: accounts take turns, and the requests of one account are
 * served in the order in which they came. There are two lines. Root, and accounts that have lately
 * used less than their share of CPU time, stand in the first one, which gets all turns but one in
 * LIMIT_RESERVED_TURNS_COUNT; the others stand in the second one.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/front/account.h"
#include "daemon/front/verify_task.h"

enum verify_queue_line {
    VERIFY_QUEUE_BELOW_SHARE = 0,
    VERIFY_QUEUE_OTHERS,
    VERIFY_QUEUE_LINES_COUNT,
};

struct verify_queue {
    /* Accounts with queued requests, the next in turn first. */
    struct account_queue waiting[VERIFY_QUEUE_LINES_COUNT];
    size_t n_waiting; /* in both lines */
    size_t n_bytes;   /* sum of the frames of all queued requests */
    unsigned n_takes; /* counts turns, of which some are the second line's */
};

void verify_queue_init(struct verify_queue *queue);

/* Queues one request of a task that is queued: behind its account's others, or (`first`)
 * before them. The frame's bytes are charged to the account. */
void verify_queue_add(struct verify_queue *queue, struct pending_request *request, bool first);

/* Queues all requests of a task, which is in the state VERIFY_TASK_QUEUED afterwards. */
void verify_queue_add_all(struct verify_queue *queue, struct verify_task *task, bool first);

/* Returns whether the queue has room for another frame of the account. The last part of the room is
 * for root and for accounts with few bytes in the queue. */
bool verify_queue_has_room(const struct verify_queue *queue, const struct account *account,
                           size_t n_frame);

/* Takes a queued request out, and releases its bytes. */
void verify_queue_remove(struct verify_queue *queue, struct pending_request *request);

/*
 * Takes the first task of the account in turn; the account goes to the end of a line, and all
 * requests of the task have left the queue. Costly accounts (account_is_costly) are
 * passed over unless costly_allowed. Returns NULL if no account has a turn.
 */
struct verify_task *verify_queue_take(struct verify_queue *queue, bool costly_allowed);
