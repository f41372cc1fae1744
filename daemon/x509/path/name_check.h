/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Compares the names of one certificate with one set of subtrees. Only for the files of
 * daemon/x509/path.
 */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/x509/parse/facts.h"
#include "daemon/x509/path/subtrees.h"

/* The size of the name in a fault's sentence, with its NUL. */
#define NAME_CHECK_SHOWN_BYTES 64

/* The first thing that was found wrong with a name of the certificate. */
enum name_finding {
    NAME_FINDING_NONE = 0,
    NAME_FINDING_MALFORMED,
    NAME_FINDING_EXCLUDED,
    NAME_FINDING_NOT_PERMITTED,
    NAME_FINDING_UNSUPPORTED,
    NAME_FINDING_BUDGET,
};

struct name_check {
    const struct subtrees *subtrees;
    const struct facts *facts; /* of the certificate whose names are compared */
    bool common_name;          /* its common names are compared as hosts too */
    bool is_end_entity;
    size_t *budgetp; /* the number of comparisons left; each name takes as many as there are
                        subtrees of its kind */
    char shown[NAME_CHECK_SHOWN_BYTES]; /* set by name_check_run: the name at fault in printable
                                           ASCII */
};

/*
 * Compares the subjectAltName, the subject, the mailboxes in the subject and, with common_name, the
 * common names. Common names of an end entity are always compared with the hosts that a trust
 * section excludes. Stops at the first finding other than NAME_FINDING_NONE, whose name
 * check->shown then has. Returns an enum name_finding, or -ENOMEM.
 */
int name_check_run(struct name_check *check);
