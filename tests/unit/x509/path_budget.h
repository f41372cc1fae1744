/* SPDX-License-Identifier: MIT */
#pragma once

/* Asks about hostile sets of certificates and checks that the answers cost no more than a verifier
 * may take. */

#include "tests/unit/x509/path_fixture.h"

/* A checked fixture: opens and closes the engine that is asked. */
void path_budget_set_up(void);
void path_budget_tear_down(void);

/*
 * Asks, prints the cost, and fails the test over 100 ms of CPU or 64 MiB, except in instrumented
 * builds. Returns the code of the first fault; "" for an acceptance.
 */
const char *path_budget_judge(const char *intent, const struct bytes *certificates, size_t n,
                              const struct store *store, enum profile profile);

/* Frees each of them. */
void path_budget_drop(struct bytes *certificates, size_t n);
