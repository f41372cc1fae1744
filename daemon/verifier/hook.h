/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where a test build makes a child of the supervisor's misbehave. The daemon links
 * daemon/verifier/hook.c, in which nothing happens; the tests link a file of their own in its
 * place.
 */

#include "proto/request.h"

/* Called once in the supervisor before anything is forked. */
void hook_setup(void);

/* Called in the process that tries a configuration out, when it has read it and before it says so.
 */
void hook_after_check(void);

/* Called in the verifier, under its sandbox, with each request before it is judged. */
void hook_before_verification(const struct request *request);
