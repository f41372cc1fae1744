/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Building (RFC 4158) and validating (RFC 5280 section 6) certification paths. It is a function of
 * (engine, question) that reads no file or clock and writes no log. What the engine has cached
 * changes how long an answer takes, and never the answer.
 *
 * The identity of the end entity is not checked here. A path has at least two certificates, but for
 * an end entity that a store trusts directly: that path is the end entity alone.
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

/* Makes an engine, which the caller frees before the context. 0, -ENOMEM or -EIO. */
int path_engine_new(struct path_engine **enginep, const struct x509_context *context);
struct path_engine *path_engine_free(struct path_engine *engine);

/* Forgets parsed certificates and verified signatures of earlier questions, so that the time of the
 * next answer says nothing about them. */
void path_engine_forget(struct path_engine *engine);

/*
 * Parses the anchors of a store into the engine's cache, so that processes forked afterwards share
 * them. An anchor that cannot be parsed is passed over. 0, -ENOMEM or -EIO.
 */
int path_engine_warm(struct path_engine *engine, const struct store *store);

/* The cost of the search for one question; limits are in path_limits.h. */
struct path_effort {
    unsigned n_nodes;
    unsigned n_judged;
    unsigned n_verified;
    unsigned n_signatures;
};

struct path_work;

/* The answer. Zero-initialised, it is a refusal. Where the review dropped every valid path, the
 * outcome is PATH_VALID and the path is the one whose reason to be dropped is the most important.
 */
struct path_result {
    enum path_outcome outcome;
    struct path_certificate path[PATH_CERTIFICATES_COUNT]; /* the end entity first, anchor last */
    size_t n_path;                                         /* 0 unless PATH_VALID */
    const struct store *store; /* of the anchor; NULL unless PATH_VALID */

    /* The faults of the path that got furthest. Unless PATH_VALID, at least one of the lists is not
     * empty. Dates are apart since Python reports identity before them. */
    struct fault_list faults;
    struct fault_list date_faults;
    bool is_size; /* something was left out or refused for what it would have cost */

    /* The answer is the same for every time between these, both inside; seconds. */
    int64_t from;
    int64_t until;
    struct path_effort effort;

    /* The revocation status of each certificate by depth, without the anchor; empty unless
     * PATH_VALID. */
    enum revocation_outcome revocation;
    struct revocation_status revocations[PATH_CERTIFICATES_COUNT];
    bool is_staple_good;
    bool has_looked; /* there was a CRL of an issuer, or an OCSP response, usable or not */

    struct path_work *work; /* owns the bytes that `path` refers to */
};

#define PATH_RESULT_NULL ((struct path_result){0})

/*
 * Answers a question in *result, which path_result_deinit frees in every case. Returns 0 where
 * there is an answer. -ENOMEM, -EIO or -EINVAL where there is none; result->outcome is PATH_REFUSED
 * then.
 */
int path_validate(struct path_engine *engine, const struct path_question *question,
                  struct path_result *result);

/* Frees what the result owns; may be called again, and on PATH_RESULT_NULL. */
void path_result_deinit(struct path_result *result);
