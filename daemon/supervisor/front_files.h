/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The descriptors that the supervisor opens for the front because the policy wants them: the file
 * for recorded requests and the listening sockets. They belong to a generation of the policy; a
 * descriptor that the next generation wants too is kept open.
 */

#include <stdbool.h>

#include "daemon/os/listen.h"
#include "daemon/policy/policy.h"
#include "daemon/supervisor/named_sockets.h"

struct front_files {
    int record; /* the file for recorded requests; -1 if none is recorded */
    char *record_path;
    int metrics;              /* the listening socket for metrics; -1 if there is none */
    bool metrics_passed;      /* the metrics socket was passed by the service manager, and is never
                                 closed or replaced */
    struct listen_path bound; /* the path that the metrics socket was bound to */
    /* the named sockets for requests; switch_over_open_files opens them */
    struct named_sockets sockets;
};

#define FRONT_FILES_NULL ((struct front_files){.record = -1, .metrics = -1})

/*
 * Opens the files that the two paths name; a path that is NULL is not wanted. A descriptor that
 * `old` has for the same path is shared with it. The record is created if it does not exist, is
 * only appended to, and is refused unless this process's user owns it and it has no other name. If
 * the service manager passed a metrics socket, that is used and the path ignored.
 *
 * Returns 0; or 1, and *error has the reason, *files is empty and `old` is unchanged.
 */
int front_files_open(struct front_files *files, const struct front_files *old,
                     const char *record_path, const char *metrics_path, struct policy_error *error);

/*
 * Returns whether the path of the record no longer names the open file, as happens after a
 * rotation.
 */
bool front_files_record_has_moved(const struct front_files *files);

/*
 * Closes the descriptors that `next` does not share, or all if `next` is NULL, and empties *files.
 * May be called twice.
 */
void front_files_close(struct front_files *files, const struct front_files *next);
