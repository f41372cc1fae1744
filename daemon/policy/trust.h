/* SPDX-License-Identifier: MIT */
#pragma once

/* Whom to trust, and for what: the names of stores and what holds their anchors within bounds. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/types.h"

/*
 * Whether an anchor of this trust may vouch for the subject: nothing excludes it, and where
 * anything is permitted by name or network, something permits it. So a trust that is confined to
 * names vouches for no address, and for nothing that is neither.
 */
bool policy_trust_permits(const struct policy_trust *trust, const struct policy_subject *subject);
