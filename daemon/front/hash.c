/* SPDX-License-Identifier: MIT */
#include "daemon/front/hash.h"

#include <errno.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "config.h"

/*
 * Chooses the hash function for this processor. The xxHash library would choose AVX-512 if the
 * processor has it; every switch between processes would then have to save the widest registers,
 * which costs more than it gains.
 */
static void choose_variant(struct hash_secret *secret)
{
    secret->bytes_fn = hash_bytes_plain;
#ifdef HAVE_AVX2
    if (__builtin_cpu_supports("avx2"))
        secret->bytes_fn = hash_bytes_avx2;
#endif
}

int hash_secret_init(struct hash_secret *secret)
{
    choose_variant(secret);
    return getrandom(secret->bytes, sizeof(secret->bytes), 0) == sizeof(secret->bytes) ? 0 : -EIO;
}

uint64_t hash_bytes_plain(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                          size_t n)
{
    return XXH3_64bits_withSecret(data, n, secret, HASH_SECRET_BYTES);
}
