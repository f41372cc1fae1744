/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The reason that a library's text function adds to the text of a refusal. A reason belongs to a
 * connection. The text functions know no connection, so that each thread remembers of which
 * connection it looked at the result last.
 */

#include <stdbool.h>

/* Remembers that this thread looked at the result of a connection that was refused for this reason;
 * or of another connection, if it is "". */
void reason_look_at(const char *reason);

/* Returns the text with the reason that this thread looked at, in memory of this thread that is
 * valid until the next call; the text itself if there is no reason. */
const char *reason_add_to(const char *text);

/* Returns the reason that this thread looked at; "" for none. */
const char *reason_looked_at(void);
