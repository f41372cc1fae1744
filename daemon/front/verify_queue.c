/* SPDX-License-Identifier: MIT */
#include "daemon/front/verify_queue.h"

#include <assert.h>

void verify_queue_init(struct verify_queue *queue)
{
    TAILQ_INIT(&queue->waiting);
    queue->n_bytes = 0;
}

void verify_queue_add(struct verify_queue *queue, struct pending_request *request, bool first)
{
    struct account *account = request->account;
    size_t n_bytes = request->task->n_frame;

    if (TAILQ_EMPTY(&account->queued))
        TAILQ_INSERT_TAIL(&queue->waiting, account, in_queue);
    if (first)
        TAILQ_INSERT_HEAD(&account->queued, request, in_queue);
    else
        TAILQ_INSERT_TAIL(&account->queued, request, in_queue);
    queue->n_bytes += n_bytes;
    account_charge(account, ACCOUNT_QUEUED_BYTES, n_bytes);
}

void verify_queue_remove(struct verify_queue *queue, struct pending_request *request)
{
    struct account *account = request->account;
    size_t n_bytes = request->task->n_frame;

    assert(n_bytes <= queue->n_bytes);
    TAILQ_REMOVE(&account->queued, request, in_queue);
    if (TAILQ_EMPTY(&account->queued))
        TAILQ_REMOVE(&queue->waiting, account, in_queue);
    queue->n_bytes -= n_bytes;
    account_release(account, ACCOUNT_QUEUED_BYTES, n_bytes);
}

void verify_queue_add_all(struct verify_queue *queue, struct verify_task *task, bool first)
{
    struct pending_request *request;

    task->state = VERIFY_TASK_QUEUED;
    TAILQ_FOREACH(request, &task->pending, of_task)
    {
        request->joined_late = false;
        verify_queue_add(queue, request, first);
    }
}

static struct account *find_next_account(const struct verify_queue *queue, bool costly_allowed)
{
    struct account *account;

    TAILQ_FOREACH(account, &queue->waiting, in_queue)
    {
        if (costly_allowed || !account_is_costly(account))
            return account;
    }
    return NULL;
}

struct verify_task *verify_queue_take(struct verify_queue *queue, bool costly_allowed)
{
    struct account *account = find_next_account(queue, costly_allowed);
    struct verify_task *task;
    struct pending_request *request;

    if (!account)
        return NULL;
    task = TAILQ_FIRST(&account->queued)->task;
    task->uid = account->uid;
    task->is_costly = account_is_costly(account);
    task->state = VERIFY_TASK_AT_WORK;
    TAILQ_FOREACH(request, &task->pending, of_task)
    {
        verify_queue_remove(queue, request);
    }
    if (!TAILQ_EMPTY(&account->queued)) {
        TAILQ_REMOVE(&queue->waiting, account, in_queue);
        TAILQ_INSERT_TAIL(&queue->waiting, account, in_queue);
    }
    return task;
}
