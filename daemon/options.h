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
    const char *tried;  /* with OPTIONS_TRIAL: the new configuration */
    const char *replay; /* with OPTIONS_TRIAL: the file of recorded requests */
    bool hash_names;
    bool as_service; /* with OPTIONS_CHECK: check the configuration as the service unit would see it
                      */
    const char *socket;
    /* path of the last good configuration; NULL: in the folder of the socket */
    const char *last_good;
    bool no_last_good;
    unsigned stand_by_s; /* how many seconds the daemon stands by if its configuration is refused at
                            the start */
    char admin_socket[PATH_MAX]; /* empty if the path would be too long */
    const char *user;            /* NULL: the default user, certnamed */
};

/* The caller's next step after the command line has been read. */
enum options_result {
    OPTIONS_GO_ON = 0,
    OPTIONS_DONE,  /* exit with success: help or version has been printed */
    OPTIONS_WRONG, /* exit with failure: the reason has been printed */
};

/* Reads the command line into *options, whose strings point into `argv`. */
enum options_result options_parse(struct options *options, int argc, char **argv);
