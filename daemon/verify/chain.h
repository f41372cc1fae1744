/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The path of a verification: what is asked of daemon/x509 by which rule and request, and what it
 * answered. Where the path is good its certificates are what pins and denials look at; else only
 * the end entity is.
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

/* What became of the path; zero is not yes. */
enum chain_state {
    CHAIN_UNKNOWN = 0,
    CHAIN_NOT_ASKED = 0x36,
    CHAIN_REFUSED = 0x59,
    CHAIN_VALID = 0xa6,
};

struct chain {
    enum chain_state state;
    bool report_only; /* nobody asked for it: a refusal is only reported */
    struct path_result result;
    struct path_result reported; /* by the checks that are only reported */
    bool has_reported;
    struct crl_set *crls; /* that the request brought; NULL: none */
    struct store *own;    /* of the anchors that the request brought; NULL: it brought none */
};

#define CHAIN_NULL ((struct chain){0})

/*
 * Validates the path, if the request asks for it or the rule does. chain_deinit in any case.
 *
 * 0; -ENOMEM, -EIO: the state is CHAIN_UNKNOWN; or a positive enum error_code, where the request
 * brings what the policy does not let it bring, and *textp says it.
 */
int chain_init(struct chain *chain, const struct verify_context *context,
               const struct candidate *candidate, const struct request *request, int64_t now,
               const char **textp);

/* Safe twice, and on CHAIN_NULL. */
void chain_deinit(struct chain *chain);

/* The name of the store that the anchor came from; empty unless the path is valid. */
const char *chain_store(const struct chain *chain);

/* Whether the anchor came from a trust section of the administrator's rather than the system's or
 * the request's. */
bool chain_is_local(const struct chain *chain);
