/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Verifies a certificate that is compiled in, before the first request. That touches the code and
 * the memory that every verification needs, so that a verifier's first request takes no longer than
 * later ones.
 */

#include "daemon/verify/context.h"

/*
 * Verifies the certificate for its own name, and encodes the verdict as for a client. The outcome
 * does not matter, nor does an error reply that the policy may cause. Returns 0, or -ENOMEM or
 * -EIO.
 */
int warm_up_verify(const struct verify_context *context);
