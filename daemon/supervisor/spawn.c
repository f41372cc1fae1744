/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
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

/* The descriptor of a verifier's only socket: the first one after the standard three. */
#define VERIFIER_FD 3
/* The largest of the fixed descriptors, over all programs. */
#define LAST_FD FRONT_LAST_FD
_Static_assert(SPAWN_FRESH_FILTER_FD <= LAST_FD && SPAWN_FRESH_SOCKET_FD == VERIFIER_FD,
               "a program finds its descriptors up to LAST_FD");
/*
 * The time slice of a verifier, several times the kernel's default. A process with a short slice
 * may interrupt one with a long slice, so that the front and its clients need not wait for the end
 * of a verification.
 */
#define VERIFIER_SLICE_NS 10000000
/*
 * The time slice of the front, a small part of a verifier's. Because it is short, the kernel runs
 * the front soon after a request has woken it, even while other programs use the processors.
 */
#define FRONT_SLICE_NS 300000

static _Noreturn void exit_failed(const char *who, const char *what, int r)
{
    log_error("%s: %s: %s", who, what, strerror(-r));
    _exit(EXIT_FAILURE);
}

/* The code that a child runs from the fork to its end. `socket` is the child's end of the pair. */
typedef void (*become_fn)(const struct spawn_setup *setup, const struct epoch *epoch, int socket,
                          pid_t parent);

/*
 * Forks a child that runs `become`. Both ends of the pair are taken over, even on failure. Returns
 * 0, and *oursp is the parent's end; or -errno.
 */
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

/*
 * Executes another program in this process as the user of the setup. The program keeps the
 * descriptors up to LAST_FD, which must already be where it expects them.
 */
static _Noreturn void execute(const struct spawn_setup *setup, int program, char *const *arguments,
                              const char *role, pid_t parent)
{
    static char *const nothing[] = {NULL};
    int r = close_range(LAST_FD + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;

    if (!r)
        r = user_become(&setup->user);
    if (!r)
        r = child_tie(parent);
    if (!r)
        r = sandbox_enter_common();
    if (r)
        exit_failed(role, "cannot be set up", r);
    fexecve(program, arguments, environ ? environ : nothing);
    exit_failed(role, "cannot be executed", -errno);
}

/* Executes the front's program as the front or as the bin. */
static _Noreturn void execute_front(const struct spawn_setup *setup, int program, char *name,
                                    char *role, pid_t parent)
{
    static char version[] = FRONT_VERSION;
    char *const arguments[] = {name, version, role, NULL};

    execute(setup, program, arguments, role, parent);
}

/*
 * Copies a descriptor to a number above all fixed ones, so that placing one descriptor does not
 * overwrite another. Ends the process on failure.
 */
static int copy_beyond(int fd, const char *who)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, LAST_FD + 1);

    if (copy < 0)
        exit_failed(who, "cannot be set up", -errno);
    return copy;
}

static void place(int fd, int number, const char *who)
{
    if (dup2(fd, number) < 0)
        exit_failed(who, "cannot be set up", -errno);
}

static _Noreturn void become_front(const struct spawn_setup *setup, const struct epoch *epoch,
                                   int control, pid_t parent)
{
    static char name[] = "certnamed-front", role[] = FRONT_ROLE_FRONT;
    int program = copy_beyond(setup->front_program, role);
    int listener = copy_beyond(setup->listen_fd, role);
    int bin = copy_beyond(setup->bin, role);

    (void)epoch;
    time_slice_set(FRONT_SLICE_NS);
    control = copy_beyond(control, role);
    place(listener, FRONT_LISTEN_FD, role);
    place(control, FRONT_CONTROL_FD, role);
    place(bin, FRONT_BIN_FD, role);
    execute_front(setup, program, name, role, parent);
}

static _Noreturn void become_bin(const struct spawn_setup *setup, const struct epoch *epoch,
                                 int socket, pid_t parent)
{
    static char name[] = "certnamed-bin", role[] = FRONT_ROLE_BIN;
    int program = copy_beyond(setup->front_program, role);

    (void)epoch;
    socket = copy_beyond(socket, role);
    place(socket, FRONT_BIN_FD, role);
    close_range(FRONT_LISTEN_FD, FRONT_CONTROL_FD, 0);
    execute_front(setup, program, name, role, parent);
}

static int make_bin(const struct spawn_setup *setup, struct child *bin, int *socketp)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    return fork_child(setup, NULL, bin, pair, become_bin, socketp);
}

int spawn_front(const struct spawn_setup *setup, struct child *front, struct child *bin,
                int *controlp)
{
    struct spawn_setup with_bin = *setup;
    int pair[2];
    int r = make_bin(setup, bin, &with_bin.bin);

    if (r)
        return r;
    r = control_pair(pair);
    if (!r)
        r = fork_child(&with_bin, NULL, front, pair, become_front, controlp);
    fd_close(with_bin.bin);
    return r;
}

/* --- a verifier --- */

_Noreturn void spawn_serve(const struct epoch *epoch, const struct sandbox_filter *filter)
{
    int r;

    prctl(PR_SET_NAME, "certname-verify");
    time_slice_set(VERIFIER_SLICE_NS);
    r = sandbox_enter_verifier(filter);
    if (r)
        exit_failed("verifier", "cannot enter its sandbox", r);

    r = verifier_run(VERIFIER_FD, epoch_context(epoch));
    if (r)
        exit_failed("verifier", "cannot go on", r);
    _exit(EXIT_SUCCESS);
}

static _Noreturn void become_verifier(const struct spawn_setup *setup, const struct epoch *epoch,
                                      int socket, pid_t parent)
{
    int r = 0;

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
    if (r)
        exit_failed("verifier", "cannot be set up", r);
    spawn_serve(epoch, &setup->verifier_filter);
}

/* Executes certnamed's own program, which becomes a verifier (fresh_verifier.h). */
static _Noreturn void become_fresh_verifier(const struct spawn_setup *setup,
                                            const struct epoch *epoch, int socket, pid_t parent)
{
    static char name[] = "certnamed", role[] = SPAWN_FRESH_ARGUMENT;
    char generation[24], number[24];
    char *const arguments[] = {name, role, generation, number, NULL};
    int program = copy_beyond(setup->own_program, "verifier");
    int packed = copy_beyond(setup->packed, "verifier");
    int filter = sandbox_is_relaxed() ? -1 : copy_beyond(setup->verifier_filter.fd, "verifier");

    socket = copy_beyond(socket, "verifier");
    place(socket, SPAWN_FRESH_SOCKET_FD, "verifier");
    place(packed, SPAWN_FRESH_EPOCH_FD, "verifier");
    if (filter >= 0)
        place(filter, SPAWN_FRESH_FILTER_FD, "verifier");
    close_range(SPAWN_FRESH_FILTER_FD + (filter >= 0), LAST_FD, 0);
    snprintf(generation, sizeof(generation), "%" PRIu64, epoch_number(epoch).generation);
    snprintf(number, sizeof(number), "%" PRIu64, epoch_number(epoch).epoch);
    execute(setup, program, arguments, "verifier", parent);
}

/*
 * Makes the pair of sockets between front and verifier. A frame is sent as one message, so the
 * buffer must have room for the longest frame.
 */
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

int spawn_fresh_verifier(const struct spawn_setup *setup, const struct epoch *epoch, int packed,
                         struct child *child, int *socketp)
{
    struct spawn_setup with_epoch = *setup;
    int pair[2];
    int r = make_verifier_pair(pair);

    with_epoch.packed = packed;
    return r ? r : fork_child(&with_epoch, epoch, child, pair, become_fresh_verifier, socketp);
}
