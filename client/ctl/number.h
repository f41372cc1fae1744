/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A number in decimal digits and nothing else, at most `max`. False if it is none. */
bool number_parse(const char *text, uint64_t max, uint64_t *numberp);
