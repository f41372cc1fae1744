/* SPDX-License-Identifier: MIT */
#pragma once

/* The list of cases in which we differ from x509-limbo, with the reasons. */

#include <stdbool.h>

/* The most conflicts that the whole suite may have. */
#define LIMBO_CONFLICTS        1
#define LIMBO_CONFLICTS_WEBPKI 6

/* The reason why the verdict of a case differs from the expected one; NULL where it must not. */
const char *limbo_known_conflict(const char *id, bool webpki_alone);

/* Whether only the names of a case that should be refused are wrong. *must_be_goodp: whether its
 * path has to be accepted. */
bool limbo_is_about_names(const char *id, bool *is_good_pathp);
