/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Chains of certificates with mistakes that know the structure of a certificate: an element, an
 * extension or a value is dropped, doubled, moved, replaced or encoded otherwise, and then the
 * certificate is signed anew, so that no signature gives the mistake away.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"

/* The end entity, two intermediates and the root. */
#define MUTANT_CHAIN      4
#define MUTANT_ROOT       (MUTANT_CHAIN - 1)
#define MUTANT_BYTES      16384
#define MUTANT_EXTENSIONS 64

/* The name of the end entity. */
#define MUTANT_HOST "www.example.com"

/* The same seed makes the same mistakes. */
struct mutant_random {
    uint64_t state;
};

/* The good chain, its keys, and extensions that take part in mistakes. */
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
    char changes[256]; /* what was done, for a person */
};

/* Ends the program where libcrypto fails. */
void mutant_family_init(struct mutant_family *family);
void mutant_family_deinit(struct mutant_family *family);

/* Makes a chain with at least one mistake. Returns false where the result does not fit the buffers.
 */
bool mutant_make(const struct mutant_family *family, struct mutant_random *random,
                 struct mutant *mutant);
