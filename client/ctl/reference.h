/* SPDX-License-Identifier: MIT */
#pragma once

/* The reference identities of a question, from options or from a line of a batch. */

#include <stddef.h>

#include "certname/client.h"

/*
 * Adds a reference identity of `len` bytes to the question. Returns 0; or what
 * certname_question_add_reference() returned, and *whyp is the reason in words.
 */
int reference_add(struct certname_question *question, enum certname_reference type,
                  const char *text, size_t len, const char **whyp);
