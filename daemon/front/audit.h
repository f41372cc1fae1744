/* SPDX-License-Identifier: MIT */
#pragma once

/* Lines about what clients were answered, a few a second for each uid; what is too much is counted,
 * and the count is logged. */

#include <stdbool.h>
#include <stddef.h>

#include <event2/event.h>

#include "daemon/front/account.h"

struct audit;

/* `base` and `accounts` outlive it. 0 and *auditp is the caller's; or -ENOMEM. */
int audit_new(struct audit **auditp, struct event_base *base, struct account_table *accounts);

/* Frees it; takes NULL. Returns NULL. */
struct audit *audit_free(struct audit *audit);

/* Logs a verifier's line (it need not end in a NUL, and only what is printable in it is shown) with
 * the uid that it concerns and whether the answer was a remembered one. */
void audit_line(struct audit *audit, struct account *account, const char *text, size_t n, bool hit);
