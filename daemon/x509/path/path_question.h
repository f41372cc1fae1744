/* SPDX-License-Identifier: MIT */
#pragma once

/* The question that path_validate answers. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/crlite/crlite_set.h"
#include "daemon/x509/path/profile.h"
#include "daemon/x509/path/store.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_mode.h"

/* One certificate of a path. */
struct path_certificate {
    struct bytes der;
    struct bytes spki;    /* the SubjectPublicKeyInfo in DER */
    struct bytes issuer;  /* the issuer's Name in DER */
    struct bytes subject; /* the subject's Name in DER */
    struct bytes serial;  /* the content octets of the INTEGER */
    uint8_t sha256[DIGEST_BYTES];
};

/*
 * The result of the caller's review of a path that is valid otherwise. A refusal applies to that
 * path alone, and the search continues; only PATH_REVIEW_END_ENTITY ends the search. Zero refuses;
 * the accepting value is compared with ==.
 */
enum path_review {
    PATH_REVIEW_PIN = 0,    /* no certificate of the path has a pinned key */
    PATH_REVIEW_ISSUER,     /* an issuer is denied, or its key forbidden */
    PATH_REVIEW_END_ENTITY, /* the end entity is denied, or its key forbidden */
    PATH_REVIEW_ACCEPTED = 0x71c3,
};

/*
 * Reviews a path of `n` certificates, the end entity first, whose anchor is from `store`. Sets
 * *reviewp and returns 0; or returns a negative errno, which ends the search.
 */
typedef int path_review_fn(void *context, const struct path_certificate *path, size_t n,
                           const struct store *store, enum path_review *reviewp);

/* One question. Everything in it is borrowed. */
struct path_question {
    const struct bytes *certificates; /* in DER, the end entity first, the others in any order */
    size_t n_certificates;
    const struct store *const *stores; /* where anchors are searched for, in this order */
    size_t n_stores;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    enum profile profile;
    /* The profile holds for every anchor. If this is false, an anchor of a store that has a profile
     * of its own is judged by that one; an anchor (by name and key) that is in several stores of
     * the question is judged by the profiles of all of them. */
    bool is_profile_fixed;
    enum purpose purpose;
    int max_depth; /* the most intermediates in a path, not counting self-issued ones; negative: any
                      number */
    bool judge_anchors;              /* the profile's rules are applied to anchors too */
    bool common_name;                /* the end entity's common name may stand for a host */
    enum revocation_mode revocation; /* must not be 0; REVOCATION_OFF if nothing is to be checked */
    const struct crl_set *const *crls;
    size_t n_crls;
    const struct crlite_set *const
        *crlites; /* CRLite's filters; used where `purpose` is a server */
    size_t n_crlites;
    path_review_fn *review; /* called for each valid path; NULL: the first valid path is accepted */
    void *review_context;
    const struct bytes
        *staple;            /* the OCSP response for the end entity in DER; NULL: there is none */
    int64_t clock_skew_s;   /* see revocation.h; 0 to REVOCATION_SKEW_S */
    int64_t ocsp_max_age_s; /* see revocation.h; 0 to OCSP_AGE_S */
};
