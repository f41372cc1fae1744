/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line. */

#include <stdbool.h>

#include "daemon/load/sources.h"

enum options_mode { OPTIONS_RUN, OPTIONS_CHECK, OPTIONS_PRINT, OPTIONS_TRIAL };

struct options {
    enum options_mode mode;
    struct sources sources;
    const char *tried;  /* the new configuration of a trial */
    const char *replay; /* the record that it asks again */
    bool hash_names;
    const char *socket;
    const char *user; /* NULL: whoever is usual */
};

/* What is left to do once it is read. */
enum options_result {
    OPTIONS_GO_ON = 0,
    OPTIONS_DONE,  /* it only asked for help or version, and has got it */
    OPTIONS_WRONG, /* it cannot be understood (already said) */
};

/* Strings are those of `argv`. */
enum options_result options_parse(struct options *options, int argc, char **argv);
