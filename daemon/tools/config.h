/* SPDX-License-Identifier: MIT */
#pragma once

/* --check-config and --print-config. Both load the configuration as the daemon does, and return an
 * exit status: 0, or 1 with the reason on standard error. */

#include "daemon/load/sources.h"

/*
 * Prints on standard output that the configuration is good, and warnings about it. With
 * `as_service` it is read as the shipped service unit reads it; only root can do that, because this
 * process permanently becomes another user.
 */
int config_check(const struct sources *sources, bool as_service);

/* Prints the effective policy on standard output, and its digest as a comment on the last line. */
int config_print(const struct sources *sources);
