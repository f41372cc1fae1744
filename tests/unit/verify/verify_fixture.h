/* SPDX-License-Identifier: MIT */
#pragma once

/* Helpers for the tests of verifications: two small authorities, a policy from its text, and a
 * request at a time that the test sets. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/verify/verify.h"
#include "tests/unit/policy/policy_fixture.h"
#include "tests/unit/x509/path_fixture.h"

/* The trust section "ours" has the root of root → issuer → leaf, "system" has another root. A
 * policy's text has to define "ours" (WORLD_TRUST) before a path can end there. */
#define WORLD_TRUST "trust ours { file = \"/ours.pem\" }\n"
#define WORLD_LEAF  "www.example.com"

struct world {
    struct x509_context *x509;
    struct path_engine *engine;
    struct path_family ours, others;
    struct policy *policy;
    const struct store *stores[POLICY_TRUSTS_COUNT];
    const struct crl_set *crls[POLICY_TRUSTS_COUNT];
    struct verify_context context;
    struct verify_asker asker;
    struct verification verification;
};

/* Called once in each test; sets the time to FIXTURE_NOW. */
void world_init(struct world *world);
void world_deinit(struct world *world);

/* Replaces the policy; its file is called "test.conf". */
void world_policy(struct world *world, const char *text);

/* Makes an end entity of `ours` with a subjectAltName in the syntax of OpenSSL's configuration.
 * Free it by path_drop. */
struct bytes world_leaf(const struct world *world, const char *san);

/* Writes the pin of a key, with a NUL. */
void world_pin(const struct world *world, EVP_PKEY *key, char text[static 45]);

/* Each adds something to a request. */
void request_refer(struct request *request, enum request_reference_kind kind, const char *text);
void request_send(struct request *request, struct bytes certificate);

/* Verifies the request; returns what verification_init returns. The answer is in
 * world->verification. */
int world_ask(struct world *world, const struct request *request);

/* Returns the codes of failures or reported findings as `code@depth`, separated by blanks. */
#define WORLD_CODES_BYTES 512
void world_codes(const struct world *world, bool reported, char text[static WORLD_CODES_BYTES]);

bool bytes_are(struct bytes bytes, const char *text);
