/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Makes chains of certificates with mistakes that respect the structure of a certificate: an
 * element, an extension or a value is dropped, doubled, moved, replaced or encoded differently, and
 * the certificate is then signed again, so that the signature is always good.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"

/* The number of certificates in a chain: the end entity, two intermediates and the root. */
#define MUTANT_CHAIN      4
#define MUTANT_ROOT       (MUTANT_CHAIN - 1)
#define MUTANT_BYTES      16384
#define MUTANT_EXTENSIONS 64

/* The name of the end entity. */
#define MUTANT_HOST "www.example.com"

/* The state of a generator of random numbers: with the same seed the same mistakes are made. */
struct mutant_random {
    uint64_t state;
};

/* The chain without mistakes, its keys, and extensions that mistakes can add. */
struct mutant_family {
    EVP_PKEY *keys[MUTANT_CHAIN];
    struct bytes good[MUTANT_CHAIN];
    struct bytes extensions[MUTANT_EXTENSIONS];
    size_t n_extensions;
};

struct mutant {
    uint8_t der[MUTANT_CHAIN][MUTANT_BYTES];
    size_t len[MUTANT_CHAIN];
    bool is_root_changed;
    char changes[256]; /* what was changed, for people */
};

/* Makes the family; ends the program if libcrypto fails. */
void mutant_family_init(struct mutant_family *family);
void mutant_family_deinit(struct mutant_family *family);

/*
 * Makes a chain with at least one mistake. Returns false if the result does not fit into the
 * buffers.
 */
bool mutant_make(const struct mutant_family *family, struct mutant_random *random,
                 struct mutant *mutant);
