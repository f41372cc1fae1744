/* SPDX-License-Identifier: MIT */
#pragma once

/* The fields of the end entity's certificate that a verdict shows to clients that cannot parse it.
 */

#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/context.h"
#include "proto/verdict.h"

/*
 * Fills in verdict->leaf, which borrows from `leaf` and from `sha256`; the SHA-256 of `der` is
 * written there. A verdict that refuses shows the key only if it has at most
 * LIMIT_REFUSED_SPKI_BYTES.
 *
 * Returns 0, -EIO or -ENOMEM.
 */
int leaf_fill(struct verdict *verdict, const struct certificate *leaf, struct bytes der,
              const struct x509_context *context, uint8_t sha256[static DIGEST_BYTES]);
