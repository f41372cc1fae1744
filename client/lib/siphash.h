/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * SipHash-1-3: a keyed hash of 64 bits, published by Aumasson and Bernstein in "SipHash: a fast
 * short-input PRF" (2012). Without the key nobody can predict it or make two inputs agree.
 */

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_KEY_BYTES 16

/* A hash in progress, for input that comes in parts. */
struct siphash {
    uint64_t v[4];
    uint64_t pending; /* the bytes that do not fill a word of eight yet */
    uint64_t n_bytes; /* of all input so far */
};

void siphash_init(struct siphash *hash, const uint8_t key[static SIPHASH_KEY_BYTES]);

/* Adds n bytes; `data` may be NULL where n is 0. The result does not depend on how input is cut. */
void siphash_add(struct siphash *hash, const void *data, size_t n);

/* Returns the hash of all input. The struct must be initialised before it is used again. */
uint64_t siphash_end(struct siphash *hash);
