/* SPDX-License-Identifier: MIT */
#pragma once

/* A question about a path, for path_validate. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/path/profile.h"
#include "daemon/x509/path/store.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_mode.h"

/* One certificate of a path. */
struct path_certificate {
    struct bytes der;
    struct bytes spki;    /* a SubjectPublicKeyInfo in DER */
    struct bytes issuer;  /* a Name in DER */
    struct bytes subject; /* a Name in DER */
    struct bytes serial;  /* the INTEGER's content octets */
    uint8_t sha256[DIGEST_BYTES];
};

/*
 * The result of the caller's review of a path that is valid otherwise. A refusal drops that path
 * alone and the search goes on, except for PATH_REVIEW_END_ENTITY, which ends it. Zero refuses; the
 * accepting value is compared with ==.
 */
enum path_review {
    PATH_REVIEW_PIN = 0,    /* no certificate of the path has a pinned key */
    PATH_REVIEW_ISSUER,     /* an issuer is denied, or its key forbidden */
    PATH_REVIEW_END_ENTITY, /* the end entity is denied, or its key forbidden */
    PATH_REVIEW_ACCEPTED = 0x71c3,
};

/* Reviews the path of `n` certificates, the end entity first, whose anchor is of `store`. Sets
 * *reviewp. 0; or a negative errno, which ends the search. */
typedef int path_review_fn(void *context, const struct path_certificate *path, size_t n,
                           const struct store *store, enum path_review *reviewp);

/* One question. Everything in it is borrowed. */
struct path_question {
    const struct bytes *certificates; /* in DER, the end entity first, the others in any order */
    size_t n_certificates;
    const struct store *const *stores; /* where anchors are looked for, in this order */
    size_t n_stores;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    enum profile profile;
    /* The profile holds for every anchor. Otherwise an anchor of a store that has a profile of its
     * own is judged by that one; an anchor (name and key) that stands in several stores of the
     * question, by the profiles of all of them. */
    bool is_profile_fixed;
    enum purpose purpose;
    int max_depth; /* the most intermediates that are not self-issued; negative for any number */
    bool judge_anchors;              /* the profile's rules hold for anchors, too */
    bool common_name;                /* the end entity's common name may stand for a host */
    enum revocation_mode revocation; /* never 0: where nothing is checked, REVOCATION_OFF */
    const struct crl_set *const *crls;
    size_t n_crls;
    path_review_fn *review; /* asked about each valid path; NULL to accept the first */
    void *review_context;
    const struct bytes *staple; /* the OCSP response for the end entity; NULL where there is none */
    int64_t clock_skew_s;       /* as in revocation.h: 0 to REVOCATION_SKEW_S */
    int64_t ocsp_max_age_s;     /* as in revocation.h: 0 to OCSP_AGE_S */
};
