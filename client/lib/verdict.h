/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certname/client.h"
#include "client/lib/failure.h"

/*
 * Decodes a verdict that answers a question with or without `path`. A certname_result and *verdictp
 * is the caller's; else it is NULL and the result CERTNAME_ERR_PROTOCOL or CERTNAME_ERR_MEMORY, and
 * why.
 */
int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len, bool path,
                 struct failure *failure);
