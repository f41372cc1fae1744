/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The files that the configuration is read from: one file that the command line names, or the usual
 * main file with the drop-ins of three folders.
 */

#include <stdbool.h>

#include "daemon/load/last_good.h"
#include "daemon/os/file_watch.h"
#include "daemon/policy/policy.h"

struct sources {
    const char *path;   /* the only file, borrowed; NULL: the usual main file and drop-ins */
    bool main_required; /* if there is no main file, loading fails instead of using the built-in
                           policy */
    const struct last_good_place *last_good; /* read the policy from the last good configuration at
                                                this place instead; NULL: do not */
};

/*
 * Returns the sources for a reload. If there is a main file now, the reload requires one, so that a
 * file which is just being replaced never leads to the built-in policy.
 */
struct sources sources_settle(const struct sources *sources);

/* Returns the path of the main file, or NULL if there is none. */
const char *sources_main(const struct sources *sources);

/* Loads the policy; if there is no file, the built-in one. Returns what policy_load returns. */
int sources_load(const struct sources *sources, struct policy **policyp,
                 const struct suffix_list *suffixes, struct policy_error *error);

/*
 * Adds every file and folder of the sources to a watch. Called before they are read, so that an
 * edit during the load is noticed. Returns 0 or -ENOMEM.
 */
int sources_watch(const struct sources *sources, struct file_watch *watch);
