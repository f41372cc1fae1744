/* SPDX-License-Identifier: MIT */

/*
 * This file is compiled with -mavx2, so it must not contain anything that runs on other processors.
 */

#include "daemon/front/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes_avx2(const uint8_t secret[static HASH_SECRET_BYTES], const uint8_t *data,
                         size_t n)
{
    return XXH3_64bits_withSecret(data, n, secret, HASH_SECRET_BYTES);
}
