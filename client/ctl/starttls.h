/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "client/ctl/target.h"

/*
 * Asks a server that has just been connected to for TLS, as RFC 3207 (smtp) or RFC 9051 (imap) has
 * it. 0: what comes next on the descriptor is TLS; or -1 and *error says why.
 */
int starttls(const char *protocol, int fd, const struct target *target, int64_t deadline_ms,
             struct target_error *error);
