/* SPDX-License-Identifier: MIT */
#pragma once

/* Converts the words that x509_fixture.h describes to DER. */

#include <stddef.h>

#include "tests/unit/x509/x509_der.h"

struct word {
    const char *text;
    size_t len;
};

struct word word_of(const char *text);
struct word word_behind(struct word word, size_t n);
/*
 * Cuts the text before `mark`, and the mark, off the front of *rest, and returns the text; all of
 * *rest if there is no mark.
 */
struct word word_take(struct word *rest, char mark);

/*
 * Each converts a word: to a Name; to GeneralNames without their SEQUENCE; to NameConstraints; to a
 * SubjectPublicKeyInfo.
 */
struct der word_name(struct word word);
struct der word_names(struct word word);
struct der word_constraints(struct word word);
struct der word_key(struct word word);
