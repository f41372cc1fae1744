/* SPDX-License-Identifier: MIT */
#pragma once

/* The inside of a set of CRLs. Only for the files of daemon/x509. */

#include <stdbool.h>

#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/crl_parse.h"

#define CRL_PROBLEM_BYTES 512

struct crl_set {
    const struct x509_context *context;
    struct crl **crls; /* sorted by issuer_hash */
    size_t n, n_room;
    char **origins; /* owned: the names of the files for messages */
    size_t n_origins;
    char problem[CRL_PROBLEM_BYTES];
    size_t n_left_out;                /* files of directories that could not be used */
    char left_out[CRL_PROBLEM_BYTES]; /* the problem of the first of them */
};

/* Adds a CRL as crl_set_add_request_der does, within the given limits on its length and on the
 * number of CRLs. `origin` is where it came from; owned by the set or static. */
int crl_set_add(struct crl_set *set, const uint8_t *der, size_t len, const char *origin,
                size_t max_len, size_t max_n);

/* Returns the CRLs whose issuer's name has this hash, and their number in *np. The caller has to
 * compare the names. */
struct crl *const *crl_set_find(const struct crl_set *set, uint64_t issuer_hash, size_t *np);
