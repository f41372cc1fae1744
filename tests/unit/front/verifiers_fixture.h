/* SPDX-License-Identifier: MIT */
#pragma once

/* Dispatch with requesters and verifiers that a test plays itself: verifiers are the other ends of
 * socket pairs, the time is what the test says. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/event.h>

#include "daemon/front/dispatch.h"
#include "daemon/ipc/note.h"

#define REQUESTERS_COUNT 4
#define ANSWERS_COUNT    256

/* What an requester has been told. */
struct told {
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
    struct settings settings[2]; /* the one in force, and the one before or after */
    size_t in_force;
    struct requester requesters[REQUESTERS_COUNT]; /* of uids 1, 2, ... */
    uint32_t classes[REQUESTERS_COUNT];
    int64_t now_s;
    struct told told[ANSWERS_COUNT];
    size_t n_told;
    uint32_t overrun; /* the verifier that was reported last */
    uint32_t at_work;
    struct answer known;
    struct dispatch_refusal refusal;
};

/* Begins with epoch 1 in force and a clock of 1,000,000. */
void play_begin(struct play *play);
void play_end(struct play *play);

/* The next epoch is in force, with the limits of the one before. Its number. */
uint64_t play_next_epoch(struct play *play);

struct settings *play_settings(struct play *play);

/* A verifier of an epoch: the test's end of its socket. */
int play_add_verifier(struct play *play, uint32_t number, uint64_t epoch);

/* An requester asks. An enum dispatch_status. */
int play_ask(struct play *play, size_t requester, uint64_t tag, const void *payload, size_t n);

/* What the verifier takes: false if nothing is there. The payload is cut at `size`. */
struct taken {
    struct ask ask;
    uint64_t number;
    uint8_t payload[64];
    size_t n_payload;
};
bool play_take(int verifier, struct taken *taken);

/* The verifier's reply. */
void play_reply(int verifier, uint64_t number, uint8_t kind, const struct note *note,
                const void *payload, size_t n);

/* What is there to be read is read. */
void play_turn(struct play *play);

/* The answer with this tag, or NULL; the newest. */
const struct told *play_find(const struct play *play, uint64_t tag);
