/* SPDX-License-Identifier: MIT */
#pragma once

/* Within a set, for the files of daemon/x509 alone. */

#include <stdbool.h>

#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/crl_parse.h"

#define CRL_PROBLEM_BYTES 512

struct crl_set {
    const struct x509_context *context;
    struct crl **crls; /* by issuer_hash */
    size_t n, n_room;
    char **origins; /* one for each file */
    size_t n_origins;
    char problem[CRL_PROBLEM_BYTES];
};

/* Adds one that came from `origin`, which the set owns or is static. As crl_set_add_der, with these
 * limits. */
int crl_set_add(struct crl_set *set, const uint8_t *der, size_t len, const char *origin,
                size_t max_len, size_t max_n);

/* Those whose issuer has the name's hash; a name equal to it is still to be compared. */
struct crl *const *crl_set_find(const struct crl_set *set, uint64_t issuer_hash, size_t *np);
