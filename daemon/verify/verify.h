/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Answers a request: reads the references, finds their rules, compares names, validates the path,
 * and checks denials and pins. One function, `conclude`, turns the results into an acceptance. The
 * verdict depends on context, client, time and request and on nothing else.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/verify/candidate.h"
#include "daemon/verify/chain.h"
#include "daemon/verify/context.h"
#include "daemon/verify/denial.h"
#include "daemon/verify/pins.h"
#include "daemon/verify/words.h"
#include "proto/error.h"
#include "proto/request.h"
#include "proto/verdict.h"

#define VERIFY_ERROR_BYTES 512

/*
 * A verification. It owns what its verdict points at, except what belongs to the request and the
 * context.
 */
struct verification {
    /* the end entity; NULL if the request has names instead of certificates */
    struct certificate *leaf;
    /* owned: the names of a request without certificates; NULL for other requests */
    struct identity *names;
    struct presenter presenter; /* points into `leaf` or `names` */
    /* one for each reference; one for a request without a reference */
    struct candidate *candidates;
    size_t n_candidates;
    const struct candidate *chosen; /* the candidate that the verdict is about */
    struct chain chain;             /* the result of the path for `chosen` */
    enum pins_state pins;
    enum denial_state denial;
    int64_t from; /* the verdict is the same at all times with from <= now <= until */
    int64_t until;
    uint8_t leaf_sha256[DIGEST_BYTES];
    struct words words;
    char error_text[VERIFY_ERROR_BYTES]; /* what is wrong with the request, if it is refused with an
                                            enum error_code */
    struct verdict verdict;
};

#define VERIFICATION_NULL ((struct verification){0})

/*
 * Answers a request in verification->verdict, which borrows from request, context and verification.
 * If there are several references, the first one that is accepted by its own rule decides. If none
 * is, the verdict is about the first one whose name matches, else about the first one.
 *
 * Returns 0 if there is a verdict; a positive enum error_code if the request is refused, with the
 * reason in error_text; or a negative errno for a failure of our own. Unless 0 is returned the
 * verdict is zero, which is "not verified". The caller calls verification_deinit whatever is
 * returned.
 */
int verification_init(struct verification *verification, const struct verify_context *context,
                      const struct verify_asker *asker, const struct request *request);

/* Frees what the verification owns. A second call, or one on VERIFICATION_NULL, does nothing. */
void verification_deinit(struct verification *verification);
