/* SPDX-License-Identifier: MIT */
#pragma once

/* Parses the text of a configuration with libconfuse. */

#include <stddef.h>

#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"

/*
 * Parses `raw` of `len` bytes and appends its sections to *config. The caller deinitialises *config
 * whatever is returned. `file` is the name for error messages; sections keep the pointer, so it
 * must live as long as *config. The characters, the grammar, the numbers of sections and values,
 * and the lengths are checked; the contents of titles and values are not.
 *
 * Returns 0; 1 if the text is refused (see *error); or -ENOMEM. Not thread-safe, since libconfuse's
 * lexer has one state in a process.
 */
int policy_grammar_parse(struct parsed_config *config, const char *file, const char *raw,
                         size_t len, struct policy_error *error);
