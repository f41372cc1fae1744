/* SPDX-License-Identifier: MIT */
#pragma once

/* Strings of JSON (RFC 8259), for messages that are put together by hand. */

#include "base/memory_text.h"

/*
 * Writes `text` as a JSON string with its quotation marks, in printable ASCII: every other
 * character is escaped, and a byte that is not UTF-8 becomes U+FFFD. A failure
 * shows when the text is finished.
 */
void json_write_string(struct memory_text *file, const char *text);
