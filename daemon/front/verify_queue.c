/* SPDX-License-Identifier: MIT */
#include "daemon/front/verify_queue.h"

#include <assert.h>

#include "base/clock.h"
#include "daemon/limits.h"

/* The result of account_recent_cpu_us for an account that keeps one processor busy all the time. */
#define PROCESSOR_CPU_US 2000000

void verify_queue_init(struct verify_queue *queue)
{
    *queue = (struct verify_queue){0};
    for (size_t i = 0; i < VERIFY_QUEUE_LINES_COUNT; i++)
        TAILQ_INIT(&queue->waiting[i]);
}

/* --- the lines --- */

/*
 * Returns whether the account has recently used less than its share of one processor, which is the
 * processor's time divided by the number of accounts that wait.
 */
static bool is_below_share(const struct verify_queue *queue, struct account *account)
{
    int64_t share_us = PROCESSOR_CPU_US / ((int64_t)queue->n_waiting + 1);

    return account->uid == 0 || account_recent_cpu_us(account, clock_now_ms()) < share_us;
}

static void add_account(struct verify_queue *queue, struct account *account)
{
    account->line = is_below_share(queue, account) ? VERIFY_QUEUE_BELOW_SHARE : VERIFY_QUEUE_OTHERS;
    TAILQ_INSERT_TAIL(&queue->waiting[account->line], account, in_queue);
    queue->n_waiting++;
}

static void remove_account(struct verify_queue *queue, struct account *account)
{
    assert(queue->n_waiting > 0);
    TAILQ_REMOVE(&queue->waiting[account->line], account, in_queue);
    queue->n_waiting--;
}

/* --- requests --- */

void verify_queue_add(struct verify_queue *queue, struct pending_request *request, bool first)
{
    struct account *account = request->account;
    size_t n_bytes = request->task->n_frame;

    if (TAILQ_EMPTY(&account->queued))
        add_account(queue, account);
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
        remove_account(queue, account);
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

bool verify_queue_has_room(const struct verify_queue *queue, const struct account *account,
                           size_t n_frame)
{
    size_t n = queue->n_bytes + n_frame;
    bool has_few = account->charged[ACCOUNT_QUEUED_BYTES] + n_frame <= LIMIT_FEW_QUEUED_BYTES;

    if (account->uid == 0 || has_few)
        return n <= LIMIT_QUEUED_BYTES;
    return n <= LIMIT_QUEUED_BYTES - LIMIT_QUEUED_BYTES / LIMIT_RESERVED_QUEUE_PART;
}

/* --- turns --- */

static struct account *find_in_line(const struct verify_queue *queue, enum verify_queue_line line,
                                    bool costly_allowed)
{
    struct account *account;

    TAILQ_FOREACH(account, &queue->waiting[line], in_queue)
    {
        if (costly_allowed || !account_is_costly(account))
            return account;
    }
    return NULL;
}

static struct account *find_next_account(struct verify_queue *queue, bool costly_allowed)
{
    bool is_others_turn = queue->n_takes % LIMIT_RESERVED_TURNS_COUNT == 0;
    enum verify_queue_line first = is_others_turn ? VERIFY_QUEUE_OTHERS : VERIFY_QUEUE_BELOW_SHARE;
    enum verify_queue_line second = is_others_turn ? VERIFY_QUEUE_BELOW_SHARE : VERIFY_QUEUE_OTHERS;
    struct account *account = find_in_line(queue, first, costly_allowed);

    return account ? account : find_in_line(queue, second, costly_allowed);
}

struct verify_task *verify_queue_take(struct verify_queue *queue, bool costly_allowed)
{
    struct account *account = find_next_account(queue, costly_allowed);
    struct verify_task *task;
    struct pending_request *request;

    if (!account)
        return NULL;
    queue->n_takes++;
    task = TAILQ_FIRST(&account->queued)->task;
    task->uid = account->uid;
    task->is_costly = account_is_costly(account);
    task->state = VERIFY_TASK_AT_WORK;
    TAILQ_FOREACH(request, &task->pending, of_task)
    {
        verify_queue_remove(queue, request);
    }
    if (!TAILQ_EMPTY(&account->queued)) {
        remove_account(queue, account);
        add_account(queue, account);
    }
    return task;
}
