/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Text on a terminal. Strings from certificates, files and the daemon are untrusted: they are
 * escaped so that no byte of them controls the terminal.
 */

#include <stddef.h>
#include <stdio.h>

#include "certname/client.h"

/*
 * Returns printable ASCII as it is, a backslash as two, any other byte as \xNN; for free(). NULL
 * without memory.
 */
char *text_escape(const void *data, size_t len);

/*
 * Returns the value of a presented identity for free(): an IP-ID of 4 or 16 octets as an address,
 * anything else escaped. NULL without memory.
 */
char *text_identity_value(const struct certname_identity *identity);

/* Prints one escaped line on standard error after the program's name. */
void text_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints `before`, the escaped text, and `after`. Returns 0 or -ENOMEM. */
int text_print(FILE *out, const char *before, const char *text, const char *after);
