/* SPDX-License-Identifier: MIT */
#pragma once

/* Adds reference identities from options or from a line of a batch to a question. */

#include <stddef.h>

#include "certname/client.h"

/*
 * Adds a reference identity of `len` bytes to the question. Returns 0; or the error of
 * certname_question_add_reference(), and *whyp is the reason in words.
 */
int reference_add(struct certname_question *question, enum certname_reference type,
                  const char *text, size_t len, const char **whyp);
