/* SPDX-License-Identifier: MIT */

/*
 * certnamed-front: started by the supervisor alone, with the listening socket and the control
 * channel in known places, as the unprivileged user, with no new privileges. A program of its own,
 * so that the linker shows that neither libcrypto nor protobuf-c is in the process that every
 * client talks to.
 */

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/front/front.h"
#include "daemon/front/program.h"
#include "daemon/host/log.h"
#include "daemon/host/sandbox.h"

/* A tenth of a millisecond, the least there is: a batch of requests that are known takes less. */
#define TURN_NS 100000

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

/*
 * Its turns are short, so it wants them soon: a kernel that knows of such wishes (Linux 6.12) lets
 * it interrupt a verifier's long one. Whoever says no leaves it as quick as everybody.
 */
static void ask_for_short_turns(void)
{
    /* sched_attr of sched_setattr(2), as it has been from the first: the C library has none, and
     * the kernel's header does not stand beside the C library's. */
    const struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime_ns, deadline_ns, period_ns;
    } wish = {
        .size = sizeof(wish),
        .policy = SCHED_OTHER,
        .nice = getpriority(PRIO_PROCESS, 0),
        .runtime_ns = TURN_NS,
    };

    (void)syscall(SYS_sched_setattr, 0, &wish, 0);
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
    ask_for_short_turns();
    if (!r)
        r = front_run(FRONT_LISTEN_FD, FRONT_CONTROL_FD);
    if (r)
        log_error("front: cannot go on: %s", strerror(-r));
    return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
