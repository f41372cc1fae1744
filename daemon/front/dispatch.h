/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Dispatch: takes verification requests and sees to their answers. A remembered answer is returned
 * at once. Other requests are queued by account; accounts take turns, and a verifier has one
 * task at work and at most one more waiting behind it.
 *
 * A verifier that misses its deadline is reported to the supervisor, which kills it. A task
 * whose verifier ends is tried once more, unless it was ended by its own CPU time.
 *
 * Tasks are given to verifiers of the epoch in force only. Before the first epoch is in
 * force they wait.
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

/* Makes a dispatch with the settings of no epoch. All arguments outlive it. Returns 0, and
 * *dispatchp is the caller's; or -errno. */
int dispatch_new(struct dispatch **dispatchp, struct event_base *base,
                 const struct dispatch_callbacks *callbacks, struct account_table *accounts,
                 struct monitor *monitor, const struct settings *settings);

/* Frees the dispatch, its verifiers' sockets and all tasks, without answering the requests
 * that wait. NULL is ignored. Returns NULL. */
struct dispatch *dispatch_free(struct dispatch *dispatch);

/*
 * Puts an epoch in force; `settings` are its settings and outlive the dispatch. Queued requests go
 * to the new epoch's verifiers, tasks at work end where they are, and remembered answers
 * are dropped.
 */
void dispatch_set_epoch(struct dispatch *dispatch, const struct settings *settings);

/* Refuses the requests that wait, and all that come, as unavailable with this reason, until an
 * epoch is put in force. For a front that has no epoch yet. */
void dispatch_set_unavailable(struct dispatch *dispatch, const char *reason);

/* An error reply for a request that was refused. */
struct dispatch_refusal {
    enum error_code code;
    char text[LIMIT_ERROR_TEXT_BYTES + 1];
};

enum dispatch_status {
    DISPATCH_WAITS = 0, /* the request is charged, and will be answered through the callback */
    DISPATCH_KNOWN,     /* *answer is the answer, a verdict, valid until dispatch's next call */
    DISPATCH_REFUSED,   /* *refusal says why */
};

/* Takes a request. Returns an enum dispatch_status, or -ENOMEM. */
int dispatch_submit(struct dispatch *dispatch, struct requester *requester, uint64_t tag,
                    const uint8_t *payload, size_t n_payload, struct answer *answer,
                    struct dispatch_refusal *refusal);

/* Drops the requests of a requester that has gone. Queued tasks that only it waited for are
 * dropped too; those at work end, and nobody gets their answer. */
void dispatch_abandon(struct dispatch *dispatch, struct requester *requester);

/* Adds a verifier and takes its socket, whatever the outcome. Returns 0 or -ENOMEM. */
int dispatch_add_verifier(struct dispatch *dispatch, const struct control_message *message,
                          int socket);

/* Handles the end of a verifier process. What it had at work is answered or tried again. */
void dispatch_lose_verifier(struct dispatch *dispatch, uint32_t number, enum control_cause cause);

/* Refuses all requests from now on. */
void dispatch_stop(struct dispatch *dispatch);

/* Returns how many tasks have been taken and have not ended. */
size_t dispatch_in_flight(const struct dispatch *dispatch);

/* Returns the settings in force. */
const struct settings *dispatch_settings(const struct dispatch *dispatch);

struct dispatch_figures {
    size_t n_verifiers; /* of the epoch in force */
    size_t n_at_work;
    size_t n_old_verifiers;
    size_t n_in_flight;
    size_t queued_bytes;
    struct cache_figures cache;
};

void dispatch_measure(const struct dispatch *dispatch, struct dispatch_figures *figures);
