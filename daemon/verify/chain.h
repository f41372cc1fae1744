/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The path of a verification. Builds the question for daemon/x509/path/ from rule and request, and
 * keeps the answer. Pins and denials are then checked against the certificates of the valid path;
 * without one only the end entity is known to be genuine.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/candidate.h"
#include "daemon/verify/context.h"
#include "daemon/x509/path/path.h"
#include "daemon/x509/revocation/crl.h"
#include "proto/request.h"

/* Returns the profile of daemon/x509/ for a value of the key `certificates`. */
enum profile chain_profile(enum policy_certificates certificates);

/* The state of the path's validation. Compare with ==; zero accepts nothing. */
enum chain_state {
    CHAIN_UNKNOWN = 0,
    CHAIN_NOT_ASKED = 0x36,
    CHAIN_REFUSED = 0x59,
    CHAIN_VALID = 0xa6,
};

struct chain {
    enum chain_state state;
    bool report_only; /* the request did not ask for a path and the policy says `path = report`, so
                         a refusal is only reported */
    struct path_result result;
    /* the trust section that alone is the reason for CHAIN_REFUSED, since it does not permit the
     * path; NULL: none is */
    const struct policy_trust *confined_by;
    /* with has_reported: the result by rule.checks_report, which is only reported */
    struct path_result reported;
    bool has_reported;
    struct crl_set *crls; /* the CRLs of the request, owned; NULL: none */
    struct store *own;    /* the trust anchors of the request, owned; NULL: none */
};

#define CHAIN_NULL ((struct chain){0})

/*
 * Validates the path if the request or the rule asks for it. `now` is in seconds since
 * 1970-01-01T00:00:00Z. The caller calls chain_deinit whatever is returned.
 *
 * Returns 0; a negative errno for a failure of our own, with the state CHAIN_UNKNOWN; or a positive
 * enum error_code, with the reason in *textp (static), if the request brings something that is
 * malformed or that the policy does not permit.
 */
int chain_init(struct chain *chain, const struct verify_context *context,
               const struct candidate *candidate, const struct request *request, int64_t now,
               const char **textp);

/* Frees what the chain owns. A second call, or one on CHAIN_NULL, does nothing. */
void chain_deinit(struct chain *chain);

/*
 * Returns the name of the trust section that the path's anchor is from; empty unless the path is
 * valid. The string lives as long as the store.
 */
const char *chain_store(const struct chain *chain);

/*
 * Returns whether the anchor of a valid path is from a trust section with files of the
 * administrator's own, rather than from the system's store or from the request.
 */
bool chain_is_local(const struct chain *chain);
