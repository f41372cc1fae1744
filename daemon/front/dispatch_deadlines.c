/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch_deadlines.h"

#include "base/clock.h"
#include "daemon/front/dispatch_answers.h"
#include "daemon/front/dispatch_assign.h"

/*
 * Moves the requests of an account that were queued at `since_us` or earlier to the list of
 * `expired`.
 */
static void take_expired(struct dispatch *dispatch, struct account *account, int64_t since_us,
                         struct verify_task *expired)
{
    struct pending_request *request, *next;

    for (request = TAILQ_FIRST(&account->queued); request; request = next) {
        struct verify_task *task = request->task;

        next = TAILQ_NEXT(request, in_queue);
        if (request->since_us > since_us)
            continue;
        verify_queue_remove(&dispatch->queue, request);
        pending_request_move(request, expired);
        if (TAILQ_EMPTY(&task->pending))
            dispatch_end_task(dispatch, task);
    }
}

/*
 * Answers requests that have been queued too long. An answer may close a connection, drop other
 * requests and free accounts, so all expired requests are taken out of the queue before the first
 * is answered.
 */
static void expire_queued(struct dispatch *dispatch)
{
    int64_t since_us = clock_now_us() - (int64_t)dispatch->settings->limits.queued_ms * 1000;
    struct verify_task expired = {.state = VERIFY_TASK_ENDING};
    struct account *account, *next;

    TAILQ_INIT(&expired.pending);
    for (size_t line = 0; line < VERIFY_QUEUE_LINES_COUNT; line++) {
        for (account = TAILQ_FIRST(&dispatch->queue.waiting[line]); account; account = next) {
            next = TAILQ_NEXT(account, in_queue);
            take_expired(dispatch, account, since_us, &expired);
        }
    }
    dispatch_expire_requests(dispatch, &expired);
}

void dispatch_on_deadline_timer(evutil_socket_t socket, short events, void *context)
{
    struct dispatch *dispatch = context;
    int64_t now_ms = clock_now_ms();
    struct verifier_link *link;
    bool any_closed = false;

    (void)socket;
    (void)events;
    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if ((link->n_slots > 0 || link->socket < 0) && now_ms >= link->deadline_ms)
            dispatch_condemn_verifier(dispatch, link, CONTROL_OVERRUN);
        any_closed = any_closed || link->socket < 0;
    }
    expire_queued(dispatch);
    dispatch_assign(dispatch);
    if (dispatch->n_tasks == 0 && !any_closed) {
        event_del(dispatch->deadline_timer);
        dispatch->is_timing = false;
    }
}
