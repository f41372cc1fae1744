/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes a question of the options of `verify` and `explain`. */

#include <stdbool.h>

#include "certname/client.h"
#include "client/ctl/options.h"

/*
 * Returns whether the question asks for the path, because an option asks for it or only makes sense
 * with it.
 */
bool question_options_want_path(const struct ctl_options *options);

/*
 * Returns whether an option gives the reference identity or says that there is none. Then no
 * operand is a HOST.
 */
bool question_options_have_identity(const struct ctl_options *options);

/*
 * Returns NULL if the options fit together; otherwise a message that says which options exclude
 * each other or which one is missing.
 */
const char *question_options_check(const struct ctl_options *options);

/*
 * Fills an empty question: adds `host` as a reference identity unless it is NULL, and what the
 * options say, reading the files that they name. Returns 0; or prints why it failed and returns -1.
 */
int question_options_fill(struct certname_question *question, const struct ctl_options *options,
                          const char *host);
