/* SPDX-License-Identifier: MIT */
#pragma once

/* The configuration's grammar, by libconfuse. */

#include <stddef.h>

#include "daemon/policy/draft.h"
#include "daemon/policy/policy.h"

/*
 * Adds what `raw` of `len` bytes says to *draft, which is to be deinitialised in any case. `file`
 * is kept by its pointer. What the text may hold, and the limits on how much of it, are checked;
 * titles and values are not.
 *
 * 0, or 1 if the text is refused (see *error), or -ENOMEM. Not thread-safe.
 */
int draft_parse(struct draft *draft, const char *file, const char *raw, size_t len,
                struct policy_error *error);
