/* SPDX-License-Identifier: MIT */
#pragma once

/* A question about a path, for path_validate. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/path/profile.h"
#include "daemon/x509/path/store.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_mode.h"

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
    const struct bytes *staple; /* the OCSP response for the end entity; NULL where there is none */
    int64_t clock_skew_s;       /* as in revocation.h: 0 to REVOCATION_SKEW_S */
    int64_t ocsp_max_age_s;     /* as in revocation.h: 0 to OCSP_AGE_S */
};
