/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares each rule set that is named after a program with recorded answers of that program. Where
 * they differ, we refuse the reference or read it as an address, and the list in recorded.c has the
 * reason.
 */

#include <stddef.h>

#include "tests/conformance/row.h"

#define N_RECORDED 3

struct recorded {
    size_t n_rows;
    size_t n_same;
    size_t n_stricter[REFERENCE_U_LABEL +
                      1]; /* rows that we alone refuse, counted by the fault of the reference */
};

/*
 * Judges the row by each of these rule sets. Prints each result that differs without a listed
 * reason. Returns the number of these.
 */
size_t recorded_compare(struct recorded recorded[N_RECORDED], const struct row *row);

void recorded_report(const struct recorded recorded[N_RECORDED]);
