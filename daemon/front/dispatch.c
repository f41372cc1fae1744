/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/front/link.h"
#include "daemon/front/refusals.h"
#include "daemon/host/clock.h"
#include "daemon/host/log.h"
#include "proto/error.h"
#include "proto/limits.h"

/* How late a deadline may be noticed. */
#define SWEEP_MS 20

TAILQ_HEAD(account_queue, account);

struct dispatch {
    struct event_base *base;
    struct dispatch_callbacks callbacks;
    struct account_queue waiting; /* accounts with something queued, the next in turn first */
    struct link_list links;
    struct refusals *refusals;
    struct event *sweep;
    bool sweeping;
    bool stopping;
    size_t n_in_flight;
    size_t queued_bytes;
    uint64_t last_number;
    uint8_t reply[LIMIT_REPLY_BYTES];
};

/* --- queues --- */

static void enqueue(struct dispatch *dispatch, struct job *job, bool first)
{
    struct account *account = job->account;

    if (TAILQ_EMPTY(&account->queued))
        TAILQ_INSERT_TAIL(&dispatch->waiting, account, in_turn);
    if (first)
        TAILQ_INSERT_HEAD(&account->queued, job, in_queue);
    else
        TAILQ_INSERT_TAIL(&account->queued, job, in_queue);
    job->queued = true;
    dispatch->queued_bytes += job->n_frame;
    account->queued_bytes += job->n_frame;
}

static void unqueue(struct dispatch *dispatch, struct job *job)
{
    struct account *account = job->account;

    TAILQ_REMOVE(&account->queued, job, in_queue);
    if (TAILQ_EMPTY(&account->queued))
        TAILQ_REMOVE(&dispatch->waiting, account, in_turn);
    job->queued = false;
    dispatch->queued_bytes -= job->n_frame;
    account->queued_bytes -= job->n_frame;
}

/* The account in turn gives one job and goes to the end of the line. */
static struct job *take_next(struct dispatch *dispatch)
{
    struct account *account = TAILQ_FIRST(&dispatch->waiting);
    struct job *job;

    if (!account)
        return NULL;
    job = TAILQ_FIRST(&account->queued);
    unqueue(dispatch, job);
    if (!TAILQ_EMPTY(&account->queued)) {
        TAILQ_REMOVE(&dispatch->waiting, account, in_turn);
        TAILQ_INSERT_TAIL(&dispatch->waiting, account, in_turn);
    }
    return job;
}

static void job_end(struct dispatch *dispatch, struct job *job)
{
    struct account *account = job->account;

    if (job->owner)
        LIST_REMOVE(job, of_owner);
    free(job);
    dispatch->n_in_flight--;
    account->n_in_flight--;
    account_settle(account);
}

/* --- answers --- */

static void answer(struct dispatch *dispatch, struct job *job, uint8_t kind, const uint8_t *payload,
                   size_t n_payload)
{
    void *owner = job->owner;
    uint64_t tag = job->tag;

    job_end(dispatch, job);
    if (owner)
        dispatch->callbacks.answer(owner, tag, kind, payload, n_payload);
}

static void answer_error(struct dispatch *dispatch, struct job *job, enum error_code code,
                         const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, 0, code, text);

    answer(dispatch, job, FRAME_KIND_ERROR, frame + FRAME_HEADER_BYTES, n - FRAME_HEADER_BYTES);
}

static void remember(struct dispatch *dispatch, const struct job *job)
{
    refusals_add(dispatch->refusals, job->frame + FRAME_HEADER_BYTES,
                 job->n_frame - FRAME_HEADER_BYTES, clock_now_ms());
}

/* --- verifiers --- */

static struct link *find_idle(struct dispatch *dispatch)
{
    struct link *link;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link_is_idle(link))
            return link;
    }
    return NULL;
}

static void report(struct dispatch *dispatch, struct link *link)
{
    if (!link->reported)
        dispatch->callbacks.report(dispatch->callbacks.context, link->number, CONTROL_OVERRUN);
    link->reported = true;
}

static void start_sweeping(struct dispatch *dispatch)
{
    const struct timeval interval = {.tv_usec = SWEEP_MS * 1000};

    if (!dispatch->sweeping)
        dispatch->sweeping = event_add(dispatch->sweep, &interval) == 0;
}

/* Gives out what waits, as long as somebody is idle. */
static void pump(struct dispatch *dispatch)
{
    struct link *link;
    struct job *job;

    while ((link = find_idle(dispatch)) && (job = take_next(dispatch))) {
        if (!link_send(link, job, ++dispatch->last_number)) {
            /* It is dying or stuck: the supervisor ends it, and somebody else gets the job. */
            enqueue(dispatch, job, true);
            report(dispatch, link);
            continue;
        }
        job->attempts++;
    }
    if (dispatch->n_in_flight > 0)
        start_sweeping(dispatch);
}

static void handle_reply(struct dispatch *dispatch, struct link *link, const struct note *note,
                         const struct frame_header *header)
{
    struct job *job = link->job;

    link->job = NULL;
    if (note->flags & NOTE_REMEMBER)
        remember(dispatch, job);
    answer(dispatch, job, header->kind, dispatch->reply + FRAME_HEADER_BYTES,
           header->length - FRAME_HEADER_BYTES);
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
        link_close(link);
        start_sweeping(dispatch);
        return;
    }
}

static void on_readable(evutil_socket_t socket, short events, void *context)
{
    struct dispatch *dispatch = context;
    struct link *link;

    (void)events;
    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->socket == socket)
            break;
    }
    if (link)
        read_link(dispatch, link);
    pump(dispatch);
}

/* Moves what has waited too long from an account's queue to a list. */
static void take_late(struct dispatch *dispatch, struct account *account, int64_t now,
                      struct job_queue *late)
{
    struct job *job, *next;

    for (job = TAILQ_FIRST(&account->queued); job; job = next) {
        next = TAILQ_NEXT(job, in_queue);
        if (now - job->since_ms < LIMIT_QUEUED_MS)
            return;
        unqueue(dispatch, job);
        TAILQ_INSERT_TAIL(late, job, in_queue);
    }
}

/*
 * Nobody had time for them: the verifiers are all busy, or there are none. An answer may close a
 * connection, abandon jobs and end accounts, so all are taken before the first is answered.
 */
static void turn_away_late(struct dispatch *dispatch, int64_t now)
{
    struct job_queue late = TAILQ_HEAD_INITIALIZER(late);
    struct account *account, *next;
    struct job *job;

    for (account = TAILQ_FIRST(&dispatch->waiting); account; account = next) {
        next = TAILQ_NEXT(account, in_turn);
        take_late(dispatch, account, now, &late);
    }
    while ((job = TAILQ_FIRST(&late))) {
        TAILQ_REMOVE(&late, job, in_queue);
        answer_error(dispatch, job, ERROR_BUSY, "no verifier had time for it within 5 s");
    }
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
        if ((link->job || link->socket < 0) && now >= link->deadline_ms)
            report(dispatch, link);
        closed = closed || link->socket < 0;
    }
    turn_away_late(dispatch, now);
    if (dispatch->n_in_flight == 0 && !closed) {
        event_del(dispatch->sweep);
        dispatch->sweeping = false;
    }
}

/* What becomes of a request whose verifier ended under it. */
static void settle_lost(struct dispatch *dispatch, struct job *job, int pid,
                        enum control_cause cause)
{
    if (cause == CONTROL_CAUSE_CPU) {
        log_warning("verifier %d: a request of uid %u took its CPU time: refused", pid,
                    job->account->uid);
        remember(dispatch, job);
        answer_error(dispatch, job, ERROR_RESOURCES, "the verification ran out of CPU time");
    } else if (job->attempts < LIMIT_ATTEMPTS_COUNT) {
        log_warning("verifier %d: ended with a request of uid %u at work: tried once more", pid,
                    job->account->uid);
        enqueue(dispatch, job, true);
    } else {
        log_warning("verifier %d: ended with a request of uid %u at work, as one before: refused",
                    pid, job->account->uid);
        if (cause == CONTROL_CAUSE_CRASH)
            remember(dispatch, job);
        answer_error(dispatch, job, ERROR_RESOURCES,
                     "the verification crashed or was stopped, twice");
    }
}

/* --- interface --- */

int dispatch_new(struct dispatch **dispatchp, struct event_base *base,
                 const struct dispatch_callbacks *callbacks)
{
    struct dispatch *dispatch = calloc(1, sizeof(*dispatch));
    int r;

    if (!dispatch)
        return -ENOMEM;
    dispatch->base = base;
    dispatch->callbacks = *callbacks;
    TAILQ_INIT(&dispatch->waiting);
    LIST_INIT(&dispatch->links);
    r = refusals_new(&dispatch->refusals);
    dispatch->sweep = event_new(base, -1, EV_PERSIST, on_sweep, dispatch);
    if (r || !dispatch->sweep) {
        dispatch_free(dispatch);
        return r ? r : -ENOMEM;
    }
    *dispatchp = dispatch;
    return 0;
}

struct dispatch *dispatch_free(struct dispatch *dispatch)
{
    struct link *link;
    struct job *job;

    if (!dispatch)
        return NULL;
    while ((link = LIST_FIRST(&dispatch->links))) {
        LIST_REMOVE(link, in_dispatch);
        if (link->job)
            job_end(dispatch, link->job);
        link_free(link);
    }
    while ((job = take_next(dispatch)))
        job_end(dispatch, job);
    if (dispatch->sweep)
        event_free(dispatch->sweep);
    refusals_free(dispatch->refusals);
    free(dispatch);
    return NULL;
}

static const char *check_quota(const struct dispatch *dispatch, const struct account *account,
                               size_t n_frame)
{
    if (dispatch->stopping)
        return "the daemon is stopping";
    if (account->n_in_flight >= LIMIT_IN_FLIGHT_PER_UID_COUNT)
        return "this uid has 1,024 requests in flight";
    if (dispatch->queued_bytes + n_frame > LIMIT_QUEUED_BYTES)
        return "64 MiB of requests are waiting";
    if (account->queued_bytes + n_frame > LIMIT_QUEUED_PER_UID_BYTES)
        return "8 MiB of this uid's requests are waiting";
    return NULL;
}

int dispatch_submit(struct dispatch *dispatch, struct account *account, void *owner,
                    struct job_list *jobs, uint64_t tag, const uint8_t *payload, size_t n_payload,
                    const char **textp)
{
    size_t n_frame = FRAME_HEADER_BYTES + n_payload;
    struct job *job;

    *textp = check_quota(dispatch, account, n_frame);
    if (*textp)
        return ERROR_BUSY;
    if (refusals_has(dispatch->refusals, payload, n_payload, clock_now_ms())) {
        *textp =
            "this very request ran out of CPU time or memory, or crashed, less than a minute ago";
        return ERROR_RESOURCES;
    }
    job = malloc(sizeof(*job) + n_frame);
    if (!job)
        return -ENOMEM;
    *job = (struct job){
        .owner = owner,
        .account = account,
        .tag = tag,
        .since_ms = clock_now_ms(),
        .n_frame = n_frame,
    };
    memcpy(job->frame + FRAME_HEADER_BYTES, payload, n_payload);
    LIST_INSERT_HEAD(jobs, job, of_owner);
    account->n_in_flight++;
    dispatch->n_in_flight++;
    enqueue(dispatch, job, false);
    pump(dispatch);
    return 0;
}

void dispatch_abandon(struct dispatch *dispatch, struct job_list *jobs)
{
    struct job *job;

    while ((job = LIST_FIRST(jobs))) {
        LIST_REMOVE(job, of_owner);
        job->owner = NULL;
        if (!job->queued)
            continue;
        unqueue(dispatch, job);
        job_end(dispatch, job);
    }
}

int dispatch_add_verifier(struct dispatch *dispatch, uint32_t number, int pid, int socket)
{
    struct link *link = link_new(number, pid, socket, dispatch->base, on_readable, dispatch);

    if (!link)
        return -ENOMEM;
    LIST_INSERT_HEAD(&dispatch->links, link, in_dispatch);
    pump(dispatch);
    return 0;
}

void dispatch_lose_verifier(struct dispatch *dispatch, uint32_t number, enum control_cause cause)
{
    struct job *job;
    struct link *link;
    int pid;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->number == number)
            break;
    }
    if (!link)
        return;
    /* It may have replied before it ended. */
    read_link(dispatch, link);
    job = link->job;
    pid = link->pid;
    LIST_REMOVE(link, in_dispatch);
    link_free(link);
    if (job) {
        dispatch->callbacks.report(dispatch->callbacks.context, number, CONTROL_AT_WORK);
        settle_lost(dispatch, job, pid, cause);
    }
    pump(dispatch);
}

void dispatch_stop(struct dispatch *dispatch)
{
    dispatch->stopping = true;
}

size_t dispatch_in_flight(const struct dispatch *dispatch)
{
    return dispatch->n_in_flight;
}
