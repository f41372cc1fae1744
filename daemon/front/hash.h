/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Hashes payloads with a secret of this process, so that clients cannot choose payloads whose
 * hashes collide. Equal hashes are never taken for equal payloads: the bytes are compared too.
 */

#include <stddef.h>
#include <stdint.h>

/*
 * The size of the secret that XXH3 would derive from a seed. The bytes of this secret are all
 * random.
 */
#define HASH_SECRET_BYTES 192

struct hash_secret {
    uint8_t bytes[HASH_SECRET_BYTES];
    /* The hash function for this processor. All variants return the same values. */
    uint64_t (*bytes_fn)(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                         size_t n);
};

/*
 * Draws a secret and chooses the hash function. Returns 0, or -EIO if the kernel gives no random
 * bytes.
 */
int hash_secret_init(struct hash_secret *secret);

static inline uint64_t hash_bytes(const struct hash_secret *secret, const uint8_t *data, size_t n)
{
    return secret->bytes_fn(secret->bytes, data, n);
}

/* The variant that runs on every processor of the architecture. */
uint64_t hash_bytes_plain(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                          size_t n);

/* The variant with AVX2 instructions; it exists only if configure defined HAVE_AVX2. */
uint64_t hash_bytes_avx2(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                         size_t n);
