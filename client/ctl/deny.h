/* SPDX-License-Identifier: MIT */
#pragma once

/* `pin --deny`: prints policy sections that refuse a certificate. */

#include "client/ctl/spki.h"

/*
 * Prints a section `deny` for the certificate that the key comes from, by its issuer and serial
 * number, or by its key where the policy cannot name that serial number. `context` is the FILE to
 * print to; the function has the type spki_fn. Returns 0; or prints why it failed and returns -1,
 * also where the key does not come from a certificate.
 */
int deny_print(void *context, const struct spki *spki);
