/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares and searches names. A canonical name consists of A-labels in lower case and has no dot
 * at its end.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/policy/lists.h"

/* Returns the letter in lower case, whatever the locale. */
static inline unsigned char policy_name_fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/*
 * Compares a name, with letters of either case, to a canonical one. Returns a value below, equal to
 * or above 0, as strcmp does.
 */
int policy_name_compare(const char *name, size_t len, const char *canonical, size_t canonical_len);

/* Returns the length of the name without one trailing dot. */
size_t policy_name_length(const char *name, size_t len);

/* Removes the leftmost label. Returns false and changes nothing if there is only one label. */
bool policy_name_rise(const char **namep, size_t *lenp);

/* Returns whether the list, which is ascending, contains the name or a name that it is below. */
bool policy_names_cover(const struct policy_texts *names, const char *name, size_t len);
