/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A self-test of the matching engine with names whose result is known. It is run for each
 * generation before that serves, so that a broken rule set, a switch without effect or an empty
 * suffix list is noticed and the generation refused.
 */

#include "daemon/identity/suffix.h"

/*
 * Runs the self-test. Returns 0, or the number (from 1) of the first row whose result is wrong;
 * *whatp is then the row's description (static).
 */
int selftest_run(const struct suffix_list *suffixes, const char **whatp);
