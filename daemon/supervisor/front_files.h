/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The descriptors that the supervisor opens for the front where the policy says: the file that a
 * sample of requests is recorded in, and the socket for metrics. They belong to a generation; one
 * that the next generation wants too is kept open.
 */

#include <stdbool.h>

#include "daemon/os/listen.h"
#include "daemon/policy/policy.h"
#include "daemon/supervisor/named_sockets.h"

struct front_files {
    int record; /* -1: nothing is recorded */
    char *record_path;
    int metrics;              /* a listening socket; -1: there is none */
    bool metrics_passed;      /* the service manager's socket, which is never closed or replaced */
    struct listen_path bound; /* where the metrics socket was bound */
    struct named_sockets sockets; /* see switch_over_open_files */
};

#define FRONT_FILES_NULL ((struct front_files){.record = -1, .metrics = -1})

/*
 * Opens what the two paths name; NULL: not wanted. A descriptor that `old` has open for the same
 * path is shared with it. The record is created if it is absent, only ever appended to, and refused
 * unless this process owns it alone. A passed metrics socket is used instead of any path.
 *
 * Returns 0; or 1, and *error has the reason, *files is empty and `old` has not changed.
 */
int front_files_open(struct front_files *files, const struct front_files *old,
                     const char *record_path, const char *metrics_path, struct policy_error *error);

/* Returns whether the record's path no longer names the open file, as after a rotation. */
bool front_files_record_has_moved(const struct front_files *files);

/* Closes what `next` does not share, or everything if `next` is NULL, and empties *files. Safe
 * twice. */
void front_files_close(struct front_files *files, const struct front_files *next);
