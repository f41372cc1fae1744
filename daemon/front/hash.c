/* SPDX-License-Identifier: MIT */
#include "daemon/front/hash.h"

#include <errno.h>
#include <sys/random.h>

#include "config.h"

#ifdef HAVE_XXH_DISPATCH
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

int hash_secret_init(struct hash_secret *secret)
{
    return getrandom(secret->bytes, sizeof(secret->bytes), 0) == sizeof(secret->bytes) ? 0 : -EIO;
}

uint64_t hash_bytes(const struct hash_secret *secret, const uint8_t *data, size_t n)
{
    return XXH3_64bits_withSecret(data, n, secret->bytes, sizeof(secret->bytes));
}
