/* SPDX-License-Identifier: MIT */
#pragma once

/* A question as the API builds it. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/arena.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* The request borrows its bytes; here the question owns them. */
struct certname_question {
    struct request request;
};

/* Returns what the answer must show that it checked. */
static inline struct verdict_asked question_asked(const struct certname_question *question)
{
    return (struct verdict_asked){
        .identity = question->request.n_references > 0,
        .path = question->request.path,
    };
}

/*
 * Encodes the question into memory of the arena. Returns 0; or an enum certname_error and fills in
 * the failure.
 */
int question_write(const struct certname_question *question, struct arena *arena,
                   struct bytes *payload, struct failure *failure);
