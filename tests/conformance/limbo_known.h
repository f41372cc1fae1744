/* SPDX-License-Identifier: MIT */
#pragma once

/* Where we differ from x509-limbo, and why. */

#include <stdbool.h>

/* How many conflicts the whole suite may have. */
#define LIMBO_CONFLICTS        1
#define LIMBO_CONFLICTS_WEBPKI 6

/* The reason for which a case's verdict is not the expected one; NULL for a case that must be. */
const char *limbo_known_conflict(const char *id, bool webpki_alone);

/* Whether a case that should be refused is wrong in its names alone, and whether its path has to be
 * good then. */
bool limbo_is_about_names(const char *id, bool *is_good_pathp);
