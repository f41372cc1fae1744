/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Helpers for the tests of verifications: two small authorities, a policy made from its text, and a
 * request at a time that the test sets.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/verify/verify.h"
#include "tests/unit/policy/policy_fixture.h"
#include "tests/unit/x509/path_fixture.h"

/*
 * The two authorities are families of three certificates: root, issuer and leaf. The root of `ours`
 * is the anchor of the trust section "ours", that of `others` is in the system's store. A policy
 * has to contain WORLD_TRUST for a path to end at `ours`.
 */
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

/* Called once at the beginning of each test. Sets the time to FIXTURE_NOW. */
void world_init(struct world *world);
void world_deinit(struct world *world);

/* Replaces the policy; its file is called "test.conf" in messages. */
void world_policy(struct world *world, const char *text);

/*
 * Makes an end entity issued by `ours` with the given subjectAltName, in the syntax of OpenSSL's
 * configuration. The caller frees it with path_drop.
 */
struct bytes world_leaf(const struct world *world, const char *san);

/* Writes the pin of a key in base64, with a NUL. */
void world_pin(const struct world *world, EVP_PKEY *key, char text[static 45]);

/* Each adds a reference, or a certificate in DER, to a request. */
void request_refer(struct request *request, enum request_reference_kind kind, const char *text);
void request_send(struct request *request, struct bytes certificate);

/* Verifies the request; returns what verification_init returns. The answer is in
 * world->verification. */
int world_ask(struct world *world, const struct request *request);

/*
 * Writes the codes of the failures, or of the reported findings, as `code@depth`, separated by
 * blanks.
 */
#define WORLD_CODES_BYTES 512
void world_codes(const struct world *world, bool reported, char text[static WORLD_CODES_BYTES]);

bool bytes_are(struct bytes bytes, const char *text);
