/* SPDX-License-Identifier: MIT */
#pragma once

/* Conducts the dialogue in clear text before TLS begins, in SMTP (RFC 3207) or IMAP (RFC 9051). */

#include <stdint.h>

#include "client/ctl/target.h"

/*
 * Asks the server at the other end of a fresh connection to begin TLS. `protocol` is "smtp" or
 * "imap"; `deadline_ms` is a time on CLOCK_MONOTONIC. Returns 0, and the next byte on the
 * descriptor belongs to TLS; or -1 and fills in *error.
 */
int starttls(const char *protocol, int fd, const struct target *target, int64_t deadline_ms,
             struct target_error *error);
