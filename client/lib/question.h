/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "certname/client.h"
#include "client/lib/failure.h"
#include "proto/arena.h"
#include "proto/request.h"

/* Owns the bytes that the request borrows. */
struct certname_question {
    struct request request;
    bool has_host;
};

/* Encodes it into memory of the arena. 0, or an enum certname_error and why. */
int question_write(const struct certname_question *question, struct arena *arena,
                   struct bytes *payload, struct failure *failure);
