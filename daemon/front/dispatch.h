/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Dispatch takes verification requests and provides their answers. An answer that is in the cache
 * is returned at once. Other requests are queued by account. Accounts take turns, and a verifier
 * has one task at work and at most one more that waits behind it.
 *
 * A verifier that misses its deadline is reported to the supervisor, which kills it. If a verifier
 * ends, its task is tried once more, unless the verifier ended because it used up its own CPU time.
 *
 * Tasks are given only to verifiers of the epoch in force. Before the first epoch is in force they
 * wait.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/front/cache.h"
#include "daemon/front/dispatch_callbacks.h"
#include "daemon/front/monitor.h"
#include "daemon/front/verify_task.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/settings.h"
#include "proto/error.h"

struct dispatch;

/*
 * Makes a dispatch. `settings` belong to no epoch yet. All arguments must outlive it. Returns 0,
 * and *dispatchp belongs to the caller; or -errno.
 */
int dispatch_new(struct dispatch **dispatchp, struct event_base *base,
                 const struct dispatch_callbacks *callbacks, struct account_table *accounts,
                 struct monitor *monitor, const struct settings *settings);

/*
 * Frees the dispatch, the sockets of its verifiers and all tasks, without answering the requests
 * that wait; does nothing for NULL. Returns NULL.
 */
struct dispatch *dispatch_free(struct dispatch *dispatch);

/*
 * Puts an epoch in force. `settings` are its settings, which must outlive the dispatch. Queued
 * requests go to verifiers of the new epoch, tasks at work end in their verifiers, and the cache is
 * emptied.
 */
void dispatch_set_epoch(struct dispatch *dispatch, const struct settings *settings);

/*
 * Refuses all requests, those that wait and those that will come, as unavailable with this reason
 * until an epoch is put in force. It is for a front that has no epoch yet.
 */
void dispatch_set_unavailable(struct dispatch *dispatch, const char *reason);

/* The error reply to a request that was refused. */
struct dispatch_refusal {
    enum error_code code;
    char text[LIMIT_ERROR_TEXT_BYTES + 1];
};

enum dispatch_status {
    /* the request is charged to its account, and will be answered through the callback */
    DISPATCH_WAITS = 0,
    DISPATCH_KNOWN,   /* *answer is a verdict from the cache; it is valid until the next call of
                         dispatch */
    DISPATCH_REFUSED, /* *refusal has the reason */
};

/* Takes a request. Returns an enum dispatch_status, or -ENOMEM. */
int dispatch_submit(struct dispatch *dispatch, struct requester *requester, uint64_t tag,
                    const uint8_t *payload, size_t n_payload, struct answer *answer,
                    struct dispatch_refusal *refusal);

/*
 * Drops the requests of a requester that is gone. Queued tasks that no other requester waits for
 * are dropped too. Tasks at work go on, and their answers are discarded or go to the other
 * requesters.
 */
void dispatch_abandon(struct dispatch *dispatch, struct requester *requester);

/* Adds a verifier and takes over its socket, whatever happens. Returns 0 or -ENOMEM. */
int dispatch_add_verifier(struct dispatch *dispatch, const struct control_message *message,
                          int socket);

/*
 * Handles the end of a verifier process: the task that it had at work is answered or tried again.
 */
void dispatch_lose_verifier(struct dispatch *dispatch, uint32_t number, enum control_cause cause);

/*
 * Makes the verifier that has served longest end, if its first request was LIMIT_VERIFIER_SERVES_MS
 * or more before `now_ms` (of clock_now_ms), another verifier can serve in the meantime, and no
 * other one is being replaced; so a certificate that took a verifier over has no lasting effect.
 * That verifier is given no more tasks, and its socket is closed when it is idle. Returns whether
 * there was such a verifier. The front calls this about once a second.
 */
bool dispatch_rotate(struct dispatch *dispatch, int64_t now_ms);

/* Refuses all requests from now on. */
void dispatch_stop(struct dispatch *dispatch);

/* Returns the number of tasks that have not ended. */
size_t dispatch_in_flight(const struct dispatch *dispatch);

/* Returns the settings in force. */
const struct settings *dispatch_settings(const struct dispatch *dispatch);

struct dispatch_figures {
    size_t n_verifiers; /* verifiers of the epoch in force */
    size_t n_at_work;
    size_t n_old_verifiers;
    size_t n_in_flight;
    size_t queued_bytes;
    struct cache_figures cache;
};

void dispatch_measure(const struct dispatch *dispatch, struct dispatch_figures *figures);
