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
    /* By the instructions that this processor has; the same value by any of them. */
    uint64_t (*bytes_fn)(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                         size_t n);
};

/* Draws a secret. 0, or -EIO where the kernel gives none. */
int hash_secret_init(struct hash_secret *secret);

static inline uint64_t hash_bytes(const struct hash_secret *secret, const uint8_t *data, size_t n)
{
    return secret->bytes_fn(secret->bytes, data, n);
}

/* With what every processor of the architecture has. */
uint64_t hash_bytes_plain(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                          size_t n);

/* With AVX2; there only where configure has found that the compiler makes it (HAVE_AVX2). */
uint64_t hash_bytes_avx2(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                         size_t n);
