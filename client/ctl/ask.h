/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Asks the daemon one question for `verify` or `explain` and prints the answer; for --batch see
 * batch.h.
 */

#include <stdbool.h>

#include "client/ctl/options.h"
#include "client/ctl/tls_fetch.h"

struct ask_job {
    const struct ctl_options *options;
    bool explain;       /* print why each presented identity does not match */
    const char *host;   /* the operand HOST; NULL if options name the reference identity */
    char *const *files; /* certificates, the end entity's file first; not used with --connect */
    int n_files;
    struct tls_fetch_plan plan; /* used with --connect */
};

/*
 * Asks the question that the job describes and prints the verdict to standard output. Returns an
 * enum command_status; where it is COMMAND_UNDECIDED the reason has been printed.
 */
int ask_run(const struct ask_job *job);
