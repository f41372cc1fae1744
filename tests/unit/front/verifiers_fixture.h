/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A dispatch for tests that play the requesters and the verifiers: a verifier is the other end of a
 * socket pair, and the test sets the clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "daemon/front/dispatch.h"
#include "daemon/ipc/note.h"

#define REQUESTERS_COUNT 4
#define ANSWERS_COUNT    256

/* One answer to a requester. */
struct given_answer {
    struct requester *requester;
    uint64_t tag;
    uint8_t kind;
    uint8_t payload[64];
    size_t n_payload;
};

struct play {
    struct event_base *base;
    struct dispatch *dispatch;
    struct account_table accounts;
    struct monitor monitor;
    /* the settings of the epoch in force, and of the epoch before or after it */
    struct settings settings[2];
    size_t in_force;
    struct requester requesters[REQUESTERS_COUNT]; /* the requesters, whose uids are 1, 2, ... */
    uint32_t classes[REQUESTERS_COUNT];
    int64_t now_s;
    struct given_answer told[ANSWERS_COUNT];
    size_t n_told;
    uint32_t overrun; /* the verifier that was condemned last */
    uint32_t at_work;
    struct answer known;
    struct dispatch_refusal refusal;
};

/* Initialises everything, with epoch 1 in force and the clock at 1,000,000. */
void play_begin(struct play *play);
void play_end(struct play *play);

/* Puts the next epoch in force, with the same limits. Returns its number. */
uint64_t play_next_epoch(struct play *play);

struct settings *play_settings(struct play *play);

/* Adds a verifier of the given epoch. Returns the test's end of its socket. */
int play_add_verifier(struct play *play, uint32_t number, uint64_t epoch);

/* Submits a request of this requester. Returns an enum dispatch_status. */
int play_ask(struct play *play, size_t requester, uint64_t tag, const void *payload, size_t n);

/*
 * A request as a verifier receives it; the payload is cut to the room for it. play_take returns
 * false if there is none.
 */
struct taken {
    struct ask ask;
    uint64_t number;
    uint8_t payload[64];
    size_t n_payload;
};
bool play_take(int verifier, struct taken *taken);

/* Sends a reply as the verifier. */
void play_reply(int verifier, uint64_t number, uint8_t kind, const struct note *note,
                const void *payload, size_t n);

/* Makes dispatch read everything that has been sent to it. */
void play_turn(struct play *play);

/* Returns the newest answer with this tag; NULL if there is none. */
const struct given_answer *play_find(const struct play *play, uint64_t tag);
