/* SPDX-License-Identifier: MIT */
#pragma once

/* Implements `pin --deny`: prints sections of the policy that refuse certificates. */

#include "client/ctl/spki.h"

/*
 * Prints a section `deny` for the certificate that the key was read from. The section names the
 * certificate by issuer and serial number, or by its key if the policy cannot hold the serial
 * number. The function has the type spki_fn (spki.h); `context` is the FILE to print to. Returns 0;
 * or prints why it failed and returns -1, which includes a key that was not read from a
 * certificate.
 */
int deny_print(void *context, const struct spki *spki);
