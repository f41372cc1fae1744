/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A few names and what becomes of them, compiled in, judged by each generation before it serves: a
 * rule set that is not what it was, a switch without effect or a suffix list without suffixes is no
 * service, rather than one that accepts.
 */

#include "daemon/identity/suffix.h"

/* 0, or the number of the first row (from 1) that went wrong: *whatp says what it is about. */
int selftest_run(const struct suffix_list *suffixes, const char **whatp);
