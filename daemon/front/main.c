/* SPDX-License-Identifier: MIT */

/*
 * certnamed-front. The supervisor starts this program twice as the unprivileged user, as the front
 * and as the bin's process, with the needed sockets at fixed descriptors. It is a separate program,
 * so that the linker guarantees that the process to which all clients talk contains neither
 * libcrypto nor protobuf-c.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/front/bin_keeper.h"
#include "daemon/front/front.h"
#include "daemon/ipc/front_program.h"
#include "daemon/os/sandbox.h"

static bool is_started_by_supervisor(int argc, char **argv)
{
    if (argc != 3 || strcmp(argv[1], FRONT_VERSION) != 0) {
        log_error("front: this program is started by certnamed, of the same version (%s), and not "
                  "by hand",
                  FRONT_VERSION);
        return false;
    }
    if (fcntl(FRONT_BIN_FD, F_SETFD, FD_CLOEXEC) < 0) {
        log_error("front: the descriptors that certnamed passes are missing: this program is not "
                  "started by hand");
        return false;
    }
    return true;
}

/*
 * Raises the limit of open files as far as the hard limit allows: the number of connections is
 * limited by the settings, and must not depend on the shell's soft limit.
 */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int run_front(void)
{
    if (fcntl(FRONT_LISTEN_FD, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(FRONT_CONTROL_FD, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(FRONT_LISTEN_FD, F_SETFL, O_NONBLOCK) < 0)
        return -errno;
    prctl(PR_SET_NAME, "certnamed-front");
    return front_run(FRONT_LISTEN_FD, FRONT_CONTROL_FD, FRONT_BIN_FD);
}

static int run_bin(void)
{
    prctl(PR_SET_NAME, "certnamed-bin");
    return bin_keeper_run();
}

int main(int argc, char **argv)
{
    bool is_bin;
    int r;

    if (!is_started_by_supervisor(argc, argv))
        return EXIT_FAILURE;
    is_bin = strcmp(argv[2], FRONT_ROLE_BIN) == 0;
    r = sandbox_enter_common();
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    if (!r)
        r = is_bin ? run_bin() : run_front();
    if (r)
        log_error("%s: cannot go on: %s", is_bin ? "bin" : "front", strerror(-r));
    return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
