/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Places at which a test makes a child of the supervisor misbehave. The daemon links
 * daemon/verifier/hook.c, whose functions do nothing; the tests link tests/hooks/hook.c instead.
 */

#include "proto/request.h"

/* Called once, in the supervisor, before it forks anything. */
void hook_setup(void);

/* Called in the checker when it has read the configuration and before it reads it once more. */
void hook_in_check(void);

/* Called in a verifier, in its sandbox, with each request before the request is judged. */
void hook_before_verification(const struct request *request);
