/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks the text of a configuration before libconfuse reads it. libconfuse's lexer drops an
 * unquoted star, expands variables, miscounts the lines of a comment, and accepts a text that ends
 * within a section, a string or a comment. So policy_text_scrub checks the text character by
 * character, and overwrites comments with blanks. The rest has only one meaning and the right line
 * numbers.
 */

#include <stddef.h>

#include "daemon/policy/policy.h"

/*
 * The name of an option that policy_text_scrub appends to every text, alone on its last line. When
 * libconfuse has read this option outside of all sections, the text is complete. The name begins
 * with a control character, which no configuration may contain.
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
    size_t n_assigned; /* the number of equal signs in the section */
};

/*
 * Checks `raw` of `len` bytes, and copies it without comments and with POLICY_TEXT_END on a line of
 * its own at the end. *textp is a C string that belongs to the caller. *end_linep is the number of
 * that last line, which is greater than every line of `raw`. Returns 0; 1 if the text is refused
 * (see *error); or -ENOMEM.
 */
int policy_text_scrub(char **textp, unsigned *end_linep, const char *file, const char *raw,
                      size_t len, struct policy_error *error);

/*
 * Finds the next section and moves the cursor behind it, or to the end of the text if the section
 * has no end. Returns that section.
 */
struct policy_text_section policy_text_next(struct policy_text_cursor *cursor);
