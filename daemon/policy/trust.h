/* SPDX-License-Identifier: MIT */
#pragma once

/* Decides which names and addresses the anchors of a trust section may vouch for. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/types.h"

/* Returns whether an anchor of this trust section may vouch for the subject: nothing excludes the
 * subject and, where any name or network is permitted, one of them permits it. So a section that
 * permits only names vouches for no address. */
bool policy_trust_permits(const struct policy_trust *trust, const struct policy_subject *subject);

/* Returns whether the section excludes the subject, by excluded-dns or excluded-ip. */
bool policy_trust_excludes(const struct policy_trust *trust, const struct policy_subject *subject);

/*
 * Returns the folder of CRLite's filters of the section: the one that it names, or for "system"
 * POLICY_CRLITE_FOLDER; NULL if there is none.
 */
const char *policy_trust_crlite(const struct policy_trust *trust);
