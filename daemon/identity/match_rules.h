/* SPDX-License-Identifier: MIT */
#pragma once

/* The input of the matching engine besides the reference and the presented identities. */

#include <stdbool.h>

#include "daemon/identity/rules.h"
#include "daemon/identity/suffix.h"

/* The settings by which a reference and presented identities are compared. */
struct match_rules {
    const struct suffix_list *suffixes; /* required; borrowed */
    struct rules rules; /* rules.set has to be the rule set that the reference was parsed by;
                           otherwise nothing matches */
    bool is_signer; /* the certificate may sign others, so it cannot be that of a SPIFFE workload */
};
