/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/front/dispatch_internal.h"
#include "daemon/limits.h"

/* How late a deadline may be noticed. */
#define SWEEP_MS 20
/* A job that has been at work for longer is none to wait behind. */
#define PATIENCE_MS 2

/* --- who gets what --- */

static bool is_in_force(const struct dispatch *dispatch, const struct link *link)
{
    return link->epoch == dispatch->settings->epoch && link_is_open(link);
}

/* Who has costly questions leaves one verifier to the others, if there are two. */
static bool heavy_allowed(const struct dispatch *dispatch)
{
    const struct link *link;
    size_t n_links = 0, n_heavy = 0, n_workers = dispatch->settings->limits.workers;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        n_links += is_in_force(dispatch, link);
        n_heavy += link->n_slots > 0 && link->slots[0].job && link->slots[0].job->heavy;
    }
    return n_heavy == 0 || n_heavy + 1 < (n_links < n_workers ? n_links : n_workers);
}

/* Always the same ones first: a spare one is only of use while another ends. */
static struct link *find_idle(const struct dispatch *dispatch)
{
    struct link *link, *idle = NULL;
    size_t n_at_work = 0;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (!is_in_force(dispatch, link))
            continue;
        if (link->n_slots > 0)
            n_at_work++;
        else if (!idle)
            idle = link;
    }
    return n_at_work < dispatch->settings->limits.workers ? idle : NULL;
}

/* One with a job at work that is likely to be done soon. */
static struct link *find_quick(const struct dispatch *dispatch, int64_t now)
{
    struct link *link;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (is_in_force(dispatch, link) && link->n_slots == 1 && link->slots[0].job &&
            !link->slots[0].job->heavy && now - link->since_ms <= PATIENCE_MS)
            return link;
    }
    return NULL;
}

/* A job that stands behind one that takes longer than expected. */
static struct job *take_stuck(struct dispatch *dispatch, int64_t now)
{
    struct link *link;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->n_slots == LINK_SLOTS && link->slots[1].job &&
            link->epoch == dispatch->settings->epoch && now - link->since_ms > PATIENCE_MS)
            return link_take_second(link);
    }
    return NULL;
}

/* The next pair, or false. */
static bool choose(struct dispatch *dispatch, struct link **linkp, struct job **jobp)
{
    struct link *idle = find_idle(dispatch);
    int64_t now;

    if (idle) {
        *linkp = idle;
        *jobp = queue_take(&dispatch->queue, heavy_allowed(dispatch));
        if (!*jobp)
            *jobp = take_stuck(dispatch, clock_now_ms());
        return *jobp != NULL;
    }
    if (TAILQ_EMPTY(&dispatch->queue.waiting))
        return false;
    now = clock_now_ms();
    *linkp = find_quick(dispatch, now);
    *jobp = *linkp ? queue_take(&dispatch->queue, false) : NULL;
    return *jobp != NULL;
}

static void report(struct dispatch *dispatch, struct link *link)
{
    struct job *second = link_take_second(link);

    if (!link->reported)
        dispatch->callbacks.report(dispatch->callbacks.context, link->number, CONTROL_OVERRUN);
    link->reported = true;
    /* It was not its fault, and it has not begun. */
    if (second)
        dispatch_retry_job(dispatch, second);
}

void dispatch_start_sweeping(struct dispatch *dispatch)
{
    const struct timeval interval = {.tv_usec = SWEEP_MS * 1000};

    if (!dispatch->sweeping)
        dispatch->sweeping = event_add(dispatch->sweep, &interval) == 0;
}

void dispatch_pump(struct dispatch *dispatch)
{
    struct link *link;
    struct job *job;

    while (choose(dispatch, &link, &job)) {
        int r = link_send(link, job, ++dispatch->last_number);

        if (!r)
            continue;
        /* Somebody else gets the job; one that is stuck is ended by the supervisor. What one that
         * has ended has still said is read in its turn. */
        dispatch_retry_job(dispatch, job);
        if (r == -EPIPE)
            link->spent = true;
        else
            report(dispatch, link);
    }
    if (dispatch->n_jobs > 0)
        dispatch_start_sweeping(dispatch);
}

/* --- what verifiers say --- */

/* Its process ends when its socket does. Jobs that it has are not touched. */
static void let_go(struct dispatch *dispatch, struct link *link)
{
    link_close(link);
    dispatch_start_sweeping(dispatch);
}

static struct summary make_summary(struct statistics *statistics, const struct note *note,
                                   bool is_error)
{
    return (struct summary){
        .outcome = note->outcome,
        .code = names_place(&statistics->codes, note->code),
        /* No rule decides an error. */
        .rule = is_error ? STATISTICS_NAMES_COUNT : names_place(&statistics->rules, note->rule),
        .is_error = is_error,
        .reported = note->flags & NOTE_REPORTED,
    };
}

static struct answer make_answer(struct dispatch *dispatch, const struct note *note,
                                 const struct frame_header *header)
{
    return (struct answer){
        .payload = dispatch->reply + FRAME_HEADER_BYTES,
        .n_payload = header->length - FRAME_HEADER_BYTES,
        .audit = note->audit,
        .n_audit = strnlen(note->audit, sizeof(note->audit)),
        .from_s = note->from_s,
        .until_s = note->until_s,
        .summary = make_summary(&dispatch->ledger->statistics, note,
                                header->kind == FRAME_KIND_ERROR),
    };
}

static void handle_reply(struct dispatch *dispatch, struct link *link, const struct note *note,
                         const struct frame_header *header)
{
    struct answer answer = make_answer(dispatch, note, header);
    struct job *job, *second = NULL;

    if (note->flags & NOTE_REMEMBER) {
        /* It ends now, without a look at what else it was given. */
        link->spent = true;
        second = link_take_second(link);
    }
    job = link_pop(link);
    if (second)
        dispatch_retry_job(dispatch, second);
    if (!job)
        return;
    if (note->flags & NOTE_REMEMBER)
        refusals_add(dispatch->refusals, &job->question, clock_now_ms());
    dispatch_charge_job(job, note->cpu_us);
    if (header->kind == FRAME_KIND_VERDICT && job->epoch == dispatch->settings->epoch)
        cache_add(dispatch->cache, &job->question, &answer);
    dispatch_answer_job(dispatch, job, header->kind, &answer);
}

static void read_link(struct dispatch *dispatch, struct link *link)
{
    struct frame_header header;
    struct note note;

    switch (link_receive(link, &note, dispatch->reply, sizeof(dispatch->reply), &header)) {
    case LINK_NOTHING:
        return;
    case LINK_REPLY:
        handle_reply(dispatch, link, &note, &header);
        return;
    case LINK_BROKEN:
        log_warning("verifier %d: what it says is no reply to its request", link->pid);
        report(dispatch, link);
        link_close(link);
        return;
    case LINK_CLOSED:
        /* Ended, most likely, and the supervisor is about to say why; one that goes on without us
         * is late. */
        let_go(dispatch, link);
        return;
    }
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct link *link = context;
    struct dispatch *dispatch = link->context;

    (void)socket;
    (void)events;
    read_link(dispatch, link);
    if (link->epoch != dispatch->settings->epoch && link->n_slots == 0 && link->socket >= 0)
        let_go(dispatch, link);
    dispatch_pump(dispatch);
}

void dispatch_retire_links(struct dispatch *dispatch)
{
    struct link *link;
    struct job *second;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->epoch == dispatch->settings->epoch)
            continue;
        second = link_take_second(link);
        if (second)
            dispatch_retry_job(dispatch, second);
        if (link->n_slots == 0 && link->socket >= 0)
            let_go(dispatch, link);
    }
}

/* --- deadlines --- */

/* Moves those that have waited too long from an account's queue to a job that is ending. */
static void take_late(struct dispatch *dispatch, struct account *account, int64_t since_us,
                      struct job *ending)
{
    struct waiter *waiter, *next;

    for (waiter = TAILQ_FIRST(&account->queued); waiter; waiter = next) {
        struct job *job = waiter->job;

        next = TAILQ_NEXT(waiter, in_queue);
        if (waiter->since_us > since_us)
            continue;
        queue_remove(&dispatch->queue, waiter);
        waiter_move(waiter, ending);
        if (TAILQ_EMPTY(&job->waiters))
            dispatch_end_job(dispatch, job);
    }
}

/*
 * Nobody had time for them: the verifiers are all busy, or there are none. An answer may close a
 * connection, abandon others and end accounts, so all are taken before the first is answered.
 */
static void turn_away_late(struct dispatch *dispatch)
{
    int64_t since_us = clock_now_us() - (int64_t)dispatch->settings->limits.queued_ms * 1000;
    struct job ending = {.state = JOB_ENDING};
    struct account *account, *next;

    TAILQ_INIT(&ending.waiters);
    for (account = TAILQ_FIRST(&dispatch->queue.waiting); account; account = next) {
        next = TAILQ_NEXT(account, in_turn);
        take_late(dispatch, account, since_us, &ending);
    }
    dispatch_turn_away(dispatch, &ending);
}

static void on_sweep(evutil_socket_t socket, short events, void *context)
{
    struct dispatch *dispatch = context;
    int64_t now = clock_now_ms();
    struct link *link;
    bool closed = false;

    (void)socket;
    (void)events;
    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if ((link->n_slots > 0 || link->socket < 0) && now >= link->deadline_ms)
            report(dispatch, link);
        closed = closed || link->socket < 0;
    }
    turn_away_late(dispatch);
    dispatch_pump(dispatch);
    if (dispatch->n_jobs == 0 && !closed) {
        event_del(dispatch->sweep);
        dispatch->sweeping = false;
    }
}

/* --- verifiers that end --- */

/* What becomes of a request whose verifier ended under it. */
static void settle_lost(struct dispatch *dispatch, struct job *job, int pid,
                        enum control_cause cause)
{
    if (cause == CONTROL_CAUSE_CPU) {
        log_warning("verifier %d: a request of uid %u took its CPU time: refused", pid, job->uid);
        refusals_add(dispatch->refusals, &job->question, clock_now_ms());
        dispatch_fail_job(dispatch, job, ERROR_RESOURCES, "the verification ran out of CPU time");
    } else if (job->attempts < LIMIT_ATTEMPTS_COUNT) {
        log_warning("verifier %d: ended with a request of uid %u at work: tried once more", pid,
                    job->uid);
        dispatch_retry_job(dispatch, job);
    } else {
        log_warning("verifier %d: ended with a request of uid %u at work, as one before: refused",
                    pid, job->uid);
        if (cause == CONTROL_CAUSE_CRASH)
            refusals_add(dispatch->refusals, &job->question, clock_now_ms());
        dispatch_fail_job(dispatch, job, ERROR_RESOURCES,
                          "the verification crashed or was stopped, twice");
    }
}

/* What the verifier had: the first was at work, whatever stands behind it was not. */
static void settle_jobs(struct dispatch *dispatch, struct link *link, enum control_cause cause)
{
    struct job *second = link_take_second(link);
    bool at_work = link->n_slots > 0;
    struct job *first = link_pop(link);

    if (second)
        dispatch_retry_job(dispatch, second);
    if (at_work)
        dispatch->callbacks.report(dispatch->callbacks.context, link->number, CONTROL_AT_WORK);
    if (!first)
        return;
    /* Nobody knows what it used: all that it may. Somebody else's signal is not its fault. */
    if ((cause != CONTROL_CAUSE_OTHER && cause != CONTROL_CAUSE_RETIRED) || link->reported)
        dispatch_charge_job(first, LIMIT_VERIFY_CPU_MS * 1000);
    settle_lost(dispatch, first, link->pid, cause);
}

void dispatch_lose_verifier(struct dispatch *dispatch, uint32_t number, enum control_cause cause)
{
    struct link *link;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->number == number)
            break;
    }
    if (!link)
        return;
    /* It may have replied before it ended, to both. */
    for (int i = 0; i < LINK_SLOTS; i++)
        read_link(dispatch, link);
    LIST_REMOVE(link, in_dispatch);
    if (cause < CONTROL_CAUSES_COUNT)
        dispatch->ledger->statistics.ended[cause]++;
    settle_jobs(dispatch, link, cause);
    link_free(link);
    dispatch_pump(dispatch);
}

/* --- life --- */

/* At the end: one that has been at work knows issuers that a new one has yet to parse. */
static void append(struct link_list *links, struct link *link)
{
    struct link *last = LIST_FIRST(links);

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
    struct link *link = link_new(message, socket, dispatch->base, on_readable, dispatch);

    if (!link)
        return -ENOMEM;
    append(&dispatch->links, link);
    dispatch_pump(dispatch);
    return 0;
}

int dispatch_new(struct dispatch **dispatchp, struct event_base *base,
                 const struct dispatch_callbacks *callbacks, struct account_table *accounts,
                 struct ledger *ledger, const struct settings *settings)
{
    struct dispatch *dispatch = calloc(1, sizeof(*dispatch));
    int r;

    if (!dispatch)
        return -ENOMEM;
    dispatch->base = base;
    dispatch->callbacks = *callbacks;
    dispatch->accounts = accounts;
    dispatch->ledger = ledger;
    dispatch->settings = settings;
    job_index_init(&dispatch->index);
    queue_init(&dispatch->queue);
    LIST_INIT(&dispatch->links);
    r = hash_secret_init(&dispatch->secret);
    if (!r)
        r = refusals_new(&dispatch->refusals);
    dispatch->sweep = event_new(base, -1, EV_PERSIST, on_sweep, dispatch);
    if (r || !dispatch->sweep) {
        dispatch_free(dispatch);
        return r ? r : -ENOMEM;
    }
    *dispatchp = dispatch;
    return 0;
}

static void drop_job(struct dispatch *dispatch, struct job *job)
{
    struct waiter *waiter;

    if (!job)
        return;
    while ((waiter = TAILQ_FIRST(&job->waiters)))
        waiter_free(waiter, dispatch->accounts);
    dispatch_end_job(dispatch, job);
}

struct dispatch *dispatch_free(struct dispatch *dispatch)
{
    struct link *link;
    struct job *job;

    if (!dispatch)
        return NULL;
    while ((link = LIST_FIRST(&dispatch->links))) {
        LIST_REMOVE(link, in_dispatch);
        drop_job(dispatch, link_take_second(link));
        drop_job(dispatch, link_pop(link));
        link_free(link);
    }
    while ((job = queue_take(&dispatch->queue, true)))
        drop_job(dispatch, job);
    if (dispatch->sweep)
        event_free(dispatch->sweep);
    refusals_free(dispatch->refusals);
    cache_free(dispatch->cache);
    free(dispatch);
    return NULL;
}

void dispatch_measure(const struct dispatch *dispatch, struct dispatch_figures *figures)
{
    const struct link *link;

    *figures = (struct dispatch_figures){
        .n_in_flight = dispatch->n_jobs,
        .queued_bytes = dispatch->queue.n_bytes,
    };
    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (is_in_force(dispatch, link))
            figures->n_verifiers++;
        else
            figures->n_old_verifiers++;
        figures->n_at_work += link->n_slots > 0;
    }
    cache_measure(dispatch->cache, &figures->cache);
}
