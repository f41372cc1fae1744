/* SPDX-License-Identifier: MIT */
#pragma once

/* Judging candidate paths one by one, for the files of daemon/x509 alone: their rules, their names,
 * libcrypto's word, their dates; the best of them is kept. */

#include "daemon/x509/path/builder.h"
#include "daemon/x509/path/candidates.h"
#include "daemon/x509/path/engine.h"
#include "daemon/x509/revocation/revocation.h"

/* How far a path got. */
enum judge_stage {
    JUDGE_NOTHING = 0, /* there was none */
    JUDGE_PARSED,      /* one of its certificates cannot be read */
    JUDGE_RULES,       /* it breaks a rule */
    JUDGE_CHAIN,       /* libcrypto refuses it */
    JUDGE_REVOCATION,  /* a certificate is revoked, or might be */
    JUDGE_DATES,       /* nothing is wrong with it but dates */
    JUDGE_ACCEPTED = 0x2b6d,
};

struct judge {
    struct path_engine *engine;
    const struct path_question *question;
    unsigned n_judged; /* paths that may still be judged, and verified, and signatures */
    size_t n_bytes;    /* and what the former may have in DER */
    unsigned n_verified;
    unsigned n_signatures;
    bool out_of_budget;
    int64_t from, until; /* between them, what is known of revocation does not change */

    /* Of the path that got furthest, the first of several. */
    enum judge_stage stage;
    struct fault_list faults;
    struct fault_list date_faults;
    struct candidate *path[PATH_CERTIFICATES_COUNT];
    size_t n_path;
    struct revocation_result revocation;
};

void judge_init(struct judge *judge, struct path_engine *engine,
                const struct path_question *question);

/* For builder.h. Stops the search at an acceptance and at the end of the budget. 0, -ENOMEM, -EIO
 * or -EINVAL. */
int judge_path(void *judge, struct candidate *const *path, size_t n, enum builder_next *nextp);
