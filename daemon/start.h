/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The start of the daemon: reads the configuration, or after a crash the last good one, and opens
 * the files and sockets that it names for the front. If the configuration is refused under a
 * service manager, the daemon stands by (daemon/supervisor/stand_by.h) before it gives up.
 */

#include "daemon/load/epoch.h"
#include "daemon/supervisor/front_files.h"
#include "daemon/supervisor/supervisor.h"

enum start_end {
    START_GOOD = 0,
    START_FAILED,   /* the daemon cannot start; the log says why */
    START_STOPPED,  /* a signal stopped the daemon while it stood by */
    START_GIVEN_UP, /* the configuration is still refused, and the service manager's sockets are
                       shut down; the log says why */
};

struct started {
    struct epoch *epoch; /* the first epoch to be in force */
    struct front_files files;
};

/*
 * Loads the configuration. With START_GOOD, *started is filled in and belongs to the caller. The
 * daemon stands by for at most `stand_by_s` seconds. Sets setup->on_last_good and, if that is true,
 * the fields `used` and `refusal`.
 */
enum start_end start_load(struct started *started, struct supervisor_setup *setup,
                          unsigned stand_by_s);
