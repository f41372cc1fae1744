/* SPDX-License-Identifier: MIT */
#pragma once

/* A JSON object for a person: whatever is in it is shown, also what this program does not know. */

#include <jansson.h>
#include <stdio.h>

/* One line a value, indented; what a person looks for first comes first. 0 or -ENOMEM. */
int report_print(FILE *out, const json_t *object);
