/* SPDX-License-Identifier: MIT */
#pragma once

/* The settings that every comparison of the matching engine takes. */

#include <stdbool.h>

#include "daemon/identity/rules.h"
#include "daemon/identity/suffix.h"

/* The settings of a comparison. */
struct match_rules {
    const struct suffix_list *suffixes; /* required; borrowed */
    struct rules rules; /* nothing matches unless the reference was parsed for this .set */
    bool is_signer;     /* the certificate may sign others, so it is no SPIFFE workload's */
};
