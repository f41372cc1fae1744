/* SPDX-License-Identifier: MIT */
#pragma once

/* What a person should know of the policy in force: what it loosens or forgets, pins that expire.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/load/epoch.h"

/* Remarks that are logged or shown, of as many as there are: finding one is a walk over all. */
#define WARNINGS_COUNT 16

/* "FILE:LINE: SECTION: TEXT". Returns `text`. */
const char *warnings_text(const struct policy_remark *remark, char *text, size_t size);
#define WARNINGS_TEXT_BYTES 1024

/* Logs all there are, or those alone that come with the time. */
void warnings_log(const struct epoch *epoch, bool of_time_alone);

/* When those of time are to be logged again: a day later, or when one of them begins to be another.
 * In Unix time. */
int64_t warnings_due_s(const struct epoch *epoch);

/* Whole days until the next pins expire; -1 where none do, or all have. */
int64_t warnings_days_left(const struct epoch *epoch);
