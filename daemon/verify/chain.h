/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The path of a verification: builds the question for daemon/x509/path from the rule and the
 * request, and keeps the answer. Pins and denials are checked against the certificates of a valid
 * path; without one only the end entity is known to be genuine.
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

/* The profile of daemon/x509 that a word of the policy names. */
enum profile chain_profile(enum policy_certificates certificates);

/* The state of the path. Compare with ==; zero accepts nothing. */
enum chain_state {
    CHAIN_UNKNOWN = 0,
    CHAIN_NOT_ASKED = 0x36,
    CHAIN_REFUSED = 0x59,
    CHAIN_VALID = 0xa6,
};

struct chain {
    enum chain_state state;
    bool report_only; /* the policy says `path = report`: a refusal is only reported */
    struct path_result result;
    struct path_result reported; /* the result by the checks that are only reported */
    bool has_reported;
    struct crl_set *crls; /* owned: the CRLs of the request; NULL for none */
    struct store *own;    /* owned: the anchors of the request; NULL for none */
};

#define CHAIN_NULL ((struct chain){0})

/*
 * Validates the path if the request or the rule asks for it. `now` is in seconds since
 * 1970-01-01T00:00:00Z. Call chain_deinit in any case.
 *
 * Returns 0; a negative errno for a failure of our own, with the state CHAIN_UNKNOWN; or a positive
 * enum error_code with the reason in *textp (static), if the request brings something that is
 * malformed or that the policy does not let it bring.
 */
int chain_init(struct chain *chain, const struct verify_context *context,
               const struct candidate *candidate, const struct request *request, int64_t now,
               const char **textp);

/* Frees what the chain owns. May be called twice, and on CHAIN_NULL. */
void chain_deinit(struct chain *chain);

/* Returns the name of the store of the path's anchor; empty unless the path is valid. It lives as
 * long as the store. */
const char *chain_store(const struct chain *chain);

/* Returns whether the anchor of a valid path is from a trust section with files of the
 * administrator's own, and not from the system's store or the request. */
bool chain_is_local(const struct chain *chain);
