/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes the messages of Python 3.5 and 3.6 about a mismatch, word for word. */

#include "daemon/identity/match.h"

/* The size of a message: the longest host and several names of a certificate fit. */
#define PYTHON_TEXT_BYTES 2048

/*
 * Writes the message of the exception that match_hostname() of Python 3.5 and 3.6 raises for a
 * host. match_all has to have found no match by RULES_PYTHON_3_5 before. The message is about the
 * mismatch or, if result->ended, about the name at which Python fails. `text` gets at most `size`
 * bytes of ASCII, of which the last is a NUL.
 *
 * Names for which there is no room are counted ("and 12 more"); a name over 128 bytes is cut
 * ("..."). Unlike in Python, every character beyond ASCII is escaped.
 */
void python_text(const struct match_rules *rules, const struct reference *reference,
                 const struct identity *presented, size_t n_presented,
                 const struct match_result *result, char *text, size_t size);
