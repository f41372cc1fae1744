/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * SipHash-1-3, a keyed hash of 64 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
 * 2012). Without the key nobody can predict a hash or find two inputs with the same one.
 */

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_KEY_BYTES 16

/* The state of a hash whose input comes in parts. */
struct siphash {
    uint64_t v[4];
    uint64_t pending; /* the input bytes that do not fill a word of eight bytes yet */
    uint64_t n_bytes; /* the number of input bytes so far */
};

void siphash_init(struct siphash *hash, const uint8_t key[static SIPHASH_KEY_BYTES]);

/*
 * Adds n bytes to the input; `data` may be NULL if n is 0. The hash does not depend on how the
 * input is divided among calls.
 */
void siphash_add(struct siphash *hash, const void *data, size_t n);

/* Returns the hash of all input. The struct must be initialised again before it is used again. */
uint64_t siphash_end(struct siphash *hash);
