/* SPDX-License-Identifier: MIT */
#pragma once

/* A dispatch without verifier processes: the test plays the requesters and the verifiers. */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <event2/event.h>

#include "daemon/front/dispatch.h"
#include "daemon/ipc/note.h"
#include "daemon/limits.h"
#include "proto/frame.h"

/* The answers that requesters have received. */
struct given_answer {
    size_t n;
    uint64_t tags[64];
    uint8_t kinds[64];
    uint8_t payloads[64][32];
};

struct dispatch_plan {
    struct event_base *base;
    struct dispatch *dispatch;
    struct account_table accounts;
    struct requester requesters[3];
    struct monitor monitor;
    struct settings settings;
    struct dispatch_refusal refusal; /* of the last request that was refused */
    struct answer known;             /* of the last request whose answer was in the cache */
    struct given_answer told;
    /* the verifiers that were last reported to the supervisor */
    uint32_t overrun, broken, at_work;
};

/* The dispatch of the test that runs. plan_setup makes it, plan_teardown frees it. */
extern struct dispatch_plan plan;

void plan_setup(void);
void plan_teardown(void);

/* Makes plan.dispatch. The caller has freed the one before. */
void plan_make_dispatch(const struct dispatch_callbacks *callbacks);

/* The callbacks that plan_setup uses, for tests that exchange one of them. */
extern const struct dispatch_callbacks plan_callbacks;

/* Notes an answer in plan.told. */
void plan_on_answer(struct requester *requester, uint64_t tag, uint8_t kind, const uint8_t *payload,
                    size_t n);

/* Returns the requester for a uid: uids 1 and 2 have one each, all others share the third. */
struct requester *plan_find_requester(uid_t uid);

/* Takes back the requests of all requesters. */
void plan_abandon_all(void);

/* Adds a verifier with this number. Returns the test's end of its socket. */
int plan_add_verifier(uint32_t number);

/* Submits a request; without a payload, one of one byte, the tag. Returns 0 if it waits,
 * DISPATCH_KNOWN, or the code of the error. */
int plan_submit_bytes(uid_t uid, uint64_t tag, const uint8_t *payload, size_t n);
int plan_submit(uid_t uid, uint64_t tag);

/* Receives a request at a verifier's end. Its payload is one byte, the client's tag, which is
 * returned; 0 if there is no request. */
uint64_t plan_take(int verifier, struct frame_header *header);

/* Sends a reply from a verifier: any frame with any note, or one byte with an honest note. */
void plan_send_reply(int verifier, const struct note *note, const uint8_t *frame, size_t len);
void plan_reply(int verifier, uint64_t number, uint8_t kind, uint8_t byte);

/* Handles the events that are pending. */
void plan_run_once(void);

/* Asserts that answer number `index` is an error for lack of resources to the request `tag`. */
void plan_assert_resources(size_t index, uint64_t tag);
