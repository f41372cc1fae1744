/* SPDX-License-Identifier: MIT */
#pragma once

/* The policy from within. Everything is settled when it is built, and sorted for binary search. */

#include "daemon/policy/policy.h"

/* How deep a domain's section reaches. */
enum policy_depth {
    POLICY_DEPTH_NONE = 0, /* the domain itself */
    POLICY_DEPTH_ONE,      /* and one label below */
    POLICY_DEPTH_ALL,      /* and everything below */
};

struct policy_domain {
    char *name; /* canonical: lower-case A-labels, no trailing dot */
    size_t len;
    enum policy_depth depth;
    char *section; /* of the rule's origin */
    struct policy_rule rule;
};

struct policy {
    char *file;
    struct policy_rule defaults;
    struct policy_pinset *pinsets; /* by name; what its members point at is the policy's */
    size_t n_pinsets;
    struct policy_domain *domains; /* by name */
    size_t n_domains;
};

/* A policy that says nothing yet, for `file`. 0 or -ENOMEM. */
int policy_new(struct policy **policyp, const char *file);
