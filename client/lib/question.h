/* SPDX-License-Identifier: MIT */
#pragma once

/* A question while the API functions fill it. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/arena.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* A request in general only borrows its bytes; a question owns the bytes of its request. */
struct certname_question {
    struct request request;
    struct request_name *names; /* the names, which the question owns and `request` points to */
};

/* Returns what the question asks for, which the answer must show as checked. */
static inline struct verdict_asked question_asked(const struct certname_question *question)
{
    return (struct verdict_asked){
        .identity = question->request.n_references > 0,
        .path = question->request.path,
    };
}

/*
 * Encodes the question as the payload of a request, in memory of the arena. Returns 0; or a
 * negative enum certname_error and fills in the failure.
 */
int question_write(const struct certname_question *question, struct arena *arena,
                   struct bytes *payload, struct failure *failure);
