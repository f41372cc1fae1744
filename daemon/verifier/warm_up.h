/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A first verification, of a certificate that is compiled in. It touches the code and the memory
 * that every verification needs, so that the first request of a verifier takes no longer than the
 * next.
 */

#include "daemon/verify/context.h"

/*
 * Verifies that certificate for its own name, and encodes the verdict as for a client. The outcome
 * does not matter, even if the policy makes it an error reply. Returns 0, or -ENOMEM or -EIO.
 */
int warm_up_verify(const struct verify_context *context);
