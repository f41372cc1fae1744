/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A generation: a policy and all that is needed to judge by it, loaded whole before it serves,
 * never changed afterwards.
 */

#include "daemon/verify/verify.h"

struct generation;

/*
 * Loads a generation from the configuration at `path`, or the built-in policy if `path` is NULL.
 * What goes wrong is logged. `number` is its place in the daemon's life, from 1.
 *
 * 0 and *generationp is the caller's; or -errno.
 */
int generation_load(struct generation **generationp, const char *path, uint64_t number);

/* Frees it; takes NULL. Returns NULL. */
struct generation *generation_free(struct generation *generation);

/* What the verifiers judge by. Lives as long as the generation. */
const struct verify_context *generation_context(const struct generation *generation);

/* Only reads and checks the configuration at `path`, and logs nothing of it. As policy_load. */
int generation_check(const char *path, struct policy_error *error);
