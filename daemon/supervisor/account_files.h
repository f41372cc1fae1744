/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads the files that say which uids belong to one person, and sends the front a map of them for
 * its accounts (daemon/ipc/account_map.h). The files are read when a front starts, when they have
 * changed, and when a new policy is in force, because its `account-blocks` are part of the map.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/load/epoch.h"
#include "daemon/os/file_watch.h"
#include "daemon/supervisor/channel.h"

/* A zero-initialised struct has read nothing. */
struct account_files {
    struct file_watch *watch;
    bool is_sent;        /* the front has been sent the map of the files as they were read last */
    bool has_failed;     /* the files could not be read last time, which has been logged */
    uint64_t generation; /* the generation whose `account-blocks` are in that map */
};

/*
 * Sends the front the map, unless the front has it already. A failure is logged; every uid is then
 * an account of its own until the files change.
 */
void account_files_send(struct account_files *files, struct channel *channel,
                        const struct epoch *epoch);

/* Lets account_files_send read and send the files again, because they have changed or because a new
 * front has been started. */
void account_files_forget(struct account_files *files);

void account_files_deinit(struct account_files *files);
