/* SPDX-License-Identifier: MIT */
#pragma once

/* A trial: recorded requests asked again of two configurations, to see which verdicts would change
 * before one of them serves. */

#include <stdbool.h>

#include "daemon/load/sources.h"

struct trial {
    struct sources tried;    /* the new configuration */
    struct sources current;  /* what it is compared with */
    const char *record_path; /* host/record.h */
    const char *user;        /* whom the verifiers become, as for the daemon; NULL: the usual one */
    bool hash_names;         /* shows a digest of a request instead of the names in it */
};

/*
 * Verifies each recorded request by both, as of now, in verifiers like the daemon's own: a record
 * is what clients sent. Prints on standard output each verdict that would change and, by the
 * section that decides in the new configuration, how many. A section `client` that goes by group is
 * not found again: the record has a uid alone.
 *
 * The exit status: 0 if no verdict would change, 1 if one would, 2 if that cannot be said, and then
 * standard error says why.
 */
int trial_run(const struct trial *trial);
