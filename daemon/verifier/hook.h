/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Functions by which a test makes a child of the supervisor misbehave. The daemon links
 * daemon/verifier/hook.c, in which they do nothing; the tests link tests/hooks/hook.c instead.
 */

#include "proto/request.h"

/* Called once in the supervisor, before it forks the first child. */
void hook_setup(void);

/*
 * Called in the checker after it has read the configuration and before it reads the configuration
 * once more (proof.h).
 */
void hook_in_check(void);

/* Called in the checker after it has confined itself and before it reads certificates and CRLs. */
void hook_in_confined_check(void);

/* Called in a verifier, inside its sandbox, before each request is judged. */
void hook_before_verification(const struct request *request);
