/* SPDX-License-Identifier: MIT */
#pragma once

/* Judges complete paths one by one (profile, names, libcrypto, revocation, dates) and keeps the one
 * that got furthest: for the files of daemon/x509/path alone. */

#include "daemon/x509/path/builder.h"
#include "daemon/x509/path/candidates.h"
#include "daemon/x509/path/engine.h"
#include "daemon/x509/path/libcrypto.h"
#include "daemon/x509/revocation/revocation.h"

/* Why a path was refused, or its acceptance. Of several refused paths the one with the greatest
 * value is kept, so the order is that in which reasons are named. */
enum judge_stage {
    JUDGE_NOTHING = 0, /* no path was judged */
    JUDGE_PARSED,      /* one of its certificates cannot be parsed */
    JUDGE_RULES,       /* it breaks a rule of the profile or a name constraint */
    JUDGE_LIBCRYPTO,   /* libcrypto refuses it */
    JUDGE_DATES,       /* only dates are wrong */
    JUDGE_PIN,         /* the review missed a pinned key */
    JUDGE_REVOCATION,  /* a certificate is revoked, or its status is not known */
    JUDGE_ISSUER,      /* the review denies an issuer */
    JUDGE_REVOKED,     /* the end entity of an otherwise valid path is revoked: the search ends */
    JUDGE_END_ENTITY,  /* the review denies the end entity: the search ends */
    JUDGE_ACCEPTED = 0x2b6d,
};

struct judge {
    struct path_engine *engine;
    const struct path_question *question;
    /* The rest of the budget of one question. */
    unsigned n_judged;   /* paths that may still be judged */
    size_t n_bytes;      /* bytes of DER in these */
    unsigned n_verified; /* paths that libcrypto may still verify */
    struct libcrypto_budget signatures;
    bool out_of_budget; /* a path was not judged to its end for want of it */

    int64_t from, until; /* seconds, both inside: revocation has the same answer between them */

    /* The path that got furthest; the first of several that got as far. */
    enum judge_stage stage;
    struct fault_list faults;
    struct fault_list date_faults;
    struct path_candidate *path[PATH_CERTIFICATES_COUNT];
    size_t n_path;
    struct revocation_result revocation;
};

void judge_init(struct judge *judge, struct path_engine *engine,
                const struct path_question *question);

/* Judges one path: the callback of builder.h; `judge` is a struct judge. Stops the search at an
 * acceptance and where the budget is used up. 0, -ENOMEM, -EIO or -EINVAL. */
int judge_path(void *judge, struct path_candidate *const *path, size_t n, enum builder_next *nextp);

/* Whether the path that was kept is valid, whatever the review said of it. */
bool judge_is_valid(const struct judge *judge);

/* Fills in what callers learn of a certificate of a path. */
void judge_describe(struct path_certificate *certificate, const struct parsed_certificate *parsed);
