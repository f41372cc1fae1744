/* SPDX-License-Identifier: MIT */
#pragma once

/* Two verdicts on a chain of certificates: that of libcrypto, asked as `openssl verify
 * -x509_strict` asks it, and that of path validation under each profile. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/x509/path/path.h"
#include "tests/conformance/mutant.h"

#define MUTANT_PROFILES 3
/* Above every X509_V_ERR number, and one of our own: a certificate that libcrypto cannot parse. */
#define MUTANT_ERRORS     128
#define MUTANT_UNREADABLE (MUTANT_ERRORS - 1)

extern const struct mutant_profile {
    enum profile profile;
    const char *name;
} mutant_profiles[MUTANT_PROFILES];

struct mutant_judge {
    struct x509_context *context;
    struct path_engine *engine;
};

struct mutant_verdict {
    bool accepted[MUTANT_PROFILES];
    /* Everything that libcrypto finds wrong, by its numbers: bits of the depths where it does. It
     * accepts where there is nothing. */
    unsigned errors[MUTANT_ERRORS];
    size_t n_errors;
};

/* 0, or -errno. mutant_judge_close in every case. */
int mutant_judge_open(struct mutant_judge *judge);
void mutant_judge_close(struct mutant_judge *judge);

/* 0; or -errno, and there is no verdict. */
int mutant_judge_chain(struct mutant_judge *judge, const struct mutant *mutant,
                       struct mutant_verdict *verdict);
