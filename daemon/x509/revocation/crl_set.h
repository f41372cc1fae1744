/* SPDX-License-Identifier: MIT */
#pragma once

/* The fields of a set of CRLs. Only for the files of daemon/x509. */

#include <stdbool.h>

#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/crl_parse.h"

#define CRL_PROBLEM_BYTES 512

struct crl_set {
    const struct x509_context *context;
    struct crl **crls; /* sorted by issuer_hash */
    size_t n, n_room;
    struct crl **indirect; /* owned array: the indirect ones among `crls` */
    size_t n_indirect;
    char **origins; /* the names of files in messages, owned */
    size_t n_origins;
    char problem[CRL_PROBLEM_BYTES];
    size_t n_left_out;                /* unusable files in directories, which were left out */
    char left_out[CRL_PROBLEM_BYTES]; /* what is wrong with the first of these files */
};

/*
 * Adds a CRL if it has at most max_len bytes and the set fewer than max_n CRLs. `origin` is the
 * name that messages have for the place it came from; it is owned by the set or static. Returns
 * what crl_set_add_request_der returns.
 */
int crl_set_add(struct crl_set *set, const uint8_t *der, size_t len, const char *origin,
                size_t max_len, size_t max_n);

/*
 * Returns the CRLs for whose issuer's name distinguished_hash gives issuer_hash, and their number
 * in *np. Names with the same hash can differ, so the caller has to compare them.
 */
struct crl *const *crl_set_find(const struct crl_set *set, uint64_t issuer_hash, size_t *np);
