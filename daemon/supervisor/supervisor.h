/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The supervisor is the parent of the front and the verifiers. It starts them, replaces those that
 * end, kills verifiers that are late, and puts new epochs in force. It reads nothing that a client
 * sent. The front and the verifiers end when the supervisor ends.
 */

#include "daemon/load/epoch.h"
#include "daemon/os/activation.h"
#include "daemon/os/notify.h"
#include "daemon/supervisor/front_files.h"
#include "daemon/supervisor/spawn.h"

/* Everything in this struct must outlive supervisor_run. */
struct supervisor_setup {
    struct spawn_setup spawn;
    struct activation sockets; /* all listening sockets except spawn.listen_fd */
    struct notify notify;      /* how to notify the service manager, if it wants to be notified */
    struct sources sources;
    struct last_good_place
        last_good;     /* the file in which the policy in force is kept for a start after a crash */
    bool on_last_good; /* the epoch is the last good one, because the files are refused */
    /* with on_last_good: how often and since when the last good one serves */
    struct last_good used;
    struct policy_error refusal; /* with on_last_good: the reason of the refusal */
};

/*
 * Runs until SIGTERM or SIGINT, and then waits for a bounded time until the children have finished
 * their requests. SIGHUP reloads. The caller must have blocked these signals. Takes over the epoch,
 * which is the first one in force, and the files that were opened for it, even on failure. Returns
 * 0 after an orderly end, or -errno.
 */
int supervisor_run(const struct supervisor_setup *setup, struct epoch *epoch,
                   const struct front_files *files);
