/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line of certnamed. */

#include <limits.h>
#include <stdbool.h>

#include "daemon/load/sources.h"

enum options_mode { OPTIONS_RUN, OPTIONS_CHECK, OPTIONS_PRINT, OPTIONS_TRIAL };

struct options {
    enum options_mode mode;
    struct sources sources;
    const char *tried;  /* OPTIONS_TRIAL: the new configuration */
    const char *replay; /* OPTIONS_TRIAL: the file of recorded requests */
    bool hash_names;
    const char *socket;
    const char *last_good; /* NULL: beside the socket */
    bool no_last_good;
    char admin_socket[PATH_MAX]; /* empty where it would be too long */
    const char *user;            /* NULL: the default, certnamed */
};

/* The step that the caller has to do after the command line is read. */
enum options_result {
    OPTIONS_GO_ON = 0,
    OPTIONS_DONE,  /* exit with success: help or version has been printed */
    OPTIONS_WRONG, /* exit with failure: the reason has been printed */
};

/* Reads the command line into *options, whose strings are those of `argv`. */
enum options_result options_parse(struct options *options, int argc, char **argv);
