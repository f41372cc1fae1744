/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The rule sets that are named after a program, beside what that program answered. It is the
 * oracle: where the two differ, we refuse the reference, or an address is one to us, and the list
 * in recorded.c says why.
 */

#include <stddef.h>

#include "tests/conformance/row.h"

#define N_RECORDED 3

struct recorded {
    size_t n_rows;
    size_t n_same;
    size_t n_stricter[REFERENCE_U_LABEL + 1]; /* by the fault for which we refuse */
};

/* Has each of the rule sets judge the row. Returns how many of them differ without a reason; says
 * which. */
size_t recorded_compare(struct recorded recorded[N_RECORDED], const struct row *row);

void recorded_report(const struct recorded recorded[N_RECORDED]);
