/* SPDX-License-Identifier: MIT */
#pragma once

/* Names in canonical form (A-labels in lower case, no dot at the end), and looking for them. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/policy/lists.h"

/* Without regard to the locale. */
static inline unsigned char policy_name_fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The order of strcmp, a capital letter of `name` being as good as a small one. */
int policy_name_compare(const char *name, size_t len, const char *canonical, size_t canonical_len);

/* How many bytes a name has without the one dot that may end it. */
size_t policy_name_length(const char *name, size_t len);

/* Cuts the left-most label off. False if there was no other. */
bool policy_name_rise(const char **namep, size_t *lenp);

/* Whether the ascending list has the name or one that it stands below. */
bool policy_names_cover(const struct policy_texts *names, const char *name, size_t len);
