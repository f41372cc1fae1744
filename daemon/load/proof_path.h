/* SPDX-License-Identifier: MIT */
#pragma once

/* Certificates for which the right verdicts are known. */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* The most bytes of a name for proof_path_name_certificate, and the size of its buffer. */
#define PROOF_PATH_NAME_BYTES 253
#define PROOF_PATH_BYTES      1024

/*
 * A time in seconds of Unix time at which the compiled-in path is valid, and the only DNS-ID of its
 * end entity.
 */
#define PROOF_PATH_NOW  1797000000
#define PROOF_PATH_HOST "proof.invalid"

/* Return the self-signed trust anchor, and the end entity that it has issued; both are static. */
struct bytes proof_path_anchor(void);
struct bytes proof_path_leaf(void);

/*
 * Writes a certificate whose only presented identity is `name`: an IP address as text, or a DNS
 * name in A-labels, perhaps with a wildcard. No key has signed the certificate, so it can match a
 * name but never be part of a valid path. Returns the certificate, which borrows from `out`; absent
 * bytes if the name is too long.
 */
struct bytes proof_path_name_certificate(const char *name, uint8_t out[static PROOF_PATH_BYTES]);
