/* SPDX-License-Identifier: MIT */
#pragma once

/* Remarks on the certificates of trust sections, for --check-config. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/verify/context.h"

/* The size of a text of trust_remark. */
#define TRUST_REMARK_BYTES 1024

/*
 * Writes remark number `index` on the certificates of the context's trust sections to `text`: a
 * certificate of a host in a section with `end-entities = yes` is an authority as well, and vouches
 * for every other host. At most one remark is made for each section.
 *
 * Returns whether there are so many remarks. A certificate that cannot be read for want of memory
 * has no remark.
 */
bool trust_remark(const struct verify_context *context, size_t index, char *text, size_t size);
