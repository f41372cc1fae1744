/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Takes over what a process inherits from the one that started it (descriptors, signals and
 * environment), and checks its limits and its file system, so that the daemon begins in a known
 * state whoever starts it. Only for main(), while there is one thread.
 */

#include "daemon/os/activation.h"
#include "daemon/os/notify.h"

/*
 * Takes over descriptors, signals and environment: opens /dev/null at standard descriptors that are
 * closed, and as standard input; sets all signals to their default action but SIGPIPE, which is
 * ignored, and blocks SIGTERM, SIGINT and SIGHUP, which the supervisor reads as events; takes the
 * service manager's sockets; and clears the environment. Returns 0; what activation_take or
 * notify_open returns; or -errno. *passed and *notify are the caller's in any case.
 */
int inheritance_take(struct activation *passed, struct notify *notify);

/*
 * Checks that /proc is mounted and that enough files can be open, without which the daemon would
 * start and then fail again and again. Returns 0; or -ENOENT, -EMFILE or another -errno, already
 * logged if it is one of these two.
 */
int inheritance_check(void);

/*
 * Sets all signals to their default action but SIGPIPE, which is ignored, and blocks none, so that
 * a user can end the program with Ctrl-C. Returns 0 or -errno.
 */
int inheritance_reset_signals(void);
