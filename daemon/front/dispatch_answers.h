/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The part of dispatch in which tasks end: with a verifier's answer, with an error, with another
 * try, or with busy because no verifier had time.
 */

#include "daemon/front/dispatch_state.h"
#include "proto/error.h"

/* Returns the time in seconds since 1970, either exact or up to a second old. */
int64_t dispatch_unix_s(const struct dispatch *dispatch, bool exact);

/* Returns the key of a request with this payload from this requester. */
struct request_key dispatch_make_key(struct dispatch *dispatch, struct requester *requester,
                                     const uint8_t *payload, size_t n_payload);

/*
 * Returns the task for a key in the epoch in force, which is made if there is none; NULL if memory
 * ran out.
 */
struct verify_task *dispatch_find_task(struct dispatch *dispatch, const struct request_key *key);

/* Frees a task that no request waits for. */
void dispatch_end_task(struct dispatch *dispatch, struct verify_task *task);

/*
 * Answers the requests of a task and ends it. A request that joined when a verifier was already at
 * work gets this answer only if it is right at this moment too; otherwise the request waits for a
 * new task.
 */
void dispatch_answer_task(struct dispatch *dispatch, struct verify_task *task, uint8_t kind,
                          const struct answer *answer);

/* Answers all requests of a task with an error and ends it. */
void dispatch_fail_task(struct dispatch *dispatch, struct verify_task *task, enum error_code code,
                        const char *text);

/*
 * Queues a task again, before the other requests of its accounts. If its epoch is no longer in
 * force, its requests instead wait for tasks of the epoch in force.
 */
void dispatch_retry_task(struct dispatch *dispatch, struct verify_task *task);

/*
 * Makes the requests of a queued task, whose epoch is no longer in force, wait for tasks of the
 * epoch in force. The task must be in no index and in no queue. A request for which memory ran out
 * stays with the task.
 */
void dispatch_ask_again(struct dispatch *dispatch, struct verify_task *task);

/* Ends a task after dispatch_ask_again. Requests that stayed with it get an error. */
void dispatch_end_passed(struct dispatch *dispatch, struct verify_task *task);

/*
 * Answers the requests that are on the list of `expired` with busy, because no verifier had time
 * for them within queue-time. `expired` is no real task; it only carries the list.
 */
void dispatch_expire_requests(struct dispatch *dispatch, struct verify_task *expired);

/* Returns the summary by which an error reply is counted. */
struct answer_summary dispatch_summarize_error(struct dispatch *dispatch, enum error_code code);
