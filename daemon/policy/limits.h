/* SPDX-License-Identifier: MIT */
#pragma once

/* Prints the section `limits`. policy_limits_check in sections.h reads it. */

#include "base/memory_text.h"
#include "daemon/policy/policy.h"

/* Appends the whole section, with every key of it. */
void policy_limits_print(struct memory_text *out, const struct policy *policy);
