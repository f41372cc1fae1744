/* SPDX-License-Identifier: MIT */
#pragma once

/* A question while the API functions fill it. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/lib/call.h"
#include "client/lib/failure.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* A question while the API functions fill it. It owns the bytes that `request` points to. */
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
 * Makes the call that asks the question. Returns 0 and *callp; or a negative enum certname_error
 * and fills in the failure.
 */
int question_call_new(struct call **callp, const struct certname_question *question,
                      struct failure *failure);
