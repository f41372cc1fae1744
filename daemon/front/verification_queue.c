/* SPDX-License-Identifier: MIT */
#include "daemon/front/verification_queue.h"

#include <assert.h>

void verification_queue_init(struct verification_queue *queue)
{
    TAILQ_INIT(&queue->waiting);
    queue->n_bytes = 0;
}

void verification_queue_add(struct verification_queue *queue, struct pending_request *request,
                            bool first)
{
    struct account *account = request->account;
    size_t n_bytes = request->verification->n_frame;

    if (TAILQ_EMPTY(&account->queued))
        TAILQ_INSERT_TAIL(&queue->waiting, account, in_queue);
    if (first)
        TAILQ_INSERT_HEAD(&account->queued, request, in_queue);
    else
        TAILQ_INSERT_TAIL(&account->queued, request, in_queue);
    queue->n_bytes += n_bytes;
    account_charge(account, ACCOUNT_QUEUED_BYTES, n_bytes);
}

void verification_queue_remove(struct verification_queue *queue, struct pending_request *request)
{
    struct account *account = request->account;
    size_t n_bytes = request->verification->n_frame;

    assert(n_bytes <= queue->n_bytes);
    TAILQ_REMOVE(&account->queued, request, in_queue);
    if (TAILQ_EMPTY(&account->queued))
        TAILQ_REMOVE(&queue->waiting, account, in_queue);
    queue->n_bytes -= n_bytes;
    account_release(account, ACCOUNT_QUEUED_BYTES, n_bytes);
}

void verification_queue_add_all(struct verification_queue *queue, struct verification *verification,
                                bool first)
{
    struct pending_request *request;

    verification->state = VERIFICATION_QUEUED;
    TAILQ_FOREACH(request, &verification->pending, of_verification)
    {
        request->joined_late = false;
        verification_queue_add(queue, request, first);
    }
}

static struct account *find_next_account(const struct verification_queue *queue,
                                         bool costly_allowed)
{
    struct account *account;

    TAILQ_FOREACH(account, &queue->waiting, in_queue)
    {
        if (costly_allowed || !account_is_costly(account))
            return account;
    }
    return NULL;
}

struct verification *verification_queue_take(struct verification_queue *queue, bool costly_allowed)
{
    struct account *account = find_next_account(queue, costly_allowed);
    struct verification *verification;
    struct pending_request *request;

    if (!account)
        return NULL;
    verification = TAILQ_FIRST(&account->queued)->verification;
    verification->uid = account->uid;
    verification->is_costly = account_is_costly(account);
    verification->state = VERIFICATION_AT_WORK;
    TAILQ_FOREACH(request, &verification->pending, of_verification)
    {
        verification_queue_remove(queue, request);
    }
    if (!TAILQ_EMPTY(&account->queued)) {
        TAILQ_REMOVE(&queue->waiting, account, in_queue);
        TAILQ_INSERT_TAIL(&queue->waiting, account, in_queue);
    }
    return verification;
}
