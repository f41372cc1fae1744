/* SPDX-License-Identifier: MIT */
#pragma once

/* Certificates of which the right verdicts are known. */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* A name of at most this length fits into proof_path_name_certificate. */
#define PROOF_PATH_NAME_BYTES 253
#define PROOF_PATH_BYTES      1024

/* A moment at which the compiled-in path is valid, in Unix time, and the only DNS-ID of its leaf.
 */
#define PROOF_PATH_NOW  1797000000
#define PROOF_PATH_HOST "proof.invalid"

/* Returns the self-signed anchor, and the leaf that it has issued; both live for ever. */
struct bytes proof_path_anchor(void);
struct bytes proof_path_leaf(void);

/*
 * Writes a certificate whose only presented identity is `name`: an IP address as text, or a DNS
 * name in A-labels, perhaps with a wildcard. No key has signed it, so that it is good for a name
 * and never for a path. Returns the certificate, which borrows from `out`; absent for a longer
 * name.
 */
struct bytes proof_path_name_certificate(const char *name, uint8_t out[static PROOF_PATH_BYTES]);
