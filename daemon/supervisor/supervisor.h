/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The supervisor: the parent of front and verifiers. It starts them, replaces those that end, kills
 * verifiers that are late, and brings new epochs into force. It reads nothing that a client sent.
 * Front and verifiers end when the supervisor does.
 */

#include "daemon/load/epoch.h"
#include "daemon/os/activation.h"
#include "daemon/os/notify.h"
#include "daemon/supervisor/front_files.h"
#include "daemon/supervisor/spawn.h"

/* Everything in it is borrowed while the supervisor runs. */
struct supervisor_setup {
    struct spawn_setup spawn;
    struct activation sockets; /* all listening sockets but spawn.listen_fd */
    struct notify notify;      /* the service manager, if it wants to be notified */
    struct sources sources;
    struct last_good_place
        last_good;               /* where the policy in force is kept for a start after a crash */
    bool on_last_good;           /* the epoch is the last good one, and the files are refused: */
    struct last_good used;       /* with on_last_good: how often and since when it serves */
    struct policy_error refusal; /* the reason */
};

/*
 * Runs until SIGTERM or SIGINT, and then waits a bounded time for the children to finish their
 * requests. SIGHUP reloads. The caller has blocked these signals. Takes over the epoch, which is
 * the first in force, and the files that were opened for it, also on failure. Returns 0 after an
 * orderly end, or -errno.
 */
int supervisor_run(const struct supervisor_setup *setup, struct epoch *epoch,
                   const struct front_files *files);
