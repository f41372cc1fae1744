/* SPDX-License-Identifier: MIT */
#pragma once

/* What a person should know of the policy in force: what it loosens, pins that expire. */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/generation.h"

/* Remarks that are logged or shown, of as many as there are: finding one is a walk over all. */
#define REMARKS_COUNT 16

/* "FILE:LINE: SECTION: TEXT". Returns `text`. */
const char *remarks_text(const struct policy_remark *remark, char *text, size_t size);
#define REMARKS_TEXT_BYTES 1024

/* Whether it is of pins, whose time goes by. */
bool remarks_is_of_pins(const struct policy_remark *remark);

/* Logs all there are, or those of pins alone. */
void remarks_log(const struct generation *generation, bool pins_alone);

/* When those of pins are to be logged again: a day later, or when one of them begins to be another.
 * In Unix time. */
int64_t remarks_due_s(const struct generation *generation);

/* Whole days until the next pins expire; -1 where none do, or all have. */
int64_t remarks_days_left(const struct generation *generation);
