/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/ipc/control.h"
#include "daemon/ipc/front_program.h"
#include "daemon/os/sandbox.h"
#include "daemon/os/time_slice.h"
#include "daemon/verifier/verifier.h"
#include "proto/limits.h"

/* Where the verifier's only socket goes: the first descriptor after the standard three. */
#define VERIFIER_FD 3
/* Several times the kernel's default slice. A long slice may be interrupted by shorter ones, so
 * that the front and its clients need not wait for the end of a verification. */
#define VERIFIER_SLICE_NS 10000000

static _Noreturn void exit_failed(const char *who, const char *what, int r)
{
    log_error("%s: %s: %s", who, what, strerror(-r));
    _exit(EXIT_FAILURE);
}

/* What a child does from the fork to its end; `socket` is its end of the pair. */
typedef void (*become_fn)(const struct spawn_setup *setup, const struct epoch *epoch, int socket,
                          pid_t parent);

/* Forks a child that runs `become`. Both ends of the pair are taken over, also on failure. Returns
 * 0, and *oursp is the parent's end; or -errno. */
static int fork_child(const struct spawn_setup *setup, const struct epoch *epoch,
                      struct child *child, int pair[static 2], become_fn become, int *oursp)
{
    pid_t parent = getpid();
    int r = child_fork(child);

    if (r == 1)
        become(setup, epoch, pair[1], parent);
    fd_close(pair[1]);
    if (r) {
        fd_close(pair[0]);
        return r;
    }
    *oursp = pair[0];
    return 0;
}

/* --- the front --- */

/* Gives both descriptors the numbers that the front expects. They are copied out of the way first,
 * since each may have the number that the other is to get. */
static int place_front_descriptors(int listen_fd, int control)
{
    int listen_copy = fcntl(listen_fd, F_DUPFD_CLOEXEC, FRONT_LAST_FD + 1);
    int control_copy = fcntl(control, F_DUPFD_CLOEXEC, FRONT_LAST_FD + 1);

    if (listen_copy < 0 || control_copy < 0 || dup2(listen_copy, FRONT_LISTEN_FD) < 0 ||
        dup2(control_copy, FRONT_CONTROL_FD) < 0)
        return -errno;
    return close_range(FRONT_LAST_FD + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;
}

static _Noreturn void become_front(const struct spawn_setup *setup, const struct epoch *epoch,
                                   int control, pid_t parent)
{
    static char name[] = "certnamed-front", version[] = FRONT_VERSION;
    char *arguments[] = {name, version, NULL};
    static char *const nothing[] = {NULL};
    int program = fcntl(setup->front_program, F_DUPFD_CLOEXEC, FRONT_LAST_FD + 1);
    int r = program < 0 ? -errno : place_front_descriptors(setup->listen_fd, control);

    (void)epoch;
    if (!r)
        r = user_become(&setup->user);
    if (!r)
        r = child_tie(parent);
    if (!r)
        r = sandbox_enter_common();
    if (r)
        exit_failed("front", "cannot be set up", r);
    fexecve(program, arguments, environ ? environ : nothing);
    exit_failed("front", "cannot be executed", -errno);
}

int spawn_front(const struct spawn_setup *setup, struct child *child, int *controlp)
{
    int pair[2];
    int r = control_pair(pair);

    return r ? r : fork_child(setup, NULL, child, pair, become_front, controlp);
}

/* --- a verifier --- */

static _Noreturn void become_verifier(const struct spawn_setup *setup, const struct epoch *epoch,
                                      int socket, pid_t parent)
{
    int r = 0;

    prctl(PR_SET_NAME, "certname-verify");
    time_slice_set(VERIFIER_SLICE_NS);
    if (socket != VERIFIER_FD && dup2(socket, VERIFIER_FD) < 0)
        r = -errno;
    if (!r && close_range(VERIFIER_FD + 1, UINT_MAX, 0) < 0)
        r = -errno;
    if (!r)
        r = user_become(&setup->user);
    if (!r)
        r = child_tie(parent);
    if (!r)
        r = sandbox_enter_common();
    if (!r)
        r = sandbox_enter_verifier();
    if (r)
        exit_failed("verifier", "cannot enter its sandbox", r);

    r = verifier_run(VERIFIER_FD, epoch_context(epoch));
    if (r)
        exit_failed("verifier", "cannot go on", r);
    _exit(EXIT_SUCCESS);
}

/* A frame is sent as one message, which the buffer must have room for. */
static int make_verifier_pair(int pair[static 2])
{
    int bytes = LIMIT_FRAME_BYTES + 4096;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    for (int i = 0; i < 2; i++) {
        if (setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)) < 0) {
            int r = -errno;

            fd_close(pair[0]);
            fd_close(pair[1]);
            return r;
        }
    }
    return 0;
}

int spawn_verifier(const struct spawn_setup *setup, const struct epoch *epoch, struct child *child,
                   int *socketp)
{
    int pair[2];
    int r = make_verifier_pair(pair);

    return r ? r : fork_child(setup, epoch, child, pair, become_verifier, socketp);
}
