/* SPDX-License-Identifier: MIT */
#pragma once

/* What the command line asks of a configuration without serving by it. Both load it as the daemon
 * does, and return the exit status: 0, or 1 with what is wrong on standard error. */

#include "daemon/load/sources.h"

/* Says whether it is good. */
int config_check(const struct sources *sources);

/* Prints the effective policy on standard output, with its digest as a comment on the last line. */
int config_print(const struct sources *sources);
