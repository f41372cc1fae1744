/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The epoch in force, and the switch to the next epoch, in this order: everything is done that can
 * fail; the new verifiers are started; the front is sent their sockets; the front is sent the new
 * epoch. From then on the front gives requests only to the new verifiers, and closes the sockets of
 * the old ones when they have answered. If the front ends at any point of this, its successor is
 * told only of the epoch in force.
 */

#include <stdbool.h>

#include "daemon/load/epoch.h"
#include "daemon/supervisor/channel.h"
#include "daemon/supervisor/front_files.h"
#include "daemon/supervisor/pool.h"
#include "daemon/supervisor/spawn.h"

/* The epoch in force, and the processes and descriptors that serve by it. */
struct serving {
    const struct spawn_setup *spawn;
    struct epoch *epoch;
    struct channel channel;
    struct pool pool;
    struct front_files files;
    bool announced; /* the present front has been sent the epoch */
};

#define SERVING_NULL ((struct serving){.channel = CHANNEL_NULL, .files = FRONT_FILES_NULL})

/*
 * Sends the epoch in force to a front that does not know it. Returns false, and does nothing, if
 * there is no front or the front knows the epoch.
 */
bool switch_over_announce(struct serving *serving);

/*
 * Puts an epoch in force and frees the previous one. Returns 0, and the epoch belongs to *serving;
 * or 1 or -errno, and *error has the reason, the epoch still belongs to the caller, and *serving is
 * unchanged.
 */
int switch_over_enter(struct serving *serving, struct epoch *epoch, struct policy_error *error);

/*
 * Opens the record again if its file has been moved away, and sends it to the front. Returns 0,
 * also if there is nothing to do; or 1 or -errno, and *error has the reason, and requests are still
 * recorded in the old file.
 */
int switch_over_follow_record(struct serving *serving, struct policy_error *error);

/* Returns the number of verifiers that serve an epoch, spare ones included. */
size_t switch_over_n_verifiers(const struct epoch *epoch);

/*
 * Opens the files and the named sockets for the front that the epoch's policy wants. Returns what
 * front_files_open returns.
 */
int switch_over_open_files(struct front_files *files, const struct front_files *old,
                           const struct epoch *epoch, struct policy_error *error);
