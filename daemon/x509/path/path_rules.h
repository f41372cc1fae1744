/* SPDX-License-Identifier: MIT */
#pragma once

/* Holds a complete path against the profile, the name constraints of its authorities and the limits
 * of its trust section. For the files of daemon/x509/path alone. */

#include "daemon/x509/parse/facts.h"
#include "daemon/x509/path/candidates.h"
#include "daemon/x509/path/path_question.h"

/* A path whose certificates are parsed, the end entity first; everything is borrowed. */
struct path_rules_question {
    const struct path_question *asked;
    struct path_candidate *const *path;
    const struct facts *const *facts;
    size_t n;
};

/*
 * Adds what is wrong with the path: to `confinements` what only its trust section does not permit,
 * to `date_faults` dates, to `faults` everything else. Returns 0 whatever was found; -ENOMEM.
 */
int path_rules_check(const struct path_rules_question *question, struct fault_list *faults,
                     struct fault_list *date_faults, struct fault_list *confinements);
