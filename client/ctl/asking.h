/* SPDX-License-Identifier: MIT */
#pragma once

/* One question, asked from the command line. */

#include <stdbool.h>

#include "client/ctl/connect.h"
#include "client/ctl/options.h"

struct asking {
    const struct options *options;
    bool explain;
    const char *host; /* the operand, or NULL */
    char *const *files;
    int n_files;
    struct connect_plan plan; /* with --connect */
};

/* Asks, and prints the answer. An enum command_status. */
int asking_run(const struct asking *asking);
