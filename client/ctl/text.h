/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a person reads. Whatever comes from a certificate, a file or the daemon is made safe for a
 * terminal.
 */

#include <stddef.h>
#include <stdio.h>

#include "certname/client.h"

/*
 * Printable ASCII as it is, a backslash doubled, any other byte as \xNN. The caller's to free; NULL
 * without memory.
 */
char *text_escape(const void *data, size_t len);

/*
 * The value of an identity from a certificate: an IP-ID as an address, if it has the octets of one;
 * else escaped. The caller's to free; NULL without memory.
 */
char *text_identity_value(const struct certname_identity *identity);

/* One line on standard error, with the program's name before it. */
void text_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A string, made safe, between two others. 0 or -ENOMEM. */
int text_print(FILE *out, const char *before, const char *text, const char *after);
