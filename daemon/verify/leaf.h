/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The fields of the end entity's certificate that a verdict has for clients that cannot parse
 * certificates.
 */

#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/context.h"
#include "proto/verdict.h"

/*
 * Fills in verdict->leaf, which borrows from `leaf` and from `sha256`. The SHA-256 of the
 * certificate `der` is written to `sha256`. In a verdict that refuses, the key is left out if it
 * has more than LIMIT_REFUSED_SPKI_BYTES.
 *
 * Returns 0, -EIO or -ENOMEM.
 */
int leaf_fill(struct verdict *verdict, const struct certificate *leaf, struct bytes der,
              const struct x509_context *context, uint8_t sha256[static DIGEST_BYTES]);
