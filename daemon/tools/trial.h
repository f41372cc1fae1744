/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * --trial: asks recorded requests again under two configurations, and shows which verdicts would
 * change if the new one replaced the current one.
 */

#include <stdbool.h>

#include "daemon/load/sources.h"

struct trial {
    struct sources tried;    /* the new configuration */
    struct sources current;  /* the current configuration, which the new one is compared with */
    const char *record_path; /* the recorded requests (daemon/ipc/record.h) */
    const char *user;        /* the user that the verifiers run as; NULL: the daemon's default */
    bool hash_names;         /* print a digest of each request instead of the names in it */
};

/*
 * Verifies each recorded request under both configurations, at the present time. Requests are
 * untrusted input, so they are judged in confined verifiers like those of the daemon. Prints on
 * standard output each verdict that would change, and for each section of the new configuration how
 * many verdicts change in the requests that it decides. The record has no group ids, so sections
 * `client` that list groups do not apply.
 *
 * Returns an exit status: 0 if no verdict would change, 1 if one would, 2 if the trial failed, with
 * the reason on standard error.
 */
int trial_run(const struct trial *trial);
