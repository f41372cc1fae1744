/* SPDX-License-Identifier: MIT */
#pragma once

/* Parses numbers on the command line. */

#include <stdbool.h>
#include <stdint.h>

/*
 * Parses a text that consists of decimal digits only. Returns true and sets *numberp if the number
 * is at most `max`.
 */
bool number_parse(const char *text, uint64_t max, uint64_t *numberp);
