/* SPDX-License-Identifier: MIT */
#pragma once

/* --trial: asks recorded requests again by two configurations, and shows which verdicts would
 * change if the new one replaced the other. */

#include <stdbool.h>

#include "daemon/load/sources.h"

struct trial {
    struct sources tried;    /* the new configuration */
    struct sources current;  /* the configuration that it is compared with */
    const char *record_path; /* the recorded requests (daemon/ipc/record.h) */
    const char *user;        /* whom the verifiers become; NULL: the daemon's default */
    bool hash_names;         /* prints a digest of each request instead of the names in it */
};

/*
 * Verifies each recorded request by both configurations, at the present time. Requests are
 * untrusted input, so they are judged in confined verifiers like the daemon's own. Prints on
 * standard output each verdict that would change, and the number of changes for each section that
 * decides in the new configuration. The record has no group ids, so sections `client` that name a
 * group do not apply.
 *
 * Returns an exit status: 0 if no verdict would change, 1 if one would, 2 if the trial failed, with
 * the reason on standard error.
 */
int trial_run(const struct trial *trial);
