/* SPDX-License-Identifier: MIT */
#pragma once

/* What a verdict tells of the end entity's certificate to clients without a parser. */

#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/context.h"
#include "proto/verdict.h"

/*
 * Fills in verdict->leaf, which borrows from the certificate and from `sha256`, where the digest of
 * `der` goes. A verdict that refuses shows a key only if it is short. 0, -EIO or -ENOMEM.
 */
int leaf_fill(struct verdict *verdict, const struct certificate *leaf, struct bytes der,
              const struct x509_context *context, uint8_t sha256[static DIGEST_BYTES]);
