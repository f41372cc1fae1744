/* SPDX-License-Identifier: MIT */
#pragma once

/* Where the configuration is read from: one file that the command line names, or the usual main
 * file with the drop-ins of three folders. */

#include <stdbool.h>

#include "daemon/load/last_good.h"
#include "daemon/os/file_watch.h"
#include "daemon/policy/policy.h"

struct sources {
    const char *path;   /* the only file, borrowed; NULL: the usual places */
    bool main_required; /* an absent main file is an error, not the built-in policy */
    const struct last_good_place *last_good; /* the policy is read there instead; NULL: it is not */
};

/* Returns the sources of a reload: if there is a main file now, a reload requires it, so that a
 * file in the middle of being replaced never means the built-in policy. */
struct sources sources_settle(const struct sources *sources);

/* Returns the path of the main file, or NULL if there is none. */
const char *sources_main(const struct sources *sources);

/* Reads the policy, which is the built-in one where there is no file. Returns as policy_load does.
 */
int sources_load(const struct sources *sources, struct policy **policyp,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* Adds every file and folder that the sources name to a watch. To be called before they are read,
 * so that an edit during the load is noticed. Returns 0 or -ENOMEM. */
int sources_watch(const struct sources *sources, struct file_watch *watch);
