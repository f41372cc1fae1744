/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Warnings for an administrator about the policy in force: settings that loosen the built-in ones,
 * sections that nothing uses, pins that expire soon.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/load/epoch.h"

/*
 * The most warnings that are logged. A policy may have thousands, and finding number n takes a walk
 * over all before it.
 */
#define WARNINGS_COUNT 16

/* The most bytes that warnings_text writes, with the NUL. */
#define WARNINGS_TEXT_BYTES 1024

/*
 * Writes "FILE:LINE: SECTION: TEXT" to `text`; a text of more than `size` bytes is cut. Returns
 * `text`.
 */
const char *warnings_text(const struct policy_warning *warning, char *text, size_t size);

/*
 * Logs the first WARNINGS_COUNT warnings about the policy, and those about its material. With
 * of_time_alone, logs only warnings about pins that expire.
 */
void warnings_log(const struct epoch *epoch, bool of_time_alone);

/*
 * Returns when the warnings about expiring pins are to be logged again, in seconds of Unix time: a
 * day from now, or earlier if the state of a pinset changes before.
 */
int64_t warnings_due_s(const struct epoch *epoch);

/* Returns the number of whole days until pins expire next, or -1 if no pins will expire. */
int64_t warnings_days_left(const struct epoch *epoch);
