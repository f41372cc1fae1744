/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks a path against a profile, which is a set of rules for the facts of each certificate. Every
 * broken rule is a fault with a code, a depth and a sentence. Signatures and name constraints are
 * checked elsewhere.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/x509/parse/fault.h"

struct facts;

/* The profiles. Their values are bits, since one rule may belong to several profiles. */
enum profile {
    /* the Baseline Requirements of the CA/Browser Forum, as far as a client can check them */
    PROFILE_WEBPKI = 1,
    /* RFC 5280 to the letter, without the additional requirements of the web */
    PROFILE_RFC5280 = 2,
    PROFILE_COMPATIBLE = 4, /* only what RFC 5280 section 6 demands of a path */
};

enum purpose {
    PURPOSE_SERVER = 1, /* the end entity is a TLS server */
    PURPOSE_CLIENT = 2, /* the end entity is a TLS client */
};

struct profile_options {
    unsigned profiles; /* bits of enum profile; with several, the rules of each are applied */
    enum purpose purpose;
    bool is_direct;    /* the path consists of one end entity that is trusted directly */
    bool judge_anchor; /* all rules are applied to the anchor too; those about dates and path length
                          always are */
    int64_t time;      /* the time at which the path has to be valid, in seconds since
                          1970-01-01T00:00:00Z */
    int max_depth; /* the most intermediates in the path, not counting self-issued ones; negative:
                      any number */
    unsigned max_lifetime_days; /* the longest validity of an end entity in days; 0: any */
    /* the longest validity of an end entity depends on its notBefore: 398 days, then 200 from
     * 2026-03-15, 100 from 2027-03-15 and 47 from 2029-03-15 (CA/Browser Forum, Baseline
     * Requirements for TLS server certificates, section 6.3.2) */
    bool has_web_lifetime;
    bool distrusted;        /* distrust_after is set */
    int64_t distrust_after; /* an end entity whose notBefore is later than this, in seconds, is
                               refused */
};

/*
 * Checks a path: path[0] is the end entity, path[n-1] the anchor; n is at least 2, or 1 for an end
 * entity that is trusted directly. Adds a fault for everything that is wrong, those about dates
 * last. (RFC 5280 section 6.1.3 (a)(2): a certificate is valid both in its first and in its last
 * second.)
 *
 * Returns 0 whatever was found: the path is good only if no fault was added. Unknown options, an
 * unreadable certificate and too short a path are faults too. Returns -EINVAL if a pointer is
 * missing.
 */
int profile_check(const struct profile_options *options, const struct facts *const *path, size_t n,
                  struct fault_list *faults);

/*
 * Checks only the limits that the trust section puts on the end entity's lifetime and notBefore;
 * profile_check checks these too. Adds a fault for each limit that is exceeded.
 */
void profile_check_terms(const struct profile_options *options, const struct facts *leaf,
                         struct fault_list *faults);
