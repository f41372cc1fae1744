/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One question to one verdict: reference, certificate, rule, names, pins, in this order, and one
 * place where the answers become an acceptance. A function of (context, request); it reads nothing
 * else.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/match.h"
#include "daemon/identity/reference.h"
#include "daemon/policy/policy.h"
#include "daemon/x509/certificate.h"
#include "daemon/x509/context.h"
#include "proto/error.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* What decides, immutable while it serves. Borrows everything. */
struct verify_context {
    const struct policy *policy;
    const struct suffix_list *suffixes;
    const struct x509_context *x509;
    uint64_t generation;
    uint8_t digest[X509_SHA256_BYTES]; /* of the effective policy */
};

#define VERIFY_TEXT_BYTES 512
/* A mismatch, in the longest of words: they share a refusal's 4 KiB with what is presented. */
#define VERIFY_MISMATCH_BYTES 1024

/* What became of the pins; zero is not yes. */
enum verification_pins {
    VERIFICATION_PINS_UNKNOWN = 0,
    VERIFICATION_PINS_NONE = 0x3b, /* the policy asks for none */
    VERIFICATION_PINS_HOLD = 0xc5,
};

/* One verification at work: owns all that its verdict borrows besides request and context. */
struct verification {
    struct reference reference;
    struct certificate *leaf;
    struct match_rules match_rules;
    struct match_result names;
    enum match reported; /* by the rules that are only reported, if there are any */
    const struct policy_rule *rule;
    enum verification_pins pins;
    uint8_t leaf_sha256[X509_SHA256_BYTES];
    char identity_text[VERIFY_MISMATCH_BYTES];
    char pin_text[VERIFY_TEXT_BYTES];
    char error_text[VERIFY_TEXT_BYTES]; /* with a positive return: what is wrong with the request */
    struct verdict verdict;
};

#define VERIFICATION_NULL ((struct verification){0})

/*
 * Answers a request in verification->verdict, which borrows from request, context and verification.
 *
 * 0: there is a verdict. A positive enum error_code: there is none, and error_text says why.
 * -ENOMEM or -EIO: our own failure. But for 0 the verdict is zero, which is "not verified". Call
 * verification_deinit in any case.
 */
int verification_init(struct verification *verification, const struct verify_context *context,
                      const struct request *request);

/* Safe twice, and on VERIFICATION_NULL. */
void verification_deinit(struct verification *verification);
