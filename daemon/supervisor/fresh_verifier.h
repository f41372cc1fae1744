/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A verifier that is executed and not forked. Forks share their parent's stack canary and
 * addresses, so that each crash of one of them would tell an attacker something about the next.
 * After a crash verifiers are therefore processes of their own program for a while, which the
 * supervisor hands the epoch in bytes.
 */

#include "daemon/load/epoch.h"

/* Writes the epoch into a new sealed memory file. Returns 0, and *fdp is the caller's; or -errno.
 */
int fresh_verifier_pack(const struct epoch *epoch, int *fdp);

/* Returns whether the program was executed as a fresh verifier. */
bool fresh_verifier_is_wanted(int argc, char *const *argv);

/* Takes the epoch over, enters the sandbox and serves, as a verifier does that was forked. Returns
 * the exit status. */
int fresh_verifier_run(char *const *argv);
