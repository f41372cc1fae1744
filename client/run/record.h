/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Writes messages about decisions for people, to the log if there is one, else to standard error.
 */

#include <stdbool.h>

/*
 * Writes a line about a server. A refusal is always written, an acceptance only to a log or under
 * --report. `reason` is "" for an acceptance.
 */
void record_decision(const char *host, bool accepted, const char *reason);

/* Writes any other line to the place where refusals are written. */
__attribute__((format(printf, 1, 2))) void record_note(const char *format, ...);
