/* SPDX-License-Identifier: MIT */
#pragma once

/* Checks the text of a configuration before libconfuse reads it. libconfuse's lexer drops an
 * unquoted star, expands variables, miscounts the lines of a comment, and accepts a text that ends
 * within a section, a string or a comment. So the text is checked here character by character, and
 * comments become blanks. What remains has only one meaning and the right line numbers. */

#include <stddef.h>

#include "daemon/policy/policy.h"

/* The name of an option that is appended to every text, alone on its last line. Reading it proves
 * that the text is complete. It begins with a control character, which no configuration may hold.
 */
#define POLICY_TEXT_END "\001end"

/* The position of a search for sections in a scrubbed text. */
struct policy_text_cursor {
    const char *at;
    unsigned line;
};

/* A section that was found. */
struct policy_text_section {
    unsigned line;     /* the line of its first word */
    size_t n_assigned; /* the number of equal signs in it */
};

/* Copies `raw` of `len` bytes, checked, without comments and with the end option appended. *textp
 * is a C string that belongs to the caller. *end_linep is the line of the end option, which is
 * greater than every line of the text. Returns 0; 1 if the text is refused (see *error); or
 * -ENOMEM. */
int policy_text_scrub(char **textp, unsigned *end_linep, const char *file, const char *raw,
                      size_t len, struct policy_error *error);

/* Moves the cursor behind the next section, or to the end of the text if the section does not end.
 * Returns that section. */
struct policy_text_section policy_text_next(struct policy_text_cursor *cursor);
