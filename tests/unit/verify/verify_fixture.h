/* SPDX-License-Identifier: MIT */
#pragma once

/* What the tests of the verification pipeline share: two small authorities, a policy by its text,
 * and one question at a moment that the test says. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/verify/verify.h"
#include "tests/unit/policy/policy_fixture.h"
#include "tests/unit/x509/path_fixture.h"

/* Trust "ours" stands for root → issuer → leaf, "system" for another root. A policy's text has to
 * name "ours" (WORLD_TRUST) before a path can end there. */
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

/* Once a test; FIXTURE_NOW is the time. */
void world_init(struct world *world);
void world_deinit(struct world *world);

/* The policy from now on; "test.conf" in its origins. */
void world_policy(struct world *world, const char *text);

/* The end entity of `ours` for a subjectAltName as OpenSSL's configuration has it; path_drop. */
struct bytes world_leaf(const struct world *world, const char *san);

/* The pin of a key, with a NUL. */
void world_pin(const struct world *world, EVP_PKEY *key, char text[static 45]);

/* Puts things into a request. */
void request_refer(struct request *request, enum request_reference_kind kind, const char *text);
void request_send(struct request *request, struct bytes certificate);

/* Asks; what verification_init returns. The answer is in world->verification. */
int world_ask(struct world *world, const struct request *request);

/* The codes of failures, or of what is reported: `code@depth` with a blank between. */
#define WORLD_CODES_BYTES 512
void world_codes(const struct world *world, bool reported, char text[static WORLD_CODES_BYTES]);

bool bytes_are(struct bytes bytes, const char *text);
