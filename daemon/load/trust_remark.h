/* SPDX-License-Identifier: MIT */
#pragma once

/* Makes remarks on the certificates of trust sections, for --check-config. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/verify/context.h"

/* The size of the text that trust_remark writes. */
#define TRUST_REMARK_BYTES 1024

/*
 * Writes remark number `index` on the trust sections of the context to `text`. It warns of
 * certificates in a section with `end-entities = yes` that are those of a host and of an authority
 * at the same time, and can therefore vouch for every other host. There is at most one remark for
 * each section.
 *
 * Returns whether there is a remark with this number. A certificate that cannot be read because
 * memory ran out causes no remark.
 */
bool trust_remark(const struct verify_context *context, size_t index, char *text, size_t size);
