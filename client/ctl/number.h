/* SPDX-License-Identifier: MIT */
#pragma once

/* Numbers on the command line. */

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads a text that is decimal digits and nothing else. Returns true and *numberp if it is a number
 * of at most `max`.
 */
bool number_parse(const char *text, uint64_t max, uint64_t *numberp);
