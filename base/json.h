/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes strings of JSON (RFC 8259), for messages that are put together without a JSON library. */

#include "base/memory_text.h"

/*
 * Appends `text` as a JSON string with its quotation marks, in printable ASCII: every other
 * character is escaped, and a byte that is not UTF-8 becomes U+FFFD. If memory runs out,
 * memory_text_finish fails.
 */
void json_write_string(struct memory_text *file, const char *text);
