/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Gets two verdicts on a chain of certificates: that of libcrypto, with the settings of `openssl
 * verify -x509_strict`, and that of path validation under each profile.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/x509/path/path.h"
#include "tests/conformance/mutant.h"

#define MUTANT_PROFILES 3
/*
 * A number above every X509_V_ERR number, and a number of our own for a certificate that libcrypto
 * cannot parse.
 */
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
    /* The errors that libcrypto reports. The index is the error's number, and the value has a bit
     * for each depth at which it occurs. Libcrypto accepts the chain if n_errors is 0. */
    unsigned errors[MUTANT_ERRORS];
    size_t n_errors;
};

/* Returns 0 or -errno. Call mutant_judge_close in any case. */
int mutant_judge_open(struct mutant_judge *judge);
void mutant_judge_close(struct mutant_judge *judge);

/* Returns 0; or -errno, and *verdict is not valid. */
int mutant_judge_chain(struct mutant_judge *judge, const struct mutant *mutant,
                       struct mutant_verdict *verdict);
