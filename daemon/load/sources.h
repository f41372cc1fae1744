/* SPDX-License-Identifier: MIT */
#pragma once

/* Where the configuration is read from: one file that somebody names, or the usual one with the
 * drop-ins of three folders. */

#include <stdbool.h>

#include "daemon/os/file_watch.h"
#include "daemon/policy/policy.h"

struct sources {
    const char *path; /* that file alone; NULL: the usual place, and drop-ins */
    bool demanded;    /* the usual place must not be empty: it was not when we started */
};

/* Where a reload reads: as `sources`, and what is there now has to be there then, so that a file in
 * the middle of being replaced never means the built-in policy. */
struct sources sources_settle(const struct sources *sources);

/* The main file, or NULL where there is none. */
const char *sources_main(const struct sources *sources);

/* Reads the policy. As policy_load; it may also be the built-in one. */
int sources_load(const struct sources *sources, struct policy **policyp,
                 const struct suffix_list *suffixes, struct policy_error *error);

/* Watches all that is read from: to be called before it is. 0 or -ENOMEM. */
int sources_watch(const struct sources *sources, struct file_watch *watch);
