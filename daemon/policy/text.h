/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The configuration's text before libconfuse sees it. libconfuse's lexer drops a star outside
 * quotes, expands variables, counts a comment as several lines, and takes a text that ends within a
 * section, a string or a comment for a whole one. So the text is checked character by character
 * here, and its comments are blanked out; what is left is lexed in one way only, and its lines are
 * right.
 */

#include <stddef.h>

#include "daemon/policy/policy.h"

/*
 * The name of an option that is appended to every text, alone on its last line. It begins with a
 * control character, and a text that holds one is refused: no configuration can say it.
 */
#define POLICY_TEXT_END "\001end"

/* Where a walk over a scrubbed text stands. */
struct policy_text_cursor {
    const char *at;
    unsigned line;
};

/* What the walk knows of a section. */
struct policy_text_section {
    unsigned line;     /* of its first word */
    size_t n_assigned; /* how many equal signs it holds */
};

/*
 * Copies `raw` of `len` bytes, checked and without comments, with the end option appended, as a C
 * string that is the caller's. *end_linep is the line of the end option: below every line of the
 * text.
 *
 * 0, or 1 if the text is refused (see *error), or -ENOMEM.
 */
int policy_text_scrub(char **textp, unsigned *end_linep, const char *file, const char *raw,
                      size_t len, struct policy_error *error);

/* Walks over the next section, or to the end of the text where that section does not end. */
struct policy_text_section policy_text_next(struct policy_text_cursor *cursor);
