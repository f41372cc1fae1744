/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What a path may look like: rules over the facts of its certificates, each with a code, a depth
 * and a sentence. No signature is verified here, no name compared with constraints.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/x509/parse/fault.h"

struct facts;

/* Or'ed in the rules: a rule may be of both. */
enum profile {
    PROFILE_WEBPKI =
        1, /* the CA/Browser Forum's requirements as far as a client can hold to them */
    PROFILE_RFC5280 = 2, /* RFC 5280 to the letter, and nothing of the web's */
};

enum purpose {
    PURPOSE_SERVER = 1, /* the end entity is a TLS server */
    PURPOSE_CLIENT = 2,
};

struct profile_options {
    enum profile profile;
    enum purpose purpose;
    bool judge_anchor; /* whether the rules are for the anchor too; dates always are, so is pathlen
                        */
    int64_t time;      /* seconds since 1970-01-01T00:00:00Z at which the path has to be valid */
    int max_depth; /* intermediates that are not self-issued, at most; negative for any number */
    unsigned max_lifetime_days; /* of the end entity; 0 for any */
    bool distrusted;            /* whether distrust_after holds */
    int64_t distrust_after;     /* the end entity's notBefore is not later */
};

/*
 * Holds a path against its profile: path[0] is the end entity, path[n-1] the anchor, n at least 2.
 * Adds a fault for everything that is wrong, those about dates last (RFC 5280 section 6.1.3 (a)(2):
 * both ends are inside): to have them behind the names', call constraints_check first.
 *
 * 0, whatever was found: the path is good only if `faults` is still empty. Unknown options, an
 * unreadable certificate and too short a path are faults. -EINVAL where a pointer is missing.
 */
int profile_check(const struct profile_options *options, const struct facts *const *path, size_t n,
                  struct fault_list *faults);
