/* SPDX-License-Identifier: MIT */
#pragma once

/* The queue in front of the verifiers: accounts take turns, and the requests of one account are
 * served in the order in which they came. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/front/account.h"
#include "daemon/front/verification.h"

struct verification_queue {
    struct account_queue waiting; /* accounts with queued requests, the next in turn first */
    size_t n_bytes;               /* sum of the frames of all queued requests */
};

void verification_queue_init(struct verification_queue *queue);

/* Queues one request of a verification that is queued: behind its account's others, or (`first`)
 * before them. The frame's bytes are charged to the account. */
void verification_queue_add(struct verification_queue *queue, struct pending_request *request,
                            bool first);

/* Queues all requests of a verification, which is in the state VERIFICATION_QUEUED afterwards. */
void verification_queue_add_all(struct verification_queue *queue, struct verification *verification,
                                bool first);

/* Takes a queued request out, and releases its bytes. */
void verification_queue_remove(struct verification_queue *queue, struct pending_request *request);

/*
 * Takes the first verification of the account in turn; the account goes to the end of the line, and
 * all requests of the verification have left the queue. Costly accounts (account_is_costly) are
 * passed over unless costly_allowed. Returns NULL if no account has a turn.
 */
struct verification *verification_queue_take(struct verification_queue *queue, bool costly_allowed);
