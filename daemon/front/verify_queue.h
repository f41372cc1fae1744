/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The queue of requests that wait for a verifier. Accounts take turns, and the requests of one
 * account are served in the order in which they came. There are two lines of accounts. Root, and
 * accounts that have recently used less than their share of CPU time, wait in the first line, which
 * has all turns except one in LIMIT_RESERVED_TURNS_COUNT; the other accounts wait in the second
 * line.
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
    /* the accounts with queued requests, by line; the next in turn comes first */
    struct account_queue waiting[VERIFY_QUEUE_LINES_COUNT];
    size_t n_waiting; /* the number of accounts in both lines */
    size_t n_bytes;   /* the sum of the frames of all queued requests, in bytes */
    unsigned n_takes; /* counts turns, of which one in LIMIT_RESERVED_TURNS_COUNT belongs to the
                         second line */
};

void verify_queue_init(struct verify_queue *queue);

/*
 * Queues one request of a task that is queued: with `first` before the other requests of its
 * account, otherwise behind them. The bytes of the frame are charged to the account.
 */
void verify_queue_add(struct verify_queue *queue, struct pending_request *request, bool first);

/* Queues all requests of a task, whose state becomes VERIFY_TASK_QUEUED. */
void verify_queue_add_all(struct verify_queue *queue, struct verify_task *task, bool first);

/*
 * Returns whether the queue has room for another frame of the account. The last part of the room is
 * reserved for root and for accounts with few bytes in the queue.
 */
bool verify_queue_has_room(const struct verify_queue *queue, const struct account *account,
                           size_t n_frame);

/* Takes a queued request out, and releases the bytes that are charged for it. */
void verify_queue_remove(struct verify_queue *queue, struct pending_request *request);

/*
 * Takes the first task of the account whose turn it is. All requests of the task leave the queue,
 * and the account goes to the end of a line. Costly accounts (account_is_costly) are skipped unless
 * costly_allowed. Returns NULL if no account has a turn.
 */
struct verify_task *verify_queue_take(struct verify_queue *queue, bool costly_allowed);
