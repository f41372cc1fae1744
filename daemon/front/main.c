/* SPDX-License-Identifier: MIT */

/*
 * certnamed-front, which the supervisor starts as the unprivileged user, with the listening socket
 * and the control channel at fixed descriptors. It is a program of its own, so that the linker
 * shows that neither libcrypto nor protobuf-c is in the process that every client talks to.
 */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/front/front.h"
#include "daemon/ipc/front_program.h"
#include "daemon/os/sandbox.h"

static bool is_started_by_supervisor(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[1], FRONT_VERSION) != 0) {
        log_error("front: this program is started by certnamed, of the same version (%s), and not "
                  "by hand",
                  FRONT_VERSION);
        return false;
    }
    if (fcntl(FRONT_LISTEN_FD, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(FRONT_CONTROL_FD, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(FRONT_LISTEN_FD, F_SETFL, O_NONBLOCK) < 0) {
        log_error("front: the descriptors that certnamed passes are missing: this program is not "
                  "started by "
                  "hand");
        return false;
    }
    return true;
}

/* Raises the limit of open files as far as allowed: the settings limit connections, not what the
 * shell happened to allow. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    int r;

    if (!is_started_by_supervisor(argc, argv))
        return EXIT_FAILURE;
    r = sandbox_enter_common();
    prctl(PR_SET_NAME, "certnamed-front");
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    if (!r)
        r = front_run(FRONT_LISTEN_FD, FRONT_CONTROL_FD);
    if (r)
        log_error("front: cannot go on: %s", strerror(-r));
    return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
