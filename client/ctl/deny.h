/* SPDX-License-Identifier: MIT */
#pragma once

#include "client/ctl/spki.h"

/*
 * Prints a section `deny` of the policy for a certificate, by issuer and serial number; `context`
 * is the FILE. Where that number cannot be denied it is by its key. 0, or -1 and it has been said
 * why: only certificates can be denied so.
 */
int deny_print(void *context, const struct spki *spki);
