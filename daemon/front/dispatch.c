/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/front/dispatch_answers.h"
#include "daemon/front/dispatch_assign.h"
#include "daemon/front/dispatch_deadlines.h"
#include "daemon/front/dispatch_replies.h"
#include "daemon/front/dispatch_state.h"

/* --- from one epoch to the next --- */

static void dequeue_task(struct dispatch *dispatch, struct verify_task *task)
{
    struct pending_request *request;

    TAILQ_FOREACH(request, &task->pending, of_task)
    {
        verify_queue_remove(&dispatch->queue, request);
    }
    task->state = VERIFY_TASK_ENDING;
}

static int64_t cache_clock(void *context, bool exact)
{
    return dispatch_unix_s(context, exact);
}

/* Replaces the cache by an empty one. If memory ran out no answers are kept. */
static void renew_cache(struct dispatch *dispatch)
{
    struct cache_figures figures;
    size_t n_bytes = dispatch->settings->limits.cache_bytes;

    cache_measure(dispatch->cache, &figures);
    dispatch_statistics(dispatch)->n_evicted_before += figures.n_evicted;
    dispatch->cache = cache_free(dispatch->cache);
    if (n_bytes > 0 && cache_new(&dispatch->cache, n_bytes, cache_clock, dispatch) < 0)
        dispatch->cache = NULL;
}

/* Empties the index and the queue, and puts the tasks that were queued on the list `queued`. */
static void take_queued(struct dispatch *dispatch, struct verify_task_list *queued)
{
    struct verify_task *task;

    verify_task_index_clear(&dispatch->index, queued);
    LIST_FOREACH(task, queued, in_index)
    {
        dequeue_task(dispatch, task);
    }
}

void dispatch_set_epoch(struct dispatch *dispatch, const struct settings *settings)
{
    struct verify_task_list queued;
    struct verify_task *task;

    dispatch->settings = settings;
    dispatch->unavailable[0] = '\0';
    dispatch_statistics(dispatch)->n_epochs++;
    renew_cache(dispatch);
    take_queued(dispatch, &queued);
    LIST_FOREACH(task, &queued, in_index)
    {
        dispatch_ask_again(dispatch, task);
    }
    /* Requests are answered only after all tasks have been treated: an answer may close a
     * connection, and its other requests must then be where they belong. */
    while ((task = LIST_FIRST(&queued))) {
        LIST_REMOVE(task, in_index);
        dispatch_end_passed(dispatch, task);
    }
    dispatch_retire_verifiers(dispatch);
    dispatch_assign(dispatch);
}

void dispatch_set_unavailable(struct dispatch *dispatch, const char *reason)
{
    struct verify_task_list queued;
    struct verify_task *task;

    snprintf(dispatch->unavailable, sizeof(dispatch->unavailable), "%s", reason);
    take_queued(dispatch, &queued);
    while ((task = LIST_FIRST(&queued))) {
        LIST_REMOVE(task, in_index);
        dispatch_fail_task(dispatch, task, ERROR_UNAVAILABLE, dispatch->unavailable);
    }
}

/* --- requests --- */

__attribute__((format(printf, 4, 5))) static int refuse_busy(struct dispatch *dispatch,
                                                             struct dispatch_refusal *refusal,
                                                             enum busy_reason reason,
                                                             const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(refusal->text, sizeof(refusal->text), format, arguments);
    va_end(arguments);
    refusal->code = ERROR_BUSY;
    dispatch_statistics(dispatch)->busy[reason]++;
    return DISPATCH_REFUSED;
}

/* Checks every quota that one more request would use. Returns 0 or DISPATCH_REFUSED. */
static int check_quota(struct dispatch *dispatch, const struct requester *requester, size_t n_frame,
                       struct dispatch_refusal *refusal)
{
    const struct limits *limits = &dispatch->settings->limits;
    struct account *account = requester->account;

    if (requester->n_pending >= limits->in_flight_per_connection)
        return refuse_busy(dispatch, refusal, BUSY_IN_FLIGHT_PER_CONNECTION,
                           "this connection has %zu requests in flight (in-flight-per-connection)",
                           requester->n_pending);
    if (account->charged[ACCOUNT_REQUESTS] >= limits->in_flight_per_uid)
        return refuse_busy(dispatch, refusal, BUSY_IN_FLIGHT_PER_UID,
                           "this uid has %zu requests in flight (in-flight-per-uid)",
                           account->charged[ACCOUNT_REQUESTS]);
    if (!verify_queue_has_room(&dispatch->queue, account, n_frame))
        return refuse_busy(dispatch, refusal, BUSY_QUEUED, "%zu MiB of requests are waiting",
                           dispatch->queue.n_bytes / 1048576);
    if (account->charged[ACCOUNT_QUEUED_BYTES] + n_frame > LIMIT_QUEUED_PER_UID_BYTES)
        return refuse_busy(dispatch, refusal, BUSY_QUEUED_PER_UID,
                           "%d MiB of this uid's requests are waiting",
                           LIMIT_QUEUED_PER_UID_BYTES / 1048576);
    if (account_is_pausing(account, clock_now_ms()))
        return refuse_busy(dispatch, refusal, BUSY_CRASHES,
                           "%u verifiers have crashed under this uid's requests: it has to pause",
                           account->n_crashes);
    if (!account_has_cpu(account, limits, clock_now_ms()))
        return refuse_busy(dispatch, refusal, BUSY_CPU,
                           "this uid has used its cpu time of verification: %u ms a second "
                           "(cpu-per-uid)",
                           limits->cpu_per_uid_ms);
    return 0;
}

static int refuse_remembered(struct dispatch *dispatch, struct requester *requester,
                             struct dispatch_refusal *refusal)
{
    const struct answer_summary summary = dispatch_summarize_error(dispatch, ERROR_RESOURCES);

    dispatch_statistics(dispatch)->n_remembered++;
    statistics_count(dispatch_statistics(dispatch), &summary);
    requester->account->n_errors++;
    *refusal = (struct dispatch_refusal){
        .code = ERROR_RESOURCES,
        .text = "this very request ran out of CPU time or memory, or crashed, less than a minute "
                "ago",
    };
    return DISPATCH_REFUSED;
}

/* Refuses a request because there is no policy by which it could be judged. */
static int refuse_unavailable(struct dispatch *dispatch, struct requester *requester,
                              struct dispatch_refusal *refusal)
{
    const struct answer_summary summary = dispatch_summarize_error(dispatch, ERROR_UNAVAILABLE);

    statistics_count(dispatch_statistics(dispatch), &summary);
    requester->account->n_errors++;
    refusal->code = ERROR_UNAVAILABLE;
    memcpy(refusal->text, dispatch->unavailable, sizeof(refusal->text));
    return DISPATCH_REFUSED;
}

/* Adds a request to the task of its key. Returns 0 or -ENOMEM. */
static int wait_for_task(struct dispatch *dispatch, struct requester *requester, uint64_t tag,
                         const struct request_key *key)
{
    struct verify_task *task = dispatch_find_task(dispatch, key);
    struct pending_request *request = NULL;

    if (task)
        request = pending_request_new(task, requester, tag, clock_now_us());
    if (!request) {
        if (task && TAILQ_EMPTY(&task->pending) && task->state == VERIFY_TASK_QUEUED)
            dispatch_end_task(dispatch, task);
        return -ENOMEM;
    }
    dispatch_statistics(dispatch)->n_misses++;
    if (request != TAILQ_FIRST(&task->pending))
        dispatch_statistics(dispatch)->n_shared++;
    if (task->state == VERIFY_TASK_QUEUED)
        verify_queue_add(&dispatch->queue, request, false);
    dispatch_assign(dispatch);
    return 0;
}

int dispatch_submit(struct dispatch *dispatch, struct requester *requester, uint64_t tag,
                    const uint8_t *payload, size_t n_payload, struct answer *answer,
                    struct dispatch_refusal *refusal)
{
    const struct request_key key = dispatch_make_key(dispatch, requester, payload, n_payload);
    int r;

    requester->account->n_requests++;
    if (dispatch->is_stopping)
        return refuse_busy(dispatch, refusal, BUSY_STOPPING, "the daemon is stopping");
    if (dispatch->unavailable[0] != '\0')
        return refuse_unavailable(dispatch, requester, refusal);
    if (cache_find(dispatch->cache, &key, answer)) {
        dispatch_statistics(dispatch)->n_hits++;
        monitor_count_answer(dispatch->monitor, &dispatch->settings->record, requester->account,
                             requester->socket, &key, answer, true);
        return DISPATCH_KNOWN;
    }
    if (costly_requests_has(dispatch->costly, &key, clock_now_ms()))
        return refuse_remembered(dispatch, requester, refusal);
    r = check_quota(dispatch, requester, FRAME_HEADER_BYTES + n_payload, refusal);
    return r ? r : wait_for_task(dispatch, requester, tag, &key);
}

void dispatch_abandon(struct dispatch *dispatch, struct requester *requester)
{
    struct pending_request *request;

    while ((request = LIST_FIRST(&requester->pending))) {
        struct verify_task *task = request->task;

        pending_request_detach(request);
        if (task->state != VERIFY_TASK_QUEUED)
            continue;
        verify_queue_remove(&dispatch->queue, request);
        pending_request_free(request);
        if (TAILQ_EMPTY(&task->pending))
            dispatch_end_task(dispatch, task);
    }
}

void dispatch_stop(struct dispatch *dispatch)
{
    dispatch->is_stopping = true;
}

size_t dispatch_in_flight(const struct dispatch *dispatch)
{
    return dispatch->n_tasks;
}

const struct settings *dispatch_settings(const struct dispatch *dispatch)
{
    return dispatch->settings;
}

void dispatch_measure(const struct dispatch *dispatch, struct dispatch_figures *figures)
{
    const struct verifier_link *link;

    *figures = (struct dispatch_figures){
        .n_in_flight = dispatch->n_tasks,
        .queued_bytes = dispatch->queue.n_bytes,
    };
    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (dispatch_may_use(dispatch, link))
            figures->n_verifiers++;
        else
            figures->n_old_verifiers++;
        figures->n_at_work += link->n_slots > 0;
    }
    cache_measure(dispatch->cache, &figures->cache);
}

/* --- verifiers --- */

/*
 * Appends a verifier to the list. The first verifiers of the list are used first, and those that
 * have been at work have already parsed the usual issuers, so a new one comes last.
 */
static void append_link(struct verifier_link_list *links, struct verifier_link *link)
{
    struct verifier_link *last = LIST_FIRST(links);

    while (last && LIST_NEXT(last, in_dispatch))
        last = LIST_NEXT(last, in_dispatch);
    if (last)
        LIST_INSERT_AFTER(last, link, in_dispatch);
    else
        LIST_INSERT_HEAD(links, link, in_dispatch);
}

int dispatch_add_verifier(struct dispatch *dispatch, const struct control_message *message,
                          int socket)
{
    struct verifier_link *link = verifier_link_new(message, socket, dispatch->base,
                                                   dispatch_on_reply, dispatch);

    if (!link)
        return -ENOMEM;
    append_link(&dispatch->links, link);
    dispatch_assign(dispatch);
    return 0;
}

static struct verifier_link *find_link(const struct dispatch *dispatch, uint32_t number)
{
    struct verifier_link *link;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->number == number)
            return link;
    }
    return NULL;
}

void dispatch_lose_verifier(struct dispatch *dispatch, uint32_t number, enum control_cause cause)
{
    struct verifier_link *link = find_link(dispatch, number);

    if (!link)
        return;
    dispatch_end_link(dispatch, link, cause);
    dispatch_assign(dispatch);
}

/* --- life --- */

int dispatch_new(struct dispatch **dispatchp, struct event_base *base,
                 const struct dispatch_callbacks *callbacks, struct account_table *accounts,
                 struct monitor *monitor, const struct settings *settings)
{
    struct dispatch *dispatch = calloc(1, sizeof(*dispatch));
    int r;

    if (!dispatch)
        return -ENOMEM;
    dispatch->base = base;
    dispatch->callbacks = *callbacks;
    dispatch->accounts = accounts;
    dispatch->monitor = monitor;
    dispatch->settings = settings;
    verify_task_index_init(&dispatch->index);
    verify_queue_init(&dispatch->queue);
    LIST_INIT(&dispatch->links);
    r = hash_secret_init(&dispatch->secret);
    if (!r)
        r = costly_requests_new(&dispatch->costly);
    dispatch->deadline_timer = event_new(base, -1, EV_PERSIST, dispatch_on_deadline_timer,
                                         dispatch);
    if (r || !dispatch->deadline_timer) {
        dispatch_free(dispatch);
        return r ? r : -ENOMEM;
    }
    *dispatchp = dispatch;
    return 0;
}

static void drop_task(struct dispatch *dispatch, struct verify_task *task)
{
    struct pending_request *request;

    if (!task)
        return;
    while ((request = TAILQ_FIRST(&task->pending)))
        pending_request_free(request);
    dispatch_end_task(dispatch, task);
}

struct dispatch *dispatch_free(struct dispatch *dispatch)
{
    struct verifier_link *link;
    struct verify_task *task;

    if (!dispatch)
        return NULL;
    while ((link = LIST_FIRST(&dispatch->links))) {
        LIST_REMOVE(link, in_dispatch);
        drop_task(dispatch, verifier_link_take_second(link));
        drop_task(dispatch, verifier_link_pop(link));
        verifier_link_free(link);
    }
    while ((task = verify_queue_take(&dispatch->queue, true)))
        drop_task(dispatch, task);
    assert(dispatch->n_tasks == 0 && dispatch->queue.n_bytes == 0);
    if (dispatch->deadline_timer)
        event_free(dispatch->deadline_timer);
    costly_requests_free(dispatch->costly);
    cache_free(dispatch->cache);
    free(dispatch);
    return NULL;
}
