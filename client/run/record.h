/* SPDX-License-Identifier: MIT */
#pragma once

/* What is written for people about decisions: to the log, or else to the standard error. */

#include <stdbool.h>

/*
 * Writes one line about a server. An acceptance is written only to a log and under --report; a
 * refusal always. `reason` is "" for an acceptance.
 */
void record_decision(const char *host, bool accepted, const char *reason);

/* Writes another line, wherever refusals are written. */
__attribute__((format(printf, 1, 2))) void record_note(const char *format, ...);
