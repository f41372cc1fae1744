/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The epoch in force, and the switch to the next one in this order: everything that can fail is
 * done; the new verifiers are forked; the front is handed them; the front is sent the new epoch.
 * From then on the front gives requests to the new verifiers alone, and closes the older ones when
 * they have answered. A front that dies at any point is replaced by one that knows the epoch in
 * force alone.
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

/* Sends a new front the epoch in force. Returns whether it did: there is a front, and it did not
 * know. */
bool switch_over_announce(struct serving *serving);

/*
 * Brings an epoch into force and frees the one before. Returns 0, and the epoch belongs to
 * *serving; or 1 or -errno, and *error has the reason, the epoch is still the caller's, and what
 * serves has not changed.
 */
int switch_over_enter(struct serving *serving, struct epoch *epoch, struct policy_error *error);

/*
 * Opens the record anew if its file has been moved away, and sends it to the front. Returns 0, also
 * if there is nothing to do; or 1 or -errno, and *error has the reason, and the old file is still
 * recorded in.
 */
int switch_over_follow_record(struct serving *serving, struct policy_error *error);

/* Returns how many verifiers an epoch is served by, spare ones included. */
size_t switch_over_n_verifiers(const struct epoch *epoch);

/* Opens the files and the named sockets that the epoch's policy wants for the front. Returns as
 * front_files_open does. */
int switch_over_open_files(struct front_files *files, const struct front_files *old,
                           const struct epoch *epoch, struct policy_error *error);
