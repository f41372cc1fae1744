/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch_replies.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/front/dispatch_answers.h"
#include "daemon/front/dispatch_assign.h"
#include "daemon/limits.h"

/* --- replies --- */

/* Closes a verifier's socket, which makes its process end. Does not touch its tasks. */
static void close_link(struct dispatch *dispatch, struct verifier_link *link)
{
    verifier_link_close(link);
    dispatch_start_timer(dispatch);
}

/* Charges the CPU time to every account that has a request waiting for the task. */
static void charge_cpu(struct verify_task *task, int64_t us)
{
    struct pending_request *request;

    TAILQ_FOREACH(request, &task->pending, of_task)
    {
        account_charge_cpu(request->account, task->number, us);
    }
}

static struct answer_summary make_summary(struct statistics *statistics, const struct note *note,
                                          bool is_error)
{
    return (struct answer_summary){
        .outcome = note->outcome,
        .code = statistics_find_name(&statistics->codes, note->code),
        /* an error is decided by no rule */
        .rule = is_error ? STATISTICS_NAMES_COUNT
                         : statistics_find_name(&statistics->rules, note->rule),
        .is_error = is_error,
        .reported = note->flags & NOTE_REPORTED,
    };
}

/*
 * Returns the value, or the nearest bound if it lies outside. A verifier may have been taken over
 * by an attacker, so its note is believed only within bounds: no window may be wider than allowed,
 * and no verification can have used more CPU time than it is given.
 */
static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static uint32_t clamp_cpu_us(uint32_t cpu_us)
{
    return cpu_us < LIMIT_VERIFY_CPU_MS * 1000 ? cpu_us : LIMIT_VERIFY_CPU_MS * 1000;
}

static struct answer make_answer(struct dispatch *dispatch, const struct verifier_link *link,
                                 const struct note *note, const struct frame_header *header)
{
    int64_t now_s = dispatch_unix_s(dispatch, false);

    return (struct answer){
        .payload = dispatch->reply + FRAME_HEADER_BYTES,
        .n_payload = header->length - FRAME_HEADER_BYTES,
        .audit = note->audit,
        .n_audit = strnlen(note->audit, sizeof(note->audit)),
        .from_s = clamp(note->from_s, now_s - LIMIT_CACHE_WINDOW_S, INT64_MAX),
        .until_s = clamp(note->until_s, INT64_MIN, now_s + LIMIT_CACHE_WINDOW_S),
        .verifier = link->number,
        .summary = make_summary(dispatch_statistics(dispatch), note,
                                header->kind == FRAME_KIND_ERROR),
    };
}

/*
 * Returns whether a reply may be cached: it is a verdict (errors never are cached), it belongs to
 * the epoch in force, and its window of time is not empty. verifier_link_receive has already
 * checked that it is a reply to the task.
 */
static bool is_fit_for_cache(const struct dispatch *dispatch, const struct verify_task *task,
                             const struct frame_header *header, const struct answer *answer)
{
    return header->kind == FRAME_KIND_VERDICT && task->epoch == dispatch->settings->epoch &&
           answer->from_s <= answer->until_s;
}

static void handle_reply(struct dispatch *dispatch, struct verifier_link *link,
                         const struct note *note, const struct frame_header *header)
{
    struct answer answer = make_answer(dispatch, link, note, header);
    struct verify_task *task, *second = NULL;

    if (note->flags & NOTE_SPENT) {
        /* The verifier has run out of memory, and ends without looking at its second slot. */
        link->is_ending = true;
        second = verifier_link_take_second(link);
    }
    task = verifier_link_pop(link);
    if (second)
        dispatch_retry_task(dispatch, second);
    if (!task)
        return;
    if (note->flags & NOTE_REMEMBER)
        costly_requests_add(dispatch->costly, &task->key, clock_now_ms());
    charge_cpu(task, clamp_cpu_us(note->cpu_us));
    if (is_fit_for_cache(dispatch, task, header, &answer))
        cache_add(dispatch->cache, &task->key, &answer);
    dispatch_answer_task(dispatch, task, header->kind, &answer);
}

static void read_link(struct dispatch *dispatch, struct verifier_link *link)
{
    struct frame_header header;
    struct note note;

    switch (verifier_link_receive(link, &note, dispatch->reply, sizeof(dispatch->reply), &header)) {
    case VERIFIER_LINK_NOTHING:
        return;
    case VERIFIER_LINK_REPLY:
        handle_reply(dispatch, link, &note, &header);
        return;
    case VERIFIER_LINK_BROKEN:
        log_warning("verifier %d: sent something that is not a reply to its request: it is killed",
                    link->pid);
        dispatch_condemn_verifier(dispatch, link, CONTROL_BROKEN);
        cache_drop_verifier(dispatch->cache, link->number);
        verifier_link_close(link);
        return;
    case VERIFIER_LINK_CLOSED:
        /* Most likely the process has ended, and the supervisor is about to report the cause. If
         * the process goes on without a socket, it is killed at its deadline. */
        close_link(dispatch, link);
        return;
    }
}

void dispatch_on_reply(evutil_socket_t socket, short events, void *context)
{
    struct verifier_link *link = context;
    struct dispatch *dispatch = link->context;

    (void)socket;
    (void)events;
    read_link(dispatch, link);
    if ((link->epoch != dispatch->settings->epoch || link->is_rotating) && link->n_slots == 0 &&
        link->socket >= 0)
        close_link(dispatch, link);
    dispatch_assign(dispatch);
}

void dispatch_retire_verifiers(struct dispatch *dispatch)
{
    struct verifier_link *link;
    struct verify_task *second;

    LIST_FOREACH(link, &dispatch->links, in_dispatch)
    {
        if (link->epoch == dispatch->settings->epoch)
            continue;
        second = verifier_link_take_second(link);
        if (second)
            dispatch_retry_task(dispatch, second);
        if (link->n_slots == 0 && link->socket >= 0)
            close_link(dispatch, link);
    }
}

/* --- verifiers that end --- */

/* Counts a crash for every account that has a request waiting for the task. */
static void note_crash(const struct verify_task *task)
{
    struct pending_request *request;
    int64_t now_ms = clock_now_ms();

    TAILQ_FOREACH(request, &task->pending, of_task)
    {
        account_note_crash(request->account, now_ms);
    }
}

/* Refuses or retries the task that a verifier had at work when it ended. */
static void settle_lost(struct dispatch *dispatch, struct verify_task *task, int pid,
                        enum control_cause cause)
{
    uint32_t uid = task->uid;

    if (cause == CONTROL_CAUSE_CPU) {
        log_warning("verifier %d: a request of uid %u used up its CPU time: the request is refused",
                    pid, uid);
        costly_requests_add(dispatch->costly, &task->key, clock_now_ms());
        dispatch_fail_task(dispatch, task, ERROR_RESOURCES, "the verification ran out of CPU time");
    } else if (task->n_attempts < LIMIT_ATTEMPTS_COUNT) {
        log_warning("verifier %d: ended with a request of uid %u at work: the request is tried "
                    "once more",
                    pid, uid);
        dispatch_retry_task(dispatch, task);
    } else {
        log_warning("verifier %d: ended with a request of uid %u at work, like the one before it: "
                    "the request is refused",
                    pid, uid);
        if (cause == CONTROL_CAUSE_CRASH)
            costly_requests_add(dispatch->costly, &task->key, clock_now_ms());
        dispatch_fail_task(dispatch, task, ERROR_RESOURCES,
                           "the verification crashed or was stopped, twice");
    }
}

/*
 * Treats the tasks of an ended verifier: the one in the first slot was at work, the one in the
 * second had not begun.
 */
static void settle_slots(struct dispatch *dispatch, struct verifier_link *link,
                         enum control_cause cause)
{
    struct verify_task *second = verifier_link_take_second(link);
    bool was_at_work = link->n_slots > 0;
    struct verify_task *first = verifier_link_pop(link);

    if (second)
        dispatch_retry_task(dispatch, second);
    if (was_at_work)
        dispatch->callbacks.notify_supervisor(dispatch->callbacks.context, link->number,
                                              CONTROL_AT_WORK);
    if (!first)
        return;
    /* How much CPU time was used is not known. The full allowance is charged, unless the verifier
     * was ended by a signal of somebody else. */
    if ((cause != CONTROL_CAUSE_OTHER && cause != CONTROL_CAUSE_RETIRED) || link->is_condemned)
        charge_cpu(first, LIMIT_VERIFY_CPU_MS * 1000);
    if (cause == CONTROL_CAUSE_CRASH)
        note_crash(first);
    settle_lost(dispatch, first, link->pid, cause);
}

void dispatch_end_link(struct dispatch *dispatch, struct verifier_link *link,
                       enum control_cause cause)
{
    /* Reads what the verifier may have sent before it ended: at most a reply for each slot. */
    for (int i = 0; i < VERIFIER_LINK_SLOTS; i++)
        read_link(dispatch, link);
    LIST_REMOVE(link, in_dispatch);
    if (cause == CONTROL_CAUSE_OTHER && link->is_rotating && link->n_slots == 0)
        cause = CONTROL_CAUSE_RETIRED;
    if (cause == CONTROL_CAUSE_CRASH)
        cache_drop_verifier(dispatch->cache, link->number);
    if (cause < CONTROL_CAUSES_COUNT)
        dispatch_statistics(dispatch)->ended[cause]++;
    settle_slots(dispatch, link, cause);
    verifier_link_free(link);
}
