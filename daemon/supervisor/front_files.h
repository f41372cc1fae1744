/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the front writes to or is asked at besides its clients, opened by the supervisor where the
 * policy says: the file that a sample of requests is recorded in, and the socket for metrics. They
 * belong to a generation, and what two in a row have in common is kept.
 */

#include <stdbool.h>

#include "daemon/os/listen.h"
#include "daemon/policy/policy.h"

struct front_files {
    int record; /* -1: nothing is recorded */
    char *record_path;
    int metrics; /* -1: no metrics over a socket */
    bool passed; /* that socket is the service manager's, and not for us to close or move */
    struct listen_path bound;
};

#define FRONT_FILES_NULL ((struct front_files){.record = -1, .metrics = -1})

/*
 * Opens what is at these paths, NULL for none; what `old` has of it is shared with it. The file is
 * made if need be, is only ever appended to, and has to be ours alone. A socket that was passed
 * goes before any path.
 *
 * 0; or 1 and *error says what cannot be opened, and nothing is open that was not.
 */
int front_files_open(struct front_files *outlets, const struct front_files *old,
                     const char *record_path, const char *metrics_path, struct policy_error *error);

/* Closes what `next` does not share; NULL: all of it. Safe twice. */
void front_files_close(struct front_files *outlets, const struct front_files *next);
