/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch_assign.h"

#include <errno.h>

#include "base/clock.h"
#include "daemon/front/dispatch_answers.h"

/*
 * The interval of the timer for deadlines, so the longest delay with which a missed deadline is
 * noticed.
 */
#define TIMER_MS 20
/* A verifier whose task has run longer than this gets no further task queued behind it. */
#define PATIENCE_MS 2

bool dispatch_may_use(const struct dispatch *dispatch, const struct verifier_link *link)
{
    return link->epoch == dispatch->settings->epoch && verifier_link_is_open(link);
}

/*
 * Returns whether a task of a costly account may begin: costly accounts leave one verifier to the
 * others, if there are at least two.
 */
static bool is_costly_allowed(const struct dispatch *dispatch)
{
    const struct verifier_link *link;
    size_t n_links = 0, n_costly = 0, n_workers = dispatch->settings->limits.workers;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        const struct verify_task *at_work = link->slots[0].task;

        n_links += dispatch_may_use(dispatch, link);
        n_costly += link->n_slots > 0 && at_work && at_work->is_costly;
    }
    return n_costly == 0 || n_costly + 1 < (n_links < n_workers ? n_links : n_workers);
}

/*
 * Returns an idle verifier, or NULL. The first ones in the list are preferred; the spare verifier
 * is used only while another one is being replaced.
 */
static struct verifier_link *find_idle(const struct dispatch *dispatch)
{
    struct verifier_link *link, *idle = NULL;
    size_t n_at_work = 0;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (!dispatch_may_use(dispatch, link))
            continue;
        if (link->n_slots > 0)
            n_at_work++;
        else if (!idle)
            idle = link;
    }
    return n_at_work < dispatch->settings->limits.workers ? idle : NULL;
}

/* Returns a verifier that has one task at work and will probably end it soon, or NULL. */
static struct verifier_link *find_quick(const struct dispatch *dispatch, int64_t now_ms)
{
    struct verifier_link *link;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        const struct verify_task *at_work = link->slots[0].task;

        if (dispatch_may_use(dispatch, link) && link->n_slots == 1 && at_work &&
            !at_work->is_costly && now_ms - link->since_ms <= PATIENCE_MS)
            return link;
    }
    return NULL;
}

/*
 * Takes back a task that waits behind a task that takes longer than expected. Returns it, or NULL.
 */
static struct verify_task *take_stuck(struct dispatch *dispatch, int64_t now_ms)
{
    struct verifier_link *link;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->n_slots == VERIFIER_LINK_SLOTS && link->slots[1].task &&
            link->epoch == dispatch->settings->epoch && now_ms - link->since_ms > PATIENCE_MS)
            return verifier_link_take_second(link);
    }
    return NULL;
}

/*
 * Chooses the next task and the verifier for it. Returns false if there is no task or no verifier.
 */
static bool choose(struct dispatch *dispatch, struct verifier_link **linkp,
                   struct verify_task **taskp)
{
    struct verifier_link *idle = find_idle(dispatch);

    if (idle) {
        *linkp = idle;
        *taskp = verify_queue_take(&dispatch->queue, is_costly_allowed(dispatch));
        if (!*taskp)
            *taskp = take_stuck(dispatch, clock_now_ms());
        return *taskp != NULL;
    }
    if (dispatch->queue.n_waiting == 0)
        return false;
    *linkp = find_quick(dispatch, clock_now_ms());
    *taskp = *linkp ? verify_queue_take(&dispatch->queue, false) : NULL;
    return *taskp != NULL;
}

void dispatch_condemn_verifier(struct dispatch *dispatch, struct verifier_link *link,
                               enum control_kind reason)
{
    struct verify_task *second = verifier_link_take_second(link);

    if (!link->is_condemned)
        dispatch->callbacks.notify_supervisor(dispatch->callbacks.context, link->number, reason);
    link->is_condemned = true;
    if (second)
        dispatch_retry_task(dispatch, second);
}

void dispatch_start_timer(struct dispatch *dispatch)
{
    const struct timeval interval = {.tv_usec = TIMER_MS * 1000};

    if (!dispatch->is_timing)
        dispatch->is_timing = event_add(dispatch->deadline_timer, &interval) == 0;
}

void dispatch_assign(struct dispatch *dispatch)
{
    struct verifier_link *link;
    struct verify_task *task;

    while (choose(dispatch, &link, &task)) {
        int r = verifier_link_send(link, task, ++dispatch->last_number);

        if (!r)
            continue;
        /* The task goes to another verifier. If this verifier's socket is closed, it may have sent
         * a reply before, which is still read. If the socket is open but takes nothing, the
         * verifier is stuck and is killed. */
        dispatch_retry_task(dispatch, task);
        if (r == -EPIPE)
            link->is_ending = true;
        else
            dispatch_condemn_verifier(dispatch, link, CONTROL_OVERRUN);
    }
    if (dispatch->n_tasks > 0)
        dispatch_start_timer(dispatch);
}
