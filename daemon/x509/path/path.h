/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Builds (RFC 4158) and validates (RFC 5280 section 6) certification paths. The answer depends only
 * on engine and question: no file or clock is read and no log written. What the engine has cached
 * changes how long an answer takes, and never the answer.
 *
 * The identity of the end entity is not checked here. A path has at least two certificates, except
 * if a store trusts an end entity directly: then the path is the end entity alone.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/parse/fault.h"
#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/path/path_question.h"
#include "daemon/x509/revocation/revocation_mode.h"

/* Zero refuses; the accepting value is compared with ==. */
enum path_outcome {
    PATH_REFUSED = 0,
    PATH_VALID = 0x5a3c96e1,
};

struct path_engine;

/* Makes an engine, which the caller frees before the context. Returns 0, -ENOMEM or -EIO. */
int path_engine_new(struct path_engine **enginep, const struct x509_context *context);
struct path_engine *path_engine_free(struct path_engine *engine);

/*
 * Forgets the parsed certificates and verified signatures of earlier questions, so that the time of
 * the next answer reveals nothing about them.
 */
void path_engine_forget(struct path_engine *engine);

/*
 * Parses the anchors of a store into the engine's cache, so that processes forked afterwards share
 * them. An anchor that cannot be parsed is skipped. Returns 0, -ENOMEM or -EIO.
 */
int path_engine_warm(struct path_engine *engine, const struct store *store);

/* The cost of the search for one question, as counted against the limits in path_limits.h. */
struct path_effort {
    unsigned n_nodes;
    unsigned n_judged;
    unsigned n_verified;
    unsigned n_signatures;
};

struct path_work;

/*
 * The answer to a question. Zero-initialised, it is a refusal. If the review refused every valid
 * path, the outcome is PATH_VALID all the same, and the path is the one with the most important
 * reason; the caller's own checks then refuse it.
 */
struct path_result {
    enum path_outcome outcome;
    struct path_certificate path[PATH_CERTIFICATES_COUNT]; /* the end entity first, anchor last */
    size_t n_path;                                         /* 0 unless the outcome is PATH_VALID */
    /* the store with the anchor; NULL unless the outcome is PATH_VALID or is_confined is true */
    const struct store *store;

    /* The faults of the path that got furthest. Unless the outcome is PATH_VALID, at least one of
     * the two lists is not empty. Faults about dates are separate, since Python reports a wrong
     * identity before them. */
    struct fault_list faults;
    struct fault_list date_faults;
    bool is_size; /* something was left out or refused because of what it would have cost */
    /* Unless PATH_VALID: the reason takes precedence over the faults of other paths, because on
     * some path the end entity is revoked, or its trust section does not permit it. */
    bool is_ranked;
    /* Unless PATH_VALID: the path is valid except that the trust section of `store` does not permit
     * it. */
    bool is_confined;

    /* The answer is the same at every time between these, both included, in seconds. */
    int64_t from;
    int64_t until;
    struct path_effort effort;

    /* The outcome for the path, and the status of each certificate by depth, without the anchor;
     * empty unless the outcome is PATH_VALID. */
    enum revocation_outcome revocation;
    struct revocation_status revocations[PATH_CERTIFICATES_COUNT];
    bool is_staple_good;
    /* CRLs and OCSP responses that could not be used. They are no reason to refuse, and can occur
     * together with an acceptance. */
    struct fault_list unused;
    bool has_looked; /* there was an OCSP response or a CRL of an issuer, usable or not */

    struct path_work *work; /* owns the bytes that `path` points to */
};

#define PATH_RESULT_NULL ((struct path_result){0})

/*
 * Answers a question. The caller calls path_result_deinit whatever is returned. Returns 0 and the
 * answer in *result; or -ENOMEM, -EIO or -EINVAL without an answer, and result->outcome is
 * PATH_REFUSED.
 */
int path_validate(struct path_engine *engine, const struct path_question *question,
                  struct path_result *result);

/* Frees what the result owns. A second call, or one on PATH_RESULT_NULL, does nothing. */
void path_result_deinit(struct path_result *result);
