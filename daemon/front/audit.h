/* SPDX-License-Identifier: MIT */
#pragma once

/* Log lines about answers: a few each second for every account. The lines beyond that are counted,
 * and their number is logged. */

#include <stdbool.h>
#include <stddef.h>

#include <event2/event.h>

#include "daemon/front/account.h"

struct audit;

/* Makes an audit log; `base` outlives it. Returns 0, and *auditp is the caller's; or -ENOMEM. */
int audit_new(struct audit **auditp, struct event_base *base);

/* Logs how many lines were suppressed and frees the audit log. NULL is ignored. Returns NULL. */
struct audit *audit_free(struct audit *audit);

/* Logs one line about an answer to the account: `text` (n bytes, no NUL needed), in which whatever
 * is not printable ASCII is replaced by '?'. `is_hit`: the answer was a remembered one. */
void audit_log(struct audit *audit, struct account *account, const char *text, size_t n,
               bool is_hit);
