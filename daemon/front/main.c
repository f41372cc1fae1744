/* SPDX-License-Identifier: MIT */

/*
 * certnamed-front: started by the supervisor alone, with the listening socket and the control
 * channel in known places, as the unprivileged user, with no new privileges. A program of its own,
 * so that the linker shows that neither libcrypto nor protobuf-c is in the process that every
 * client talks to.
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

static bool is_started_rightly(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[1], FRONT_VERSION) != 0) {
        log_error("front: it is started by certnamed %s alone, of the same build", FRONT_VERSION);
        return false;
    }
    if (fcntl(FRONT_LISTEN_FD, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(FRONT_CONTROL_FD, F_SETFD, FD_CLOEXEC) < 0 ||
        fcntl(FRONT_LISTEN_FD, F_SETFL, O_NONBLOCK) < 0) {
        log_error("front: its sockets are not where they ought to be");
        return false;
    }
    return true;
}

/* As many descriptors as we may have: connections are limited by number, not by what the shell
 * allowed. */
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

    if (!is_started_rightly(argc, argv))
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
