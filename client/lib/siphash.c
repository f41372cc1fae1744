/* SPDX-License-Identifier: MIT */
#include "client/lib/siphash.h"

#include <endian.h>
#include <string.h>

#define COMPRESSION_ROUNDS  1
#define FINALISATION_ROUNDS 3

static uint64_t rotate(uint64_t x, unsigned n)
{
    return (x << n) | (x >> (64 - n));
}

static void do_rounds(uint64_t v[static 4], unsigned n)
{
    for (; n > 0; n--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static uint64_t read_word(const uint8_t *data)
{
    uint64_t word;

    memcpy(&word, data, sizeof(word));
    return le64toh(word);
}

static void add_word(struct siphash *hash, uint64_t word)
{
    hash->v[3] ^= word;
    do_rounds(hash->v, COMPRESSION_ROUNDS);
    hash->v[0] ^= word;
}

static void add_byte(struct siphash *hash, uint8_t byte)
{
    hash->pending |= (uint64_t)byte << (8 * (hash->n_bytes % 8));
    if (++hash->n_bytes % 8 != 0)
        return;
    add_word(hash, hash->pending);
    hash->pending = 0;
}

void siphash_init(struct siphash *hash, const uint8_t key[static SIPHASH_KEY_BYTES])
{
    uint64_t k0 = read_word(key);
    uint64_t k1 = read_word(key + 8);

    *hash = (struct siphash){
        .v = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
              k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)},
    };
}

void siphash_add(struct siphash *hash, const void *data, size_t n)
{
    const uint8_t *bytes = data;

    while (n > 0 && hash->n_bytes % 8 != 0) {
        add_byte(hash, *bytes++);
        n--;
    }
    for (; n >= 8; n -= 8, bytes += 8) {
        add_word(hash, read_word(bytes));
        hash->n_bytes += 8;
    }
    for (; n > 0; n--)
        add_byte(hash, *bytes++);
}

uint64_t siphash_end(struct siphash *hash)
{
    add_word(hash, hash->pending | hash->n_bytes << 56);
    hash->v[2] ^= 0xff;
    do_rounds(hash->v, FINALISATION_ROUNDS);
    return hash->v[0] ^ hash->v[1] ^ hash->v[2] ^ hash->v[3];
}
