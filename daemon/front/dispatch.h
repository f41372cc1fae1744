/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Dispatch: requests wait by uid, uids take turns, and each verifier has one request at a time. A
 * verifier past its deadline is reported to the supervisor, which ends it; a request whose verifier
 * ended under it is tried once more, unless it was its own CPU time that ended it.
 *
 * Answers come from the event loop only, never from within dispatch_submit.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "daemon/front/account.h"
#include "daemon/host/control.h"
#include "proto/frame.h"

/* A request on its way. */
struct job {
    TAILQ_ENTRY(job) in_queue;
    LIST_ENTRY(job) of_owner;
    void *owner; /* who is told; NULL once it does not care any more */
    struct account *account;
    uint64_t tag; /* the owner's */
    uint32_t client_class;
    unsigned attempts; /* verifiers it has been given to */
    bool queued;       /* waits in its account's queue */
    int64_t since_ms;  /* when it came */
    size_t n_frame;
    uint8_t frame[]; /* as it goes to a verifier */
};

LIST_HEAD(job_list, job);

struct dispatch;

/* Tells a job's owner the answer: its kind and payload. The job is off the owner's list and freed
 * afterwards. */
typedef void (*dispatch_answer_fn)(void *owner, uint64_t tag, uint8_t kind, const uint8_t *payload,
                                   size_t n_payload);
/* Says something of a verifier to the supervisor. */
typedef void (*dispatch_report_fn)(void *context, uint32_t verifier, enum control_kind kind);

struct dispatch_callbacks {
    dispatch_answer_fn answer;
    dispatch_report_fn report;
    void *context; /* for `report` */
};

/* 0 and *dispatchp is the caller's; or -errno. `base` outlives it. */
int dispatch_new(struct dispatch **dispatchp, struct event_base *base,
                 const struct dispatch_callbacks *callbacks);

/* Frees it, its verifiers' sockets and all jobs, whose owners are not told. NULL is fine. Returns
 * NULL. */
struct dispatch *dispatch_free(struct dispatch *dispatch);

/*
 * Takes a request: copies the payload, charges the account, puts the job on `jobs` until it is
 * answered.
 *
 * 0; ERROR_BUSY: over a quota; ERROR_RESOURCES: the same request took too much, or crashed, a while
 * ago (*textp says it); or -ENOMEM.
 */
int dispatch_submit(struct dispatch *dispatch, struct account *account, void *owner,
                    struct job_list *jobs, uint64_t tag, const uint8_t *payload, size_t n_payload,
                    const char **textp);

/* Nobody waits for the jobs on this list any more: those not at work are dropped, the others left
 * to end. */
void dispatch_abandon(struct dispatch *dispatch, struct job_list *jobs);

/* A new verifier. Takes the socket, whatever the outcome. 0 or -ENOMEM. */
int dispatch_add_verifier(struct dispatch *dispatch, uint32_t number, int pid, int socket);

/* A verifier has ended. Its request, if it had one, is answered or tried again. */
void dispatch_lose_verifier(struct dispatch *dispatch, uint32_t number, enum control_cause cause);

/* From now on nothing more is taken. */
void dispatch_stop(struct dispatch *dispatch);

/* Requests taken and not yet answered. */
size_t dispatch_in_flight(const struct dispatch *dispatch);
