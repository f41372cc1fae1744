/* SPDX-License-Identifier: MIT */
#pragma once

/* Fills the note that a verifier sends the front with each reply (daemon/ipc/note.h). */

#include "daemon/ipc/note.h"
#include "daemon/verify/verify.h"

/* Fills the note of a verdict: how long the verdict stays true, what it is counted under, and a
 * line for the log if it is a refusal, or would be one by rules that are only reported. */
void verdict_note_fill(struct note *note, const struct verification *verification);

/*
 * Fills the note of an error reply: it is not kept, and it is counted under `code`. If the verifier
 * failed by itself, `r` is that failure, a negative errno, and the line for the log names the place
 * where it began (base/error.h); otherwise `r` is 0, and there is no line.
 */
void verdict_note_fill_error(struct note *note, const char *code, int r);
