/* SPDX-License-Identifier: MIT */
#pragma once

/* A verdict for a person. */

#include <stdio.h>

#include "certname/client.h"

/* What was decided, by what path, and why. 0 or -ENOMEM. */
int show_verdict(FILE *out, const struct certname_verdict *verdict);
