/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A fresh verifier is executed instead of forked. Forks have the stack canary and the addresses of
 * their parent, so that each crash of one of them would tell an attacker something about the next.
 * For a while after a crash, verifiers are therefore processes that execute certnamed's program
 * anew and are given the epoch as bytes.
 */

#include "daemon/load/epoch.h"

/*
 * Writes the epoch to a new sealed memory file. Returns 0, and *fdp belongs to the caller; or
 * -errno.
 */
int fresh_verifier_pack(const struct epoch *epoch, int *fdp);

/* Returns whether this process was executed as a fresh verifier. */
bool fresh_verifier_is_wanted(int argc, char *const *argv);

/*
 * Unpacks the epoch, enters the sandbox, and serves as a forked verifier does. Returns the exit
 * status.
 */
int fresh_verifier_run(char *const *argv);
