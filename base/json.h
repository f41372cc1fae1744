/* SPDX-License-Identifier: MIT */
#pragma once

/* The little of JSON that is written for others to embed. */

#include <stdio.h>

/*
 * Writes `text` as a JSON string, quotation marks included, in printable ASCII: everything else is
 * escaped, and what is no UTF-8 becomes U+FFFD. Errors are the stream's.
 */
void json_write_string(FILE *file, const char *text);
