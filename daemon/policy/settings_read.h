/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads the rule keys of a section. */

#include "daemon/policy/section.h"
#include "daemon/policy/settings.h"

/*
 * Sets each key of the section in *settings, which the caller has filled with the values that the
 * section inherits. A report key of the section that can never differ from what is enforced is
 * refused; an inherited report may be like that.
 *
 * `is_whole` is true if *settings is all that decides, as for a domain. It is false for a client,
 * since the domain decides the keys that the client's section leaves out; a report is then refused
 * only if the client's section sets the enforced key too.
 *
 * Returns 0, or 1 if the section is refused (see check->error).
 */
int policy_settings_read(const struct policy_check *check, const struct parsed_section *section,
                         bool is_whole, struct policy_settings *settings);
