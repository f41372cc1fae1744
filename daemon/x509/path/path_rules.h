/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Checks a complete path against the profile, the name constraints of its authorities, and the
 * limits of its trust section. Only for the files of daemon/x509/path.
 */

#include "daemon/x509/parse/facts.h"
#include "daemon/x509/path/candidates.h"
#include "daemon/x509/path/path_question.h"

/*
 * A path whose certificates have been parsed, the end entity first. Everything in the struct must
 * outlive the call.
 */
struct path_rules_question {
    const struct path_question *asked;
    struct path_candidate *const *path;
    const struct facts *const *facts;
    size_t n;
};

/*
 * Adds the faults of the path: to `confinements` those for which only its trust section does not
 * permit it, to `date_faults` those about dates, and all others to `faults`. Returns 0, whatever
 * was found; or -ENOMEM.
 */
int path_rules_check(const struct path_rules_question *question, struct fault_list *faults,
                     struct fault_list *date_faults, struct fault_list *confinements);
