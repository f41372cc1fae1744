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
    int64_t look_ms;     /* the clock_now_ms() at which to look for changes next */
    bool is_sent;        /* the front has been sent the map of the files as they were read last */
    uint64_t generation; /* the generation whose `account-blocks` are in that map */
};

/*
 * Sends the front the map, unless the front has it already. A failure is logged; every uid is then
 * an account of its own until the files change.
 */
void account_files_send(struct account_files *files, struct channel *channel,
                        const struct epoch *epoch);

/* Returns the clock_now_ms() at which to look for changes next. */
int64_t account_files_due_ms(const struct account_files *files);

/* Notes that a new front has been started, which has no map yet. */
void account_files_forget(struct account_files *files);

void account_files_deinit(struct account_files *files);
