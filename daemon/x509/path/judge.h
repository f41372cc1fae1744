/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Judges complete paths one by one (profile, names, libcrypto, revocation, dates) and keeps the one
 * that got furthest. Only for the files of daemon/x509/path.
 */

#include "daemon/x509/path/builder.h"
#include "daemon/x509/path/candidates.h"
#include "daemon/x509/path/engine.h"
#include "daemon/x509/path/libcrypto.h"
#include "daemon/x509/revocation/revocation.h"

/*
 * How far the judgement of a path got: the reason for which the path was refused, or its
 * acceptance. Of several refused paths the one with the largest value is kept, so these values are
 * in the order in which reasons take precedence. Of paths with equal values the one with the
 * smallest hashes is kept.
 */
enum judge_stage {
    JUDGE_NOTHING = 0, /* no path was judged */
    JUDGE_PARSED,      /* one of its certificates cannot be parsed */
    JUDGE_RULES,       /* the path breaks a rule of the profile or a name constraint */
    JUDGE_LIBCRYPTO,   /* libcrypto refuses the path */
    JUDGE_DATES,       /* only dates are wrong */
    JUDGE_CONFINED,    /* the path is refused only because its trust section does not permit it */
    JUDGE_PIN,         /* the caller's review (path_question.h) finds no pinned key in the path */
    JUDGE_REVOCATION,  /* a certificate is revoked, or its status is not known */
    JUDGE_ISSUER,      /* the caller's review denies an issuer */
    JUDGE_REVOKED, /* the path is otherwise valid, but the end entity is revoked: the search ends */
    JUDGE_END_ENTITY, /* the caller's review denies the end entity: the search ends */
    JUDGE_ACCEPTED = 0x2b6d,
};

struct judge {
    struct path_engine *engine;
    const struct path_question *question;
    const struct candidates *candidates;
    /* A CRL lists the end entity, so that it may be revoked on any of the paths: the search goes on
     * after an acceptance. */
    bool is_listed;
    /* whether the search is for a path that is refused only because its trust section does not
     * permit it */
    bool asks_confined;
    bool has_confined; /* a path was skipped because its trust section does not permit it */
    /* The next four fields are what is left of the budget of one question. */
    unsigned n_judged;   /* paths that may still be judged */
    size_t n_bytes;      /* bytes of DER that these paths may still have */
    unsigned n_verified; /* paths that libcrypto may still verify */
    struct libcrypto_budget signatures;
    bool out_of_budget; /* a path was not judged completely because the budget was used up */

    int64_t from, until; /* in seconds, both included: revocation has the same result at every time
                            between them */

    /* The next fields describe the path that is kept: the one that got furthest. */
    enum judge_stage stage;
    struct fault_list faults;
    struct fault_list date_faults;
    struct path_candidate *path[PATH_CERTIFICATES_COUNT];
    size_t n_path;
    struct revocation_result revocation;
};

/* Prepares for the paths of one question. `candidates` are borrowed. */
void judge_init(struct judge *judge, struct path_engine *engine,
                const struct path_question *question, const struct candidates *candidates);

/*
 * Judges one path. This is the callback of builder.h; `judge` points to a struct judge. Stops the
 * search at an acceptance (unless a CRL lists the end entity), at an end entity that is revoked or
 * denied, and when the budget is used up. A path that its trust section does not permit is judged
 * to its end only if that is asked (asks_confined). Returns 0, -ENOMEM, -EIO or -EINVAL.
 */
int judge_path(void *judge, struct path_candidate *const *path, size_t n, enum builder_next *nextp);

/* Returns whether the kept path is valid, whatever the review said about it. */
bool judge_is_valid(const struct judge *judge);

/* Fills in the description of a certificate that callers get with a path. */
void judge_describe(struct path_certificate *certificate, const struct parsed_certificate *parsed);
