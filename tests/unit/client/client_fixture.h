/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Helpers for the tests of the client library: a question, ways to ask it, and replies that tests
 * can change.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "proto/verdict.h"
#include "tests/unit/client/fake_daemon.h"

#define MISMATCH "Hostname mismatch, certificate is not valid for 'www.example.org'."

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(text)       ((struct bytes){.data = (const uint8_t *)(text), .len = sizeof(text) - 1})

#define CLIENT_DER_BYTES 1000
extern const uint8_t client_der[CLIENT_DER_BYTES];

long client_open_descriptors(void);
int64_t client_now_ms(void);

struct certname_question *client_question_new(bool path);
struct certname_client *client_new_at(const char *path, unsigned timeout_ms);

/*
 * Asks one question with a new client, and checks that there is either a verdict or a reason.
 * Returns what certname_verify() returned.
 */
int client_ask_once(const char *path, bool ask_path, unsigned timeout_ms);

/* Counts answers that come by callback (client_take_answer()). */
struct client_answers {
    size_t n;
    size_t n_accepted;
    int last;
};

/* A certname_answer_fn that counts the answer in the struct client_answers that is its context. */
void client_take_answer(void *context, int result, struct certname_verdict *verdict);

/* Runs an event loop for the client until no question waits. */
void client_run(struct certname_client *client);

/*
 * A reply that is made from an acceptance: `change` alters the verdict before it is encoded,
 * `damage` the frame afterwards.
 */
struct reply_row {
    const char *intent;
    void (*change)(struct verdict *verdict);
    void (*damage)(uint8_t *frame, ptrdiff_t *np);
    bool path;
    int expected;
};

/* Changes an acceptance into a refusal. */
void reply_refuse(struct verdict *verdict);

ptrdiff_t reply_write(uint8_t *out, uint64_t tag, const struct reply_row *row);

/* Answers every question with the reply that the struct reply_row at `context` describes. */
ptrdiff_t reply_answer(uint8_t out[static FAKE_FRAME_BYTES], const struct fake_question *question,
                       const void *context);
