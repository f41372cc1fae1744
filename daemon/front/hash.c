/* SPDX-License-Identifier: MIT */
#include "daemon/front/hash.h"

#include <errno.h>
#include <sys/random.h>

#include <xxhash.h>

int hash_secret_init(struct hash_secret *secret)
{
    return getrandom(secret->bytes, sizeof(secret->bytes), 0) == sizeof(secret->bytes) ? 0 : -EIO;
}

/* Not the variant that chooses its instructions at run time: where it takes the widest, every
 * switch between processes has to save their registers, and that costs more than they gain. */
uint64_t hash_bytes(const struct hash_secret *secret, const uint8_t *data, size_t n)
{
    return XXH3_64bits_withSecret(data, n, secret->bytes, sizeof(secret->bytes));
}
