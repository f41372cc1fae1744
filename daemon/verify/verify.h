/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A verification: references, rules, names, path, pins and denials, in this order, and one place
 * where the answers become an acceptance. A function of (context, asker, request); it reads nothing
 * else.
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

/* One verification at work: owns all that its verdict borrows besides request and context. */
struct verification {
    struct certificate *leaf;
    struct candidate *candidates; /* one for each reference; one for a request that names nobody */
    size_t n_candidates;
    const struct candidate *chosen; /* the one that suffices; else the one that came furthest */
    struct chain chain;             /* of the chosen one, and so on */
    enum pins_state pins;
    enum denial_state denial;
    int64_t from; /* the same question has the same answer for from <= now <= until, both ends */
    int64_t until;
    uint8_t leaf_sha256[DIGEST_BYTES];
    struct words words;
    char
        error_text[VERIFY_ERROR_BYTES]; /* with a positive return: what is wrong with the request */
    struct verdict verdict;
};

#define VERIFICATION_NULL ((struct verification){0})

/*
 * Answers a request in verification->verdict, which borrows from request, context and verification.
 * Several references: the first that is accepted by its own rule decides; if none is, the first
 * whose name matches is shown, else the first.
 *
 * 0: there is a verdict. A positive enum error_code: there is none, and error_text says why.
 * -ENOMEM or -EIO: our own failure. But for 0 the verdict is zero, which is "not verified". Call
 * verification_deinit in any case.
 */
int verification_init(struct verification *verification, const struct verify_context *context,
                      const struct verify_asker *asker, const struct request *request);

/* Safe twice, and on VERIFICATION_NULL. */
void verification_deinit(struct verification *verification);
