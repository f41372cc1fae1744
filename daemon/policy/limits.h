/* SPDX-License-Identifier: MIT */
#pragma once

/* Prints the section `limits`; policy_limits_check (sections.h) reads it. */

#include "base/memory_text.h"
#include "daemon/limits.h"

/* Writes the whole section, every key of it. */
void policy_limits_print(struct memory_text *out, const struct limits *limits);
