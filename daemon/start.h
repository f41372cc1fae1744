/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The start: reads the configuration, or after a crash the last good one, and opens what it names
 * for the front. Under a service manager a refused configuration makes the daemon stand by
 * (daemon/supervisor/stand_by.h) before it gives up.
 */

#include "daemon/load/epoch.h"
#include "daemon/supervisor/front_files.h"
#include "daemon/supervisor/supervisor.h"

enum start_end {
    START_GOOD = 0,
    START_FAILED,   /* the daemon cannot start, and the log says why */
    START_STOPPED,  /* a signal has stopped the daemon while it stood by */
    START_GIVEN_UP, /* the service manager's sockets are shut down, and the log says why */
};

struct started {
    struct epoch *epoch; /* the first one in force */
    struct front_files files;
};

/* Sets up *started, which is the caller's with START_GOOD. `stand_by_s` is how many seconds the
 * daemon stands by at most. setup->on_last_good and what belongs to it are set. */
enum start_end start_load(struct started *started, struct supervisor_setup *setup,
                          unsigned stand_by_s);
