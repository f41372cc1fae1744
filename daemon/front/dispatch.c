/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
<<<<<<< HEAD
#include "daemon/front/dispatch_internal.h"
    =======
#include "daemon/front/dispatch_answers.h"
#include "daemon/front/dispatch_assign.h"
#include "daemon/front/dispatch_deadlines.h"
#include "daemon/front/dispatch_replies.h"
#include "daemon/front/dispatch_state.h"
#include "daemon/limits.h"
    >>>>>>> 84cfafa (front: an account is charged by its own verbs, and files are named for what they hold)

    /* --- from one epoch to the next --- */

    static void
    dequeue_verification(struct dispatch *dispatch, struct verification *verification)
{
    struct pending_request *request;

    TAILQ_FOREACH(request, &verification->pending, of_verification)
    {
        verification_queue_remove(&dispatch->queue, request);
    }
    verification->state = VERIFICATION_ENDING;
}

static int64_t cache_clock(void *context, bool exact)
{
    return dispatch_unix_s(context, exact);
}

<<<<<<< HEAD
static struct question make_question(struct dispatch *dispatch, struct asker *asker,
                                     const uint8_t *payload, size_t n_payload)
{
    return (struct question){
        .payload = payload,
        .n_payload = n_payload,
        .hash = hash_bytes(&dispatch->secret, payload, n_payload),
        .scope = dispatch->settings->limits.shared_cache ? SCOPE_EVERYBODY
                                                         : scope_of_uid(asker->account->uid),
        .client_class = dispatch->callbacks.classify(asker),
    };
}

/* --- answers --- */

void dispatch_end_job(struct dispatch *dispatch, struct job *job)
{
    job_free(job);
    dispatch->n_jobs--;
}

/* The waiter is gone afterwards, and so may be its asker. */
static void tell(struct dispatch *dispatch, struct waiter *waiter, uint8_t kind,
                 const uint8_t *payload, size_t n_payload)
{
    struct asker *asker = waiter->asker;
    uint64_t tag = waiter->tag;

    waiter_free(waiter, dispatch->accounts);
    if (asker)
        dispatch->callbacks.answer(asker, tag, kind, payload, n_payload);
}

static struct summary make_error_summary(struct dispatch *dispatch, enum error_code code)
{
    return (struct summary){
        .code = names_place(&statistics_of(dispatch)->codes, error_name(code)),
        .rule = STATISTICS_NAMES_COUNT,
        .is_error = true,
    };
}

static void tell_error(struct dispatch *dispatch, struct waiter *waiter, enum error_code code,
                       const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, 0, code, text);

    tell(dispatch, waiter, FRAME_KIND_ERROR, frame + FRAME_HEADER_BYTES, n - FRAME_HEADER_BYTES);
}

/* Those who came late, where the answer need not be right for them any more, leave the job for
 * another one. */
static void send_on_late(struct dispatch *dispatch, struct job *job)
{
    struct waiter *waiter, *next;
    struct job *other = NULL;

    for (waiter = TAILQ_FIRST(&job->waiters); waiter; waiter = next) {
        next = TAILQ_NEXT(waiter, of_job);
        if (!waiter->late || !waiter->asker)
            continue;
        if (!other)
            other = job_new(&job->question, job->epoch);
        if (!other)
            return;
        waiter_move(waiter, other);
    }
    if (!other)
        return;
    dispatch->n_jobs++;
    dispatch_retry_job(dispatch, other);
}

static bool is_right_for_late(const struct dispatch *dispatch, const struct job *job,
                              const struct answer *answer)
{
    int64_t now = unix_s(dispatch, true);

    if (answer->summary.is_error)
        return true;
    return job->epoch == dispatch->settings->epoch && answer->from_s <= now &&
           now <= answer->until_s;
}

void dispatch_answer_job(struct dispatch *dispatch, struct job *job, uint8_t kind,
                         const struct answer *answer)
{
    bool right_for_late = is_right_for_late(dispatch, job, answer);
    int64_t now_us = clock_now_us();
    struct waiter *waiter;

    /* What is told may bring new requests, which must not meet this job; and those who are told may
     * go, and leave it without waiters. */
    job_index_remove(job);
    job->state = JOB_ENDING;
    if (!right_for_late)
        send_on_late(dispatch, job);
    while ((waiter = TAILQ_FIRST(&job->waiters))) {
        histogram_add(&statistics_of(dispatch)->cold, now_us - waiter->since_us, 1);
        ledger_enter(dispatch->ledger, &dispatch->settings->record, waiter->account, &job->question,
                     answer, false);
        if (waiter->late && !right_for_late)
            tell_error(dispatch, waiter, ERROR_RESOURCES, "the daemon is out of memory");
        else
            tell(dispatch, waiter, kind, answer->payload, answer->n_payload);
    }
    dispatch_end_job(dispatch, job);
}

void dispatch_fail_job(struct dispatch *dispatch, struct job *job, enum error_code code,
                       const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, 0, code, text);
    const struct answer answer = {
        .payload = frame + FRAME_HEADER_BYTES,
        .n_payload = n - FRAME_HEADER_BYTES,
        .audit = "",
        .from_s = 1, /* kept by nobody */
        .summary = make_error_summary(dispatch, code),
    };

    dispatch_answer_job(dispatch, job, FRAME_KIND_ERROR, &answer);
}

void dispatch_turn_away(struct dispatch *dispatch, struct job *ending)
{
    struct waiter *waiter;
    char text[96];

    snprintf(text, sizeof(text), "no verifier had time for it within %u ms (queue-time)",
             dispatch->settings->limits.queued_ms);
    while ((waiter = TAILQ_FIRST(&ending->waiters))) {
        statistics_of(dispatch)->busy[BUSY_QUEUED_TIME]++;
        tell_error(dispatch, waiter, ERROR_BUSY, text);
    }
}

void dispatch_charge_job(struct job *job, int64_t us)
{
    struct waiter *waiter;

    TAILQ_FOREACH(waiter, &job->waiters, of_job)
    {
        account_charge_cpu(waiter->account, job->number, us);
    }
}

/* --- from one epoch to the next --- */

/* The job for a question in the epoch in force, made if there is none. NULL without memory. */
static struct job *find_job(struct dispatch *dispatch, const struct question *question)
{
    struct job *job = job_index_find(&dispatch->index, question, dispatch->settings->epoch);

    if (job)
        return job;
    job = job_new(question, dispatch->settings->epoch);
    if (!job)
        return NULL;
    job_index_add(&dispatch->index, job);
    dispatch->n_jobs++;
    return job;
}

/*
 * A job of an epoch that has passed, in no index and no queue: its waiters ask again, and those who
 * were of one class need not be any more. Who cannot for want of memory is left with the job.
 */
static void ask_again(struct dispatch *dispatch, struct job *job)
{
    struct waiter *waiter, *next;

    for (waiter = TAILQ_FIRST(&job->waiters); waiter; waiter = next) {
        struct question question;
        struct job *other;

        next = TAILQ_NEXT(waiter, of_job);
        if (!waiter->asker)
            continue;
        question = make_question(dispatch, waiter->asker, job->question.payload,
                                 job->question.n_payload);
        other = find_job(dispatch, &question);
        if (!other)
            continue;
        if (other->attempts < job->attempts)
            other->attempts = job->attempts;
        waiter_move(waiter, other);
        if (other->state == JOB_QUEUED)
            queue_add(&dispatch->queue, waiter, false);
    }
}

static void end_left(struct dispatch *dispatch, struct job *job)
{
    if (TAILQ_EMPTY(&job->waiters))
        dispatch_end_job(dispatch, job);
    else
        dispatch_fail_job(dispatch, job, ERROR_RESOURCES, "the daemon is out of memory");
}

void dispatch_retry_job(struct dispatch *dispatch, struct job *job)
{
    struct waiter *waiter, *next;

    for (waiter = TAILQ_FIRST(&job->waiters); waiter; waiter = next) {
        next = TAILQ_NEXT(waiter, of_job);
        if (!waiter->asker)
            waiter_free(waiter, dispatch->accounts);
    }
    if (TAILQ_EMPTY(&job->waiters)) {
        dispatch_end_job(dispatch, job);
    } else if (job->epoch == dispatch->settings->epoch) {
        if (!job->indexed)
            job_index_add(&dispatch->index, job);
        queue_add_job(&dispatch->queue, job, true);
    } else {
        job_index_remove(job);
        ask_again(dispatch, job);
        end_left(dispatch, job);
    }
}

static void dequeue_job(struct dispatch *dispatch, struct job *job)
{
    struct waiter *waiter;

    TAILQ_FOREACH(waiter, &job->waiters, of_job)
    {
        queue_remove(&dispatch->queue, waiter);
    }
    job->state = JOB_ENDING;
}

/* Without memory there is none. */
=======
/* Replaces the cache by an empty one. Without memory no answers are kept. */
>>>>>>> 84cfafa (front: an account is charged by its own verbs, and files are named for what they hold)
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

void dispatch_set_epoch(struct dispatch *dispatch, const struct settings *settings)
{
    struct verification_list queued;
    struct verification *verification;

    dispatch->settings = settings;
    dispatch_statistics(dispatch)->n_epochs++;
    renew_cache(dispatch);
    verification_index_clear(&dispatch->index, &queued);
    LIST_FOREACH(verification, &queued, in_index)
    {
        dequeue_verification(dispatch, verification);
        dispatch_ask_again(dispatch, verification);
    }
    /* Answers are sent in a second pass: an answer may close a connection, whose other requests
     * must then all be where they belong. */
    while ((verification = LIST_FIRST(&queued))) {
        LIST_REMOVE(verification, in_index);
        dispatch_end_passed(dispatch, verification);
    }
    dispatch_retire_verifiers(dispatch);
    dispatch_assign(dispatch);
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
<<<<<<< HEAD
    const struct limits *limits = &dispatch->settings->limits;
    struct account *account = asker->account;
=======
    const struct limits *limits = &dispatch->settings->limits;
    struct account *account = requester->account;
>>>>>>> 84cfafa (front: an account is charged by its own verbs, and files are named for what they hold)

    if (requester->n_pending >= limits->in_flight_per_connection)
        return refuse_busy(dispatch, refusal, BUSY_IN_FLIGHT_PER_CONNECTION,
                           "this connection has %zu requests in flight (in-flight-per-connection)",
                           requester->n_pending);
    if (account->charged[ACCOUNT_REQUESTS] >= limits->in_flight_per_uid)
        return refuse_busy(dispatch, refusal, BUSY_IN_FLIGHT_PER_UID,
                           "this uid has %zu requests in flight (in-flight-per-uid)",
                           account->charged[ACCOUNT_REQUESTS]);
    if (dispatch->queue.n_bytes + n_frame > LIMIT_QUEUED_BYTES)
        return refuse_busy(dispatch, refusal, BUSY_QUEUED, "%d MiB of requests are waiting",
                           LIMIT_QUEUED_BYTES / 1048576);
    if (account->charged[ACCOUNT_QUEUED_BYTES] + n_frame > LIMIT_QUEUED_PER_UID_BYTES)
        return refuse_busy(dispatch, refusal, BUSY_QUEUED_PER_UID,
                           "%d MiB of this uid's requests are waiting",
                           LIMIT_QUEUED_PER_UID_BYTES / 1048576);
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

/* Makes the request wait for the verification of its key. Returns 0 or -ENOMEM. */
static int wait_for_verification(struct dispatch *dispatch, struct requester *requester,
                                 uint64_t tag, const struct request_key *key)
{
    struct verification *verification = dispatch_find_verification(dispatch, key);
    struct pending_request *request = NULL;

    if (verification)
        request = pending_request_new(verification, requester, tag, clock_now_us());
    if (!request) {
        if (verification && TAILQ_EMPTY(&verification->pending) &&
            verification->state == VERIFICATION_QUEUED)
            dispatch_end_verification(dispatch, verification);
        return -ENOMEM;
    }
    dispatch_statistics(dispatch)->n_misses++;
    if (request != TAILQ_FIRST(&verification->pending))
        dispatch_statistics(dispatch)->n_shared++;
    if (verification->state == VERIFICATION_QUEUED)
        verification_queue_add(&dispatch->queue, request, false);
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
<<<<<<< HEAD
    if (cache_find(dispatch->cache, &question, answer)) {
        statistics_of(dispatch)->n_hits++;
        ledger_enter(dispatch->ledger, &dispatch->settings->record, asker->account, &question,
                     answer, true);
=======
    if (cache_find(dispatch->cache, &key, answer)) {
        dispatch_statistics(dispatch)->n_hits++;
        monitor_count_answer(dispatch->monitor, &dispatch->settings->record, requester->account,
                             &key, answer, true);
>>>>>>> 84cfafa (front: an account is charged by its own verbs, and files are named for what they hold)
        return DISPATCH_KNOWN;
    }
    if (costly_requests_has(dispatch->costly, &key, clock_now_ms()))
        return refuse_remembered(dispatch, requester, refusal);
    r = check_quota(dispatch, requester, FRAME_HEADER_BYTES + n_payload, refusal);
    return r ? r : wait_for_verification(dispatch, requester, tag, &key);
}

void dispatch_abandon(struct dispatch *dispatch, struct requester *requester)
{
    struct pending_request *request;

    while ((request = LIST_FIRST(&requester->pending))) {
        struct verification *verification = request->verification;

        pending_request_detach(request);
        if (verification->state != VERIFICATION_QUEUED)
            continue;
        verification_queue_remove(&dispatch->queue, request);
        pending_request_free(request);
        if (TAILQ_EMPTY(&verification->pending))
            dispatch_end_verification(dispatch, verification);
    }
}

void dispatch_stop(struct dispatch *dispatch)
{
    dispatch->is_stopping = true;
}

size_t dispatch_in_flight(const struct dispatch *dispatch)
{
    return dispatch->n_verifications;
}

const struct settings *dispatch_settings(const struct dispatch *dispatch)
{
    return dispatch->settings;
}

void dispatch_measure(const struct dispatch *dispatch, struct dispatch_figures *figures)
{
    const struct verifier_link *link;

    *figures = (struct dispatch_figures){
        .n_in_flight = dispatch->n_verifications,
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

/* --- life --- */

/* Appends a verifier to the list. New ones come last, because verifiers that have been at work have
 * already parsed the usual issuers. */
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
    verification_index_init(&dispatch->index);
    verification_queue_init(&dispatch->queue);
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

static void drop_verification(struct dispatch *dispatch, struct verification *verification)
{
    struct pending_request *request;

    if (!verification)
        return;
    while ((request = TAILQ_FIRST(&verification->pending)))
        pending_request_free(request);
    dispatch_end_verification(dispatch, verification);
}

struct dispatch *dispatch_free(struct dispatch *dispatch)
{
    struct verifier_link *link;
    struct verification *verification;

    if (!dispatch)
        return NULL;
    while ((link = LIST_FIRST(&dispatch->links))) {
        LIST_REMOVE(link, in_dispatch);
        drop_verification(dispatch, verifier_link_take_second(link));
        drop_verification(dispatch, verifier_link_pop(link));
        verifier_link_free(link);
    }
    while ((verification = verification_queue_take(&dispatch->queue, true)))
        drop_verification(dispatch, verification);
    assert(dispatch->n_verifications == 0 && dispatch->queue.n_bytes == 0);
    if (dispatch->deadline_timer)
        event_free(dispatch->deadline_timer);
    costly_requests_free(dispatch->costly);
    cache_free(dispatch->cache);
    free(dispatch);
    return NULL;
}
