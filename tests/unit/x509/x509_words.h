/* SPDX-License-Identifier: MIT */
#pragma once

/* The words that x509_fixture.h describes, into DER. */

#include <stddef.h>

#include "tests/unit/x509/x509_der.h"

struct word {
    const char *text;
    size_t len;
};

struct word word_of(const char *text);
struct word word_behind(struct word word, size_t n);
/* Takes what stands before `mark`, or all of it, off the front, and the mark. */
struct word word_take(struct word *rest, char mark);

/* A Name; the GeneralNames one after the other; NameConstraints; a SubjectPublicKeyInfo. */
struct der word_name(struct word word);
struct der word_names(struct word word);
struct der word_constraints(struct word word);
struct der word_key(struct word word);
