/* SPDX-License-Identifier: MIT */
#include "daemon/front/dispatch_answers.h"

#include <stdio.h>

#include "base/clock.h"
#include "daemon/limits.h"

int64_t dispatch_unix_s(const struct dispatch *dispatch, bool exact)
{
    if (dispatch->callbacks.clock)
        return dispatch->callbacks.clock(dispatch->callbacks.clock_context, exact);
    return exact ? clock_now_s() : clock_recent_s();
}

struct request_key dispatch_make_key(struct dispatch *dispatch, struct requester *requester,
                                     const uint8_t *payload, size_t n_payload)
{
    const struct limits *limits = &dispatch->settings->limits;
    uint32_t uid = requester->uid;

    return (struct request_key){
        .payload = payload,
        .n_payload = n_payload,
        .hash = hash_bytes(&dispatch->secret, payload, n_payload),
        .scope = limits->shared_cache ? REQUEST_KEY_SHARED : request_key_scope_of_uid(uid),
        .client_class = dispatch->callbacks.classify(requester),
    };
}

struct verify_task *dispatch_find_task(struct dispatch *dispatch, const struct request_key *key)
{
    uint64_t epoch = dispatch->settings->epoch;
    struct verify_task *task = verify_task_index_find(&dispatch->index, key, epoch);

    if (task)
        return task;
    task = verify_task_new(key, epoch);
    if (!task)
        return NULL;
    verify_task_index_add(&dispatch->index, task);
    dispatch->n_tasks++;
    return task;
}

void dispatch_end_task(struct dispatch *dispatch, struct verify_task *task)
{
    verify_task_free(task);
    dispatch->n_tasks--;
}

/* --- answers --- */

/* Frees the request and answers it. The callback may close the requester. */
static void send_answer(struct dispatch *dispatch, struct pending_request *request, uint8_t kind,
                        const uint8_t *payload, size_t n_payload)
{
    struct requester *requester = request->requester;
    uint64_t tag = request->tag;

    pending_request_free(request);
    if (requester)
        dispatch->callbacks.answer(requester, tag, kind, payload, n_payload);
}

static void send_error(struct dispatch *dispatch, struct pending_request *request,
                       enum error_code code, const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, 0, code, text);

    send_answer(dispatch, request, FRAME_KIND_ERROR, frame + FRAME_HEADER_BYTES,
                n - FRAME_HEADER_BYTES);
}

/*
 * Moves the requests that joined after the work began to a new task with the same key. If memory
 * ran out they stay.
 */
static void move_late_requests(struct dispatch *dispatch, struct verify_task *task)
{
    struct pending_request *request, *next;
    struct verify_task *other = NULL;

    for (request = TAILQ_FIRST(&task->pending); request; request = next) {
        next = TAILQ_NEXT(request, of_task);
        if (!request->joined_late || !request->requester)
            continue;
        if (!other)
            other = verify_task_new(&task->key, task->epoch);
        if (!other)
            return;
        pending_request_move(request, other);
    }
    if (!other)
        return;
    dispatch->n_tasks++;
    dispatch_retry_task(dispatch, other);
}

static bool is_right_now(const struct dispatch *dispatch, const struct verify_task *task,
                         const struct answer *answer)
{
    int64_t now = dispatch_unix_s(dispatch, true);

    if (answer->summary.is_error)
        return true;
    return task->epoch == dispatch->settings->epoch && answer->from_s <= now &&
           now <= answer->until_s;
}

void dispatch_answer_task(struct dispatch *dispatch, struct verify_task *task, uint8_t kind,
                          const struct answer *answer)
{
    bool right_for_late = is_right_now(dispatch, task, answer);
    int64_t now_us = clock_now_us();
    struct pending_request *request;

    /* The task leaves the index before answers are sent: an answer may bring new requests, which
     * must not join this task, and may close connections, whose requests are then removed from the
     * task. */
    verify_task_index_remove(task);
    task->state = VERIFY_TASK_ENDING;
    if (!right_for_late)
        move_late_requests(dispatch, task);
    while ((request = TAILQ_FIRST(&task->pending))) {
        histogram_add(&dispatch_statistics(dispatch)->cold, now_us - request->since_us, 1);
        monitor_count_answer(dispatch->monitor, &dispatch->settings->record, request->account,
                             request->requester ? request->requester->socket : NULL, &task->key,
                             answer, false);
        if (request->joined_late && !right_for_late)
            send_error(dispatch, request, ERROR_RESOURCES, "the daemon is out of memory");
        else
            send_answer(dispatch, request, kind, answer->payload, answer->n_payload);
    }
    dispatch_end_task(dispatch, task);
}

struct answer_summary dispatch_summarize_error(struct dispatch *dispatch, enum error_code code)
{
    return (struct answer_summary){
        .code = statistics_find_name(&dispatch_statistics(dispatch)->codes, error_name(code)),
        .rule = STATISTICS_NAMES_COUNT,
        .is_error = true,
    };
}

void dispatch_fail_task(struct dispatch *dispatch, struct verify_task *task, enum error_code code,
                        const char *text)
{
    uint8_t frame[ERROR_FRAME_BYTES];
    size_t n = error_write_frame(frame, 0, code, text);
    const struct answer answer = {
        .payload = frame + FRAME_HEADER_BYTES,
        .n_payload = n - FRAME_HEADER_BYTES,
        .audit = "",
        .from_s = 1, /* until_s is 0: the window is empty, so the answer is not cached */
        .summary = dispatch_summarize_error(dispatch, code),
    };

    dispatch_answer_task(dispatch, task, FRAME_KIND_ERROR, &answer);
}

void dispatch_expire_requests(struct dispatch *dispatch, struct verify_task *expired)
{
    struct pending_request *request;
    char text[96];

    snprintf(text, sizeof(text), "no verifier had time for it within %u ms (queue-time)",
             dispatch->settings->limits.queued_ms);
    while ((request = TAILQ_FIRST(&expired->pending))) {
        dispatch_statistics(dispatch)->busy[BUSY_QUEUED_TIME]++;
        send_error(dispatch, request, ERROR_BUSY, text);
    }
}

/* --- other tries --- */

void dispatch_ask_again(struct dispatch *dispatch, struct verify_task *task)
{
    struct pending_request *request, *next;

    for (request = TAILQ_FIRST(&task->pending); request; request = next) {
        struct request_key key;
        struct verify_task *other;

        next = TAILQ_NEXT(request, of_task);
        if (!request->requester)
            continue;
        /* Under the new epoch, requesters of one class may belong to different classes, so each
         * request gets its own key. */
        key = dispatch_make_key(dispatch, request->requester, task->key.payload,
                                task->key.n_payload);
        other = dispatch_find_task(dispatch, &key);
        if (!other)
            continue;
        if (other->n_attempts < task->n_attempts)
            other->n_attempts = task->n_attempts;
        pending_request_move(request, other);
        if (other->state == VERIFY_TASK_QUEUED)
            verify_queue_add(&dispatch->queue, request, false);
    }
}

void dispatch_end_passed(struct dispatch *dispatch, struct verify_task *task)
{
    if (TAILQ_EMPTY(&task->pending))
        dispatch_end_task(dispatch, task);
    else
        dispatch_fail_task(dispatch, task, ERROR_RESOURCES, "the daemon is out of memory");
}

static void drop_detached(struct verify_task *task)
{
    struct pending_request *request, *next;

    for (request = TAILQ_FIRST(&task->pending); request; request = next) {
        next = TAILQ_NEXT(request, of_task);
        if (!request->requester)
            pending_request_free(request);
    }
}

void dispatch_retry_task(struct dispatch *dispatch, struct verify_task *task)
{
    drop_detached(task);
    if (TAILQ_EMPTY(&task->pending)) {
        dispatch_end_task(dispatch, task);
    } else if (task->epoch == dispatch->settings->epoch) {
        if (!task->is_indexed)
            verify_task_index_add(&dispatch->index, task);
        verify_queue_add_all(&dispatch->queue, task, true);
    } else {
        verify_task_index_remove(task);
        dispatch_ask_again(dispatch, task);
        dispatch_end_passed(dispatch, task);
    }
}
