/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Prints text on a terminal. Strings from certificates, files and the daemon are untrusted and are
 * escaped, so that no byte of them can control the terminal.
 */

#include <stddef.h>
#include <stdio.h>

#include "certname/client.h"

/*
 * Returns a copy of the data, which the caller frees: printable ASCII is unchanged, a backslash
 * becomes two, any other byte becomes \xNN. NULL if memory ran out.
 */
char *text_escape(const void *data, size_t len);

/*
 * Returns the value of a presented identity as text, which the caller frees: an IP-ID of 4 or 16
 * octets as an address, anything else escaped. NULL if memory ran out.
 */
char *text_identity_value(const struct certname_identity *identity);

/*
 * Returns what text_identity_value returns, for a person: blanks that would be overlooked, which
 * are those in a DNS-ID and those at either end, are written as \x20.
 */
char *text_identity_shown(const struct certname_identity *identity);

/* Prints the program's name and the escaped message as one line on standard error. */
void text_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Drops what was printed on standard output and has not been written yet, because memory ran out
 * before the rest: a program must not take the beginning of a verdict for the whole.
 */
void text_drop_output(void);

/* Prints `before`, the text with escapes, and `after`. Returns 0 or -ENOMEM. */
int text_print(FILE *out, const char *before, const char *text, const char *after);
