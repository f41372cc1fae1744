/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares the rule sets that are named after a program with the recorded answers of that program.
 * Where the two differ, we refuse the reference or read it as an address, and the list in
 * recorded.c gives the reason.
 */

#include <stddef.h>

#include "tests/conformance/row.h"

#define N_RECORDED 3

struct recorded {
    size_t n_rows;
    size_t n_same;
    size_t n_stricter[REFERENCE_U_LABEL + 1]; /* counted by the fault for which we refuse */
};

/* Judges the row by each of these rule sets. Prints each that differs without a reason, and returns
 * how many do. */
size_t recorded_compare(struct recorded recorded[N_RECORDED], const struct row *row);

void recorded_report(const struct recorded recorded[N_RECORDED]);
