/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Prints the output of `explain`: for each presented identity, whether and why it does not match.
 */

#include <stdio.h>

#include "certname/client.h"

/*
 * Prints a verdict on a question for which certname_question_explain() was called: first the
 * verdict, then each presented identity with its reason, the nearest miss first.
 * Returns 0 or -ENOMEM.
 */
int explain_print(FILE *out, const struct certname_verdict *verdict);
