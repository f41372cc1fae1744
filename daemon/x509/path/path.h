/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Path validation, RFC 5280 section 6, and the building of paths before it, RFC 4158: a function of
 * (engine, question) without input, output, clock or log. What the engine remembers changes how
 * long an answer takes, never what it is.
 *
 * Identity is not asked about here. A path has at least two certificates: an end entity that is
 * itself an anchor is not trusted for that.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/parse/fault.h"
#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/path/profile.h"
#include "daemon/x509/path/store.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_mode.h"

/* Zero refuses; acceptance is this one value, compared with ==. */
enum path_outcome {
    PATH_REFUSED = 0,
    PATH_VALID = 0x5a3c96e1,
};

struct path_engine;

/* The context outlives it. 0, -ENOMEM or -EIO. */
int path_engine_new(struct path_engine **enginep, const struct x509_context *context);
struct path_engine *path_engine_free(struct path_engine *engine);

/*
 * Parses the anchors of a store into the memory, so that processes forked afterwards have them.
 * One that cannot be parsed is passed over. 0, -ENOMEM or -EIO.
 */
int path_engine_warm(struct path_engine *engine, const struct store *store);

/* Borrows everything. */
struct path_question {
    const struct bytes *certificates; /* in DER, the end entity first, the others in any order */
    size_t n_certificates;
    const struct store *const *stores; /* the first that anchors a path is named */
    size_t n_stores;
    int64_t time; /* seconds since 1970-01-01T00:00:00Z */
    enum profile profile;
    enum purpose purpose;
    int max_depth; /* intermediates that are not self-issued, at most; negative for any number */
    bool judge_anchors;              /* hold anchors against the profile too */
    bool common_name;                /* the end entity's common name may stand for a host */
    enum revocation_mode revocation; /* one of them, even if it is REVOCATION_OFF */
    const struct crl_set *const *crls;
    size_t n_crls;
    const struct bytes *staple; /* the OCSP response for the end entity; NULL where there is none */
    int64_t clock_skew_s;       /* of its responder, at most OCSP_SKEW_S */
};

/* One certificate of an accepted path. */
struct path_certificate {
    struct bytes der;
    struct bytes spki;    /* a SubjectPublicKeyInfo in DER */
    struct bytes issuer;  /* a Name in DER */
    struct bytes subject; /* likewise */
    struct bytes serial;  /* the INTEGER's content octets */
    uint8_t sha256[X509_SHA256_BYTES];
};

/* What the search cost. */
struct path_effort {
    unsigned n_nodes;
    unsigned n_judged;
    unsigned n_verified;
    unsigned n_signatures;
};

struct path_work;

/* Zero-initialised, it is a refusal. */
struct path_result {
    enum path_outcome outcome;
    struct path_certificate path[PATH_CERTIFICATES_COUNT]; /* the end entity first, anchor last */
    size_t n_path;                                         /* 0 unless PATH_VALID */
    const struct store *store; /* of the anchor; NULL unless PATH_VALID */

    /* Of the candidate that got furthest; at least one in one of both unless PATH_VALID. Whoever
     * reports as Python does puts those about identity between them. */
    struct fault_list faults;
    struct fault_list date_faults;
    bool is_size; /* something was left out or refused for what it would cost */

    int64_t from; /* as long as the time asked for stays within both, no date changes the answer */
    int64_t until;
    struct path_effort effort;

    /* Of the path, by depth, the anchor apart; nothing unless PATH_VALID. */
    enum revocation_outcome revocation;
    struct revocation_status revocations[PATH_CERTIFICATES_COUNT];
    bool is_staple_good;
    bool has_looked; /* there was a CRL of an issuer's, or a response, however little it says */

    struct path_work *work; /* owns what `path` borrows */
};

#define PATH_RESULT_NULL ((struct path_result){0})

/*
 * Answers a question in *result. 0: there is an answer. -ENOMEM, -EIO, -EINVAL: there is none, and
 * the outcome is PATH_REFUSED. path_result_deinit in every case.
 */
int path_validate(struct path_engine *engine, const struct path_question *question,
                  struct path_result *result);

/* Safe twice, and on PATH_RESULT_NULL. */
void path_result_deinit(struct path_result *result);
