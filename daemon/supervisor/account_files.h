/* SPDX-License-Identifier: MIT */
#pragma once

/* The files that say which uids are one person's, for the front's accounts
 * (daemon/ipc/account_map.h). They are read when a front starts, when they have changed, and with a
 * new policy, whose `account-blocks` join them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/load/epoch.h"
#include "daemon/os/file_watch.h"
#include "daemon/supervisor/channel.h"

/* Zero-initialised, it has read nothing. */
struct account_files {
    struct file_watch *watch;
    int64_t look_ms;     /* when to look for changes next, by clock_now_ms */
    bool is_sent;        /* the front has the map of the files as they were read last */
    uint64_t generation; /* whose policy the map is of */
};

/* Sends the front the map, unless it has it already. A failure is logged, and then every uid stays
 * an account of its own until the files change. */
void account_files_send(struct account_files *files, struct channel *channel,
                        const struct epoch *epoch);

/* Returns when to look next, by clock_now_ms. */
int64_t account_files_due_ms(const struct account_files *files);

/* Another front has been started. */
void account_files_forget(struct account_files *files);

void account_files_deinit(struct account_files *files);
