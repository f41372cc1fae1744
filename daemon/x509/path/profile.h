/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks a path against a profile: a set of rules over the facts of each certificate. Every broken
 * rule is a fault with a code, a depth and a sentence. Signatures and name constraints are checked
 * elsewhere.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/x509/parse/fault.h"

struct facts;

/* The values are bits, since one rule may belong to several profiles. */
enum profile {
    /* the CA/Browser Forum's Baseline Requirements as far as a client can check them */
    PROFILE_WEBPKI = 1,
    PROFILE_RFC5280 = 2,    /* RFC 5280 to the letter, without the web's own requirements */
    PROFILE_COMPATIBLE = 4, /* what RFC 5280 section 6 demands of a path, however a CA wrote it */
};

enum purpose {
    PURPOSE_SERVER = 1, /* the end entity is a TLS server */
    PURPOSE_CLIENT = 2, /* the end entity is a TLS client */
};

struct profile_options {
    unsigned profiles; /* bits of enum profile; with several, the rules of each hold */
    enum purpose purpose;
    bool is_direct;    /* the path is one end entity that is trusted directly */
    bool judge_anchor; /* the rules hold for the anchor, too; dates and pathlen always do */
    int64_t time;      /* seconds since 1970-01-01T00:00:00Z at which the path has to be valid */
    int max_depth; /* the most intermediates that are not self-issued; negative for any number */
    unsigned max_lifetime_days; /* the longest validity of an end entity; 0 for any */
    bool distrusted;            /* whether distrust_after holds */
    int64_t distrust_after;     /* seconds; an end entity with a later notBefore is refused */
};

/*
 * Checks a path: path[0] is the end entity, path[n-1] the anchor, n at least 2, or 1 for an end
 * entity that is trusted directly. Adds a fault for everything that is wrong, faults about dates
 * last (RFC 5280 section 6.1.3 (a)(2): a certificate is valid in both its first and its last
 * second).
 *
 * Returns 0 whatever was found: the path is good only if no fault was added. Unknown options, an
 * unreadable certificate and too short a path are faults. -EINVAL where a pointer is missing.
 */
int profile_check(const struct profile_options *options, const struct facts *const *path, size_t n,
                  struct fault_list *faults);
