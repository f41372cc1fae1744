/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Explains that a path is refused only because a trust section does not let its authorities vouch
 * for it. The faults then name the section, its file and line, and the key that confines.
 */

#include "daemon/policy/types.h"
#include "daemon/x509/parse/fault.h"
#include "daemon/x509/path/path.h"

/*
 * Adds the section and its key to the sentence of each fault. The faults are those with which the
 * section refused the path.
 */
void confinement_name_key(const struct policy_trust *trust, struct fault_list *faults);

/*
 * Replaces the faults of other paths by the fault that the section does not permit the subject,
 * because that reason ranks higher.
 */
void confinement_replace_faults(const struct policy_trust *trust,
                                const struct policy_subject *subject, struct path_result *result);
