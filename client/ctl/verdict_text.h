/* SPDX-License-Identifier: MIT */
#pragma once

/* Prints a verdict as text for people. */

#include <stdio.h>

#include "certname/client.h"

/* Prints the result, the reasons, the path and the rule that decided. Returns 0 or -ENOMEM. */
int verdict_text_print(FILE *out, const struct certname_verdict *verdict);
