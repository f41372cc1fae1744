/* SPDX-License-Identifier: MIT */
#pragma once

/* Strings of JSON (RFC 8259), for messages that are put together by hand. */

#include <stdio.h>

/*
 * Writes `text` as a JSON string with its quotation marks, in printable ASCII: every other
 * character is escaped, and a byte that is not UTF-8 becomes U+FFFD. Errors are the stream's to
 * report.
 */
void json_write_string(FILE *file, const char *text);
