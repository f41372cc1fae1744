/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The reason of a refusal, which is added to the text that the library's text function returns. A
 * reason belongs to a connection, but the text functions are not given one. Therefore each thread
 * remembers the reason of the connection whose result it looked at last.
 */

#include <stdbool.h>

/*
 * Remembers that this thread looked at the result of a connection, which was refused for this
 * reason; "" if it was not refused.
 */
void reason_remember(const char *reason);

/*
 * Returns the text with the remembered reason added, in memory of this thread that is valid until
 * its next call; the text itself if there is no reason.
 */
const char *reason_add_to(const char *text);

/* Returns the remembered reason of this thread; "" if there is none. */
const char *reason_looked_at(void);
