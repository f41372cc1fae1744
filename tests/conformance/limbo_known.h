/* SPDX-License-Identifier: MIT */
#pragma once

/* The cases in which our verdict differs from what x509-limbo expects, with the reasons. */

#include <stdbool.h>

/*
 * The most conflicts in the whole suite: with a profile for each case, and with profile webpki for
 * all of them.
 */
#define LIMBO_CONFLICTS        1
#define LIMBO_CONFLICTS_WEBPKI 6

/*
 * Returns the reason why our verdict on a case differs from the expected one; NULL if it must not
 * differ.
 */
const char *limbo_known_conflict(const char *id, bool webpki_alone);

/*
 * Returns whether a case is expected to be refused because of its names alone. If so,
 * *is_good_pathp says whether its path has to be accepted.
 */
bool limbo_is_about_names(const char *id, bool *is_good_pathp);
