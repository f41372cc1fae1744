/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A self-test of the matching engine with names whose result is known. Each generation runs it
 * before it serves, so that a daemon with a broken rule set, a switch without effect or an empty
 * suffix list does not start.
 */

#include "daemon/identity/suffix.h"

/* Returns 0, or the number (from 1) of the first row whose result is wrong; *whatp is then its
 * description (static). */
int selftest_run(const struct suffix_list *suffixes, const char **whatp);
