/* SPDX-License-Identifier: MIT */
#pragma once

/* Fills in the note that a verifier sends to the front with each reply (daemon/ipc/note.h). */

#include "daemon/ipc/note.h"
#include "daemon/verify/verify.h"

/*
 * Fills in the note of a verdict: how long the verdict stays right, what it is counted as, and a
 * log line if the verdict refuses, or would refuse by rules that are only reported.
 */
void verdict_note_fill(struct note *note, const struct verification *verification);

/*
 * Fills in the note of an error reply, which is not cached and is counted under `code`. If the
 * verifier itself failed, `r` is that failure, a negative errno, and the log line has the place
 * where it began (base/error.h). Otherwise `r` is 0, and the log line is empty.
 */
void verdict_note_fill_error(struct note *note, const char *code, int r);
