/* SPDX-License-Identifier: MIT */
#include "daemon/front/bin_keeper.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "daemon/ipc/front_program.h"
#include "daemon/os/sandbox.h"

/* The largest number of messages with sockets that one child takes. */
#define BATCH_COUNT 64
/*
 * The largest number of children at a time. A child may have to wait for a descriptor to be
 * dropped.
 */
#define CHILDREN_COUNT 64
/*
 * The keeper waits this long after each fork, so that the next child takes all sockets that have
 * come in the meantime: clients decide how many sockets come, but not how often the keeper forks.
 * It waits equally long for a child to end if it has the largest number of children.
 */
#define PAUSE_MS 5

/*
 * Receives one message. Sockets that it carries stay open in this process, whose end will drop
 * them, so their numbers are not needed. Returns the kind of the message, or 0 if there is none.
 */
static char receive(int flags)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(BIN_KEEPER_SOCKETS_COUNT * sizeof(int))];
    char kind = 0;
    struct iovec part = {.iov_base = &kind, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary,
        .msg_controllen = sizeof(ancillary),
    };

    return recvmsg(FRONT_BIN_FD, &message, flags) == 1 ? kind : 0;
}

/* Takes a batch: messages with sockets, and a release for each of them. */
static _Noreturn void take_batch(int done)
{
    size_t n_messages = 0, n_released = 0;
    ssize_t written;

    while (n_messages < BATCH_COUNT || n_released < n_messages) {
        char kind = receive(n_released < n_messages ? 0 : MSG_DONTWAIT);

        if (kind == 0)
            break;
        n_messages += kind == BIN_KEEPER_SOCKETS;
        n_released += kind == BIN_KEEPER_RELEASE;
        if (n_released == n_messages && n_messages >= BATCH_COUNT)
            break;
    }
    /* Tells the keeper to go on reading. This process drops the sockets by ending. */
    written = write(done, "", 1);
    (void)written;
    _exit(EXIT_SUCCESS);
}

/*
 * Forks a child for a batch and waits until the child has received the batch. Returns whether there
 * is a child.
 */
static bool start_batch(void)
{
    int pair[2];
    pid_t pid;
    char done;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return false;
    pid = fork();
    if (pid == 0)
        take_batch(pair[1]);
    fd_close(pair[1]);
    if (pid > 0)
        while (read(pair[0], &done, 1) < 0 && errno == EINTR)
            ;
    fd_close(pair[0]);
    return pid > 0;
}

/*
 * Returns whether the front has ended. The front's last sockets may still be in the queue; the end
 * of this process drops them.
 */
static bool has_front_ended(void)
{
    char byte;

    return recv(FRONT_BIN_FD, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static size_t reap_children(size_t n)
{
    while (n > 0 && waitpid(-1, NULL, WNOHANG) > 0)
        n--;
    return n;
}

static int serve(void)
{
    size_t n_children = 0;

    for (;;) {
        struct pollfd input = {.fd = FRONT_BIN_FD, .events = POLLIN};

        if (n_children >= CHILDREN_COUNT)
            poll(NULL, 0, PAUSE_MS);
        else if (poll(&input, 1, n_children > 0 ? PAUSE_MS : -1) < 0 && errno != EINTR)
            return -errno;
        n_children = reap_children(n_children);
        /* _exit, because handlers of exit(3) would only delay the end, which the supervisor waits
         * for. */
        if (input.revents & (POLLHUP | POLLERR) && has_front_ended())
            _exit(EXIT_SUCCESS);
        if (input.revents & POLLIN) {
            n_children += start_batch();
            poll(NULL, 0, PAUSE_MS);
        }
    }
}

int bin_keeper_run(void)
{
    int r = 0;

    if (close_range(FRONT_BIN_FD + 1, UINT_MAX, 0) < 0)
        r = -errno;
    if (!r)
        r = sandbox_enter_bin();
    return r ? r : serve();
}
