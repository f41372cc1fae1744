/* SPDX-License-Identifier: MIT */
#pragma once

/* What the front is to know of a verdict: note.h. */

#include "daemon/ipc/note.h"
#include "daemon/verify/verify.h"

/* Fills the note of a verdict: when it stays true, what it is counted under, and, of a refusal or
 * of what would be one by rules that are only reported, a line for the log. */
void verdict_note_fill(struct note *note, const struct verification *verification);
