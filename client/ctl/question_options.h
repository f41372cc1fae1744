/* SPDX-License-Identifier: MIT */
#pragma once

/* The options of `verify` and `explain` that describe the question. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/ctl/options.h"

/* Returns whether the question asks for the path: an option asks for it or needs it. */
bool question_options_want_path(const struct ctl_options *options);

/* Returns whether an option settles the reference identity, so that no operand is a HOST. */
bool question_options_have_identity(const struct ctl_options *options);

/* Returns NULL, or which options exclude each other or lack another one. */
const char *question_options_check(const struct ctl_options *options);

/*
 * Fills an empty question: with `host` as a reference unless it is NULL, and with what the options
 * say, reading the files that they name. Returns 0; or prints why it failed and returns -1.
 */
int question_options_fill(struct certname_question *question, const struct ctl_options *options,
                          const char *host);
