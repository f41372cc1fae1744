/* SPDX-License-Identifier: MIT */
#pragma once

/* Asking about hostile sets of certificates, and holding the answers to what a verifier may take.
 */

#include "tests/unit/x509/path_fixture.h"

/* For a checked fixture: what the questions are put to. */
void path_budget_set_up(void);
void path_budget_tear_down(void);

/*
 * Asks, prints what it cost, and fails the test over 100 ms of CPU or 64 MiB, instrumented builds
 * apart. The first fault's code; "" for an acceptance.
 */
const char *path_budget_judge(const char *intent, const struct bytes *certificates, size_t n,
                              const struct store *store, enum profile profile);

/* Drops each of them. */
void path_budget_drop(struct bytes *certificates, size_t n);
