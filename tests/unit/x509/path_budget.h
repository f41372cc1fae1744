/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Asks about hostile sets of certificates, and checks that the answers cost no more than a verifier
 * may use.
 */

#include "tests/unit/x509/path_fixture.h"

/* Checked fixtures, which open and close the engine that is asked. */
void path_budget_set_up(void);
void path_budget_tear_down(void);

/*
 * Asks a question, prints its cost, and fails the test if it took more than 100 ms of CPU or 64
 * MiB, except in instrumented builds. Returns the code of the first fault; "" for an acceptance.
 */
const char *path_budget_judge(const char *intent, const struct bytes *certificates, size_t n,
                              const struct store *store, enum profile profile);

/* Frees the certificates. */
void path_budget_drop(struct bytes *certificates, size_t n);
