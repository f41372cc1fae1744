/* SPDX-License-Identifier: MIT */
#pragma once

/* A hash of payloads under a secret of this process: nobody outside can make two of them collide,
 * and nothing is decided by it alone. */

#include <stddef.h>
#include <stdint.h>

/* What XXH3 makes of a seed when it is given one: all of it is random here. */
#define HASH_SECRET_BYTES 192

struct hash_secret {
    uint8_t bytes[HASH_SECRET_BYTES];
};

/* Draws a secret. 0, or -EIO where the kernel gives none. */
int hash_secret_init(struct hash_secret *secret);

uint64_t hash_bytes(const struct hash_secret *secret, const uint8_t *data, size_t n);
