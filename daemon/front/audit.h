/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Writes log lines about answers: a few per second for each account. Further lines are only
 * counted, and their number is logged.
 */

#include <stdbool.h>
#include <stddef.h>

#include <event2/event.h>

#include "daemon/front/account.h"

struct audit;

/*
 * Makes an audit log; `base` must outlive it. Returns 0, and *auditp belongs to the caller; or
 * -ENOMEM.
 */
int audit_new(struct audit **auditp, struct event_base *base);

/*
 * Logs how many lines were suppressed and frees the audit log; does nothing for NULL. Returns NULL.
 */
struct audit *audit_free(struct audit *audit);

/*
 * Logs a line about an answer to the account: `text`, of n bytes, in which bytes that are not
 * printable ASCII are replaced by '?'. `is_hit` says whether the answer came from the cache.
 */
void audit_log(struct audit *audit, struct account *account, const char *text, size_t n,
               bool is_hit);
