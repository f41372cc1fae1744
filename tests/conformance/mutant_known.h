/* SPDX-License-Identifier: MIT */
#pragma once

/* The list of what path validation accepts although `openssl verify -x509_strict` refuses it, each
 * entry with its reason. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/path/profile.h"
#include "tests/conformance/mutant.h"

/* Where libcrypto reports an error: bits of the depth in the chain. */
#define MUTANT_AT_END_ENTITY 1u
#define MUTANT_AT_ISSUERS    6u
#define MUTANT_AT_ROOT       8u
#define MUTANT_AT_ANY        15u

struct mutant_known {
    int error;
    unsigned depths;                              /* where the error is met */
    unsigned profiles;                            /* bits of enum profile */
    bool (*applies)(const struct mutant *mutant); /* what else has to hold; NULL for nothing */
    const char *reason;
};

extern const struct mutant_known mutant_known[];
extern const size_t n_mutant_known;

/* Returns the number of the entry for an error at a depth, or n_mutant_known where there is none.
 */
size_t mutant_known_find(const struct mutant *mutant, enum profile profile, int error,
                         unsigned depth);
