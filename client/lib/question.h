/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/arena.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* Owns the bytes that the request borrows. */
struct certname_question {
    struct request request;
};

/* What an answer to it has to show. */
static inline struct verdict_asked question_asks(const struct certname_question *question)
{
    return (struct verdict_asked){
        .identity = question->request.n_references > 0,
        .path = question->request.path,
    };
}

/* Encodes it into memory of the arena. 0, or an enum certname_error and why. */
int question_write(const struct certname_question *question, struct arena *arena,
                   struct bytes *payload, struct failure *failure);
