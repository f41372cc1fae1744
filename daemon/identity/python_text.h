/* SPDX-License-Identifier: MIT */
#pragma once

/* What Python says of a mismatch, in its own words. */

#include "daemon/identity/match.h"

/* Enough for a host at its longest, and for some names. */
#define PYTHON_TEXT_BYTES 2048

/*
 * For a host: writes what match_hostname() of Python 3.5 and 3.6 raises where match_all has found
 * no match by RULES_PYTHON_3_5, be it a mismatch or the fault that ended the walk: ASCII, at most
 * `size` bytes, of which the last is a NUL. Names that find no room are counted ("and 12 more"), a
 * name over 128 bytes is cut ("..."). Letters beyond ASCII are escaped, which Python does with a
 * few alone.
 */
void python_text(const struct match_rules *rules, const struct reference *reference,
                 const struct identity *presented, size_t n_presented,
                 const struct match_result *result, char *text, size_t size);
