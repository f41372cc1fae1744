/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/front/dispatch_internal.h"
#include "daemon/limits.h"

static struct statistics *statistics_of(struct dispatch *dispatch)
{
    return &dispatch->ledger->statistics;
}

static int64_t unix_s(const struct dispatch *dispatch, bool exact)
{
    if (dispatch->callbacks.clock)
        return dispatch->callbacks.clock(dispatch->callbacks.clock_context, exact);
    return exact ? clock_now_s() : clock_recent_s();
}

static int64_t cache_clock(void *context, bool exact)
{
    return unix_s(context, exact);
}

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
static void renew_cache(struct dispatch *dispatch)
{
    struct cache_figures figures;

    cache_measure(dispatch->cache, &figures);
    statistics_of(dispatch)->n_evicted_before += figures.n_evicted;
    dispatch->cache = cache_free(dispatch->cache);
    if (dispatch->settings->limits.cache_bytes > 0 &&
        cache_new(&dispatch->cache, dispatch->settings->limits.cache_bytes, cache_clock, dispatch) <
            0)
        dispatch->cache = NULL;
}

void dispatch_set_epoch(struct dispatch *dispatch, const struct settings *settings)
{
    struct job_list queued;
    struct job *job;

    dispatch->settings = settings;
    statistics_of(dispatch)->n_epochs++;
    renew_cache(dispatch);
    job_index_clear(&dispatch->index, &queued);
    LIST_FOREACH(job, &queued, in_index)
    {
        dequeue_job(dispatch, job);
        ask_again(dispatch, job);
    }
    /* Only now: whoever is told may abandon others, and must find them in order. */
    while ((job = LIST_FIRST(&queued))) {
        LIST_REMOVE(job, in_index);
        end_left(dispatch, job);
    }
    dispatch_retire_links(dispatch);
    dispatch_pump(dispatch);
}

/* --- requests --- */

__attribute__((format(printf, 4, 5))) static int refuse_busy(struct dispatch *dispatch,
                                                             struct dispatch_refusal *refusal,
                                                             enum busy busy, const char *format,
                                                             ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(refusal->text, sizeof(refusal->text), format, arguments);
    va_end(arguments);
    refusal->code = ERROR_BUSY;
    statistics_of(dispatch)->busy[busy]++;
    return DISPATCH_REFUSED;
}

/* What one more would be too much of. 0 or DISPATCH_REFUSED. */
static int check_quota(struct dispatch *dispatch, const struct asker *asker, size_t n_frame,
                       struct dispatch_refusal *refusal)
{
    const struct limits *limits = &dispatch->settings->limits;
    struct account *account = asker->account;

    if (asker->n_waiters >= limits->in_flight_per_connection)
        return refuse_busy(dispatch, refusal, BUSY_IN_FLIGHT_PER_CONNECTION,
                           "this connection has %zu requests in flight (in-flight-per-connection)",
                           asker->n_waiters);
    if (account->n_in_flight >= limits->in_flight_per_uid)
        return refuse_busy(dispatch, refusal, BUSY_IN_FLIGHT_PER_UID,
                           "this uid has %zu requests in flight (in-flight-per-uid)",
                           account->n_in_flight);
    if (dispatch->queue.n_bytes + n_frame > LIMIT_QUEUED_BYTES)
        return refuse_busy(dispatch, refusal, BUSY_QUEUED, "%d MiB of requests are waiting",
                           LIMIT_QUEUED_BYTES / 1048576);
    if (account->queued_bytes + n_frame > LIMIT_QUEUED_PER_UID_BYTES)
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

static int refuse_remembered(struct dispatch *dispatch, struct asker *asker,
                             struct dispatch_refusal *refusal)
{
    const struct summary summary = make_error_summary(dispatch, ERROR_RESOURCES);

    statistics_of(dispatch)->n_remembered++;
    statistics_count(statistics_of(dispatch), &summary);
    asker->account->n_errors++;
    *refusal = (struct dispatch_refusal){
        .code = ERROR_RESOURCES,
        .text = "this very request ran out of CPU time or memory, or crashed, less than a minute "
                "ago",
    };
    return DISPATCH_REFUSED;
}

/* Waits for the job that answers the question. 0 or -ENOMEM. */
static int wait_for_job(struct dispatch *dispatch, struct asker *asker, uint64_t tag,
                        const struct question *question)
{
    struct job *job = find_job(dispatch, question);
    struct waiter *waiter = job ? waiter_new(job, asker, tag, clock_now_us()) : NULL;

    if (!waiter) {
        if (job && TAILQ_EMPTY(&job->waiters) && job->state == JOB_QUEUED)
            dispatch_end_job(dispatch, job);
        return -ENOMEM;
    }
    account_settle(dispatch->accounts, asker->account);
    statistics_of(dispatch)->n_misses++;
    if (waiter != TAILQ_FIRST(&job->waiters))
        statistics_of(dispatch)->n_shared++;
    if (job->state == JOB_QUEUED)
        queue_add(&dispatch->queue, waiter, false);
    dispatch_pump(dispatch);
    return 0;
}

int dispatch_submit(struct dispatch *dispatch, struct asker *asker, uint64_t tag,
                    const uint8_t *payload, size_t n_payload, struct answer *answer,
                    struct dispatch_refusal *refusal)
{
    const struct question question = make_question(dispatch, asker, payload, n_payload);
    int r;

    asker->account->n_requests++;
    if (dispatch->stopping)
        return refuse_busy(dispatch, refusal, BUSY_STOPPING, "the daemon is stopping");
    if (cache_find(dispatch->cache, &question, answer)) {
        statistics_of(dispatch)->n_hits++;
        ledger_enter(dispatch->ledger, &dispatch->settings->record, asker->account, &question,
                     answer, true);
        return DISPATCH_KNOWN;
    }
    if (refusals_has(dispatch->refusals, &question, clock_now_ms()))
        return refuse_remembered(dispatch, asker, refusal);
    r = check_quota(dispatch, asker, FRAME_HEADER_BYTES + n_payload, refusal);
    return r ? r : wait_for_job(dispatch, asker, tag, &question);
}

void dispatch_abandon(struct dispatch *dispatch, struct asker *asker)
{
    struct waiter *waiter;

    while ((waiter = LIST_FIRST(&asker->waiters))) {
        struct job *job = waiter->job;

        waiter_orphan(waiter);
        if (job->state != JOB_QUEUED)
            continue;
        queue_remove(&dispatch->queue, waiter);
        waiter_free(waiter, dispatch->accounts);
        if (TAILQ_EMPTY(&job->waiters))
            dispatch_end_job(dispatch, job);
    }
}

void dispatch_stop(struct dispatch *dispatch)
{
    dispatch->stopping = true;
}

size_t dispatch_in_flight(const struct dispatch *dispatch)
{
    return dispatch->n_jobs;
}

const struct settings *dispatch_settings(const struct dispatch *dispatch)
{
    return dispatch->settings;
}
