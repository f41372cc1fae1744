/* SPDX-License-Identifier: MIT */
#pragma once

/* The question that a command line asks. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/ctl/options.h"

/* Whether the path is asked for: by name, or by what makes no sense without one. */
bool question_wants_path(const struct options *options);

/* Whether options name who is asked about, so that no operand is a HOST. */
bool question_has_identity(const struct options *options);

/*
 * What of a question's options cannot be together or is missing, or NULL.
 */
const char *question_check(const struct options *options);

/*
 * Puts what the options say into an empty question, and `host` unless that is NULL. 0, or -1 and it
 * has been said why.
 */
int question_fill(struct certname_question *question, const struct options *options,
                  const char *host);
