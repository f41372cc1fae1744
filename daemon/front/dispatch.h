/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Dispatch: answers that are known are given at once; other requests wait by uid, uids take turns,
 * and each verifier has one request at work and one behind it. A verifier past its deadline is
 * reported to the supervisor, which ends it; a request whose verifier ended under it is tried once
 * more, unless it was its own CPU time that ended it.
 *
 * Requests go to verifiers of the epoch in force alone. Before the first is, none go anywhere.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/front/cache.h"
#include "daemon/front/job.h"
#include "daemon/front/ledger.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/settings.h"
#include "proto/error.h"

struct dispatch;

struct dispatch_callbacks {
    /* Tells an asker an answer: its kind and payload. The waiter is off its list. */
    void (*answer)(struct asker *asker, uint64_t tag, uint8_t kind, const uint8_t *payload,
                   size_t n_payload);
    /* The asker's class by the settings in force. */
    uint32_t (*classify)(struct asker *asker);
    /* Says something of a verifier to the supervisor. */
    void (*report)(void *context, uint32_t verifier, enum control_kind kind);
    void *context;        /* for `report` */
    cache_clock_fn clock; /* Unix time; NULL: the system's */
    void *clock_context;
};

/* 0 and *dispatchp is the caller's; or -errno. All that it is given outlives it. Until settings
 * come those of `settings` hold. */
int dispatch_new(struct dispatch **dispatchp, struct event_base *base,
                 const struct dispatch_callbacks *callbacks, struct account_table *accounts,
                 struct ledger *ledger, const struct settings *settings);

/* Frees it, its verifiers' sockets and all jobs, whose askers are not told. NULL is fine. Returns
 * NULL. */
struct dispatch *dispatch_free(struct dispatch *dispatch);

/*
 * From now on this epoch with its settings, which outlive it, is in force: what waits goes to its
 * verifiers, what is at work ends where it is, what is remembered is forgotten.
 */
void dispatch_set_epoch(struct dispatch *dispatch, const struct settings *settings);

/* Why there is no answer yet: what to tell the client. */
struct dispatch_refusal {
    enum error_code code;
    char text[160];
};

enum dispatch_status {
    DISPATCH_WAITS = 0, /* it is charged to the account, and will be answered from the event loop */
    DISPATCH_KNOWN,     /* *answer is its answer, a verdict, good until dispatch's next call */
    DISPATCH_REFUSED,   /* *refusal says why */
};

/* Takes a request. An enum dispatch_status, or -ENOMEM. */
int dispatch_submit(struct dispatch *dispatch, struct asker *asker, uint64_t tag,
                    const uint8_t *payload, size_t n_payload, struct answer *answer,
                    struct dispatch_refusal *refusal);

/* The asker does not care any more: what only it waits for is dropped, what is at work is left to
 * end. */
void dispatch_abandon(struct dispatch *dispatch, struct asker *asker);

/* A new verifier. Takes the socket, whatever the outcome. 0 or -ENOMEM. */
int dispatch_add_verifier(struct dispatch *dispatch, const struct control_message *message,
                          int socket);

/* A verifier has ended. Its requests, if it had any, are answered or tried again. */
void dispatch_lose_verifier(struct dispatch *dispatch, uint32_t number, enum control_cause cause);

/* From now on nothing more is taken. */
void dispatch_stop(struct dispatch *dispatch);

/* Verifications taken and not yet ended. */
size_t dispatch_in_flight(const struct dispatch *dispatch);

/* Those in force. */
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
