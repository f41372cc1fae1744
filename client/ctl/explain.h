/* SPDX-License-Identifier: MIT */
#pragma once

/* Why a certificate is or is not for a name, identity by identity, for a person. */

#include <stdio.h>

#include "certname/client.h"

/* Prints a verdict that was asked to explain: the nearest miss first. 0 or -ENOMEM. */
int explain_print(FILE *out, const struct certname_verdict *verdict);
