/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A verifier's first verification, of a certificate that is compiled in: code and memory that
 * every verification needs are there afterwards, and a first request takes no longer than the next.
 */

#include "daemon/verify/context.h"

/*
 * Verifies that certificate for its own name, writes the verdict as if for a client, and forgets
 * both. What the policy makes of it is of no interest, be it an error. 0, or -ENOMEM or -EIO.
 */
int warm_up_verify(const struct verify_context *context);
