/* SPDX-License-Identifier: MIT */
#pragma once

/* Warnings about the policy in force for an administrator: settings that loosen the built-in ones,
 * sections that nothing uses, pins that expire soon. */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/load/epoch.h"

/* How many remarks are logged: a policy may have thousands, and finding number n is a walk over all
 * before it. */
#define WARNINGS_COUNT 16

/* The largest text that warnings_text writes, with its NUL. */
#define WARNINGS_TEXT_BYTES 1024

/* Writes "FILE:LINE: SECTION: TEXT" into `text`; a text of more than `size` bytes is cut. Returns
 * `text`. */
const char *warnings_text(const struct policy_warning *remark, char *text, size_t size);

/* Logs the first WARNINGS_COUNT remarks on the policy, and the warning about its material;
 * `of_time_alone`: only remarks on pins that expire. */
void warnings_log(const struct epoch *epoch, bool of_time_alone);

/* Returns when the remarks on expiring pins are to be logged again, in Unix time: in a day, or
 * earlier if one of them begins or changes before. */
int64_t warnings_due_s(const struct epoch *epoch);

/* Returns the whole days until the next pins expire, or -1 where no pins will. */
int64_t warnings_days_left(const struct epoch *epoch);
