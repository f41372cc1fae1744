/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The list of chains that path validation accepts although `openssl verify -x509_strict` refuses
 * them, each entry with its reason.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/path/profile.h"
#include "tests/conformance/mutant.h"

/* The places in the chain where libcrypto reports an error, as bits of the depth. */
#define MUTANT_AT_END_ENTITY 1u
#define MUTANT_AT_ISSUERS    6u
#define MUTANT_AT_ROOT       8u
#define MUTANT_AT_ANY        15u

struct mutant_known {
    int error;
    unsigned depths;   /* the depths at which the entry applies, as bits */
    unsigned profiles; /* the profiles under which the entry applies, as bits of enum profile */
    bool (*applies)(const struct mutant *mutant); /* a further condition; NULL if there is none */
    const char *reason;
};

extern const struct mutant_known mutant_known[];
extern const size_t n_mutant_known;

/* Returns the index of the entry for an error at a depth; n_mutant_known if there is none. */
size_t mutant_known_find(const struct mutant *mutant, enum profile profile, int error,
                         unsigned depth);
