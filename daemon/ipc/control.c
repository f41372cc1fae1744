/* SPDX-License-Identifier: MIT */
#include "daemon/ipc/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"

int control_pair(int pair[static 2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    if (fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0) {
        int r = -errno;

        pair[0] = fd_close(pair[0]);
        pair[1] = fd_close(pair[1]);
        return r;
    }
    return 0;
}

int control_send(int socket, const struct control_message *message, int fd)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {
        .iov_base = (void *)(uintptr_t)message,
        .iov_len = sizeof(*message),
    };
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};

    if (fd >= 0) {
        struct cmsghdr *rights;

        header.msg_control = ancillary;
        header.msg_controllen = sizeof(ancillary);
        rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(rights), &fd, sizeof(int));
    }
    /* Without a descriptor, send is called: the front's seccomp filter allows sendmsg only to the
     * bin. */
    if ((fd < 0 ? send(socket, message, sizeof(*message), MSG_NOSIGNAL)
                : sendmsg(socket, &header, MSG_NOSIGNAL)) >= 0)
        return 0;
    /* A reset means that the other side has ended, as in control_receive. */
    return errno == ECONNRESET ? -EPIPE : -errno;
}

/*
 * Takes all descriptors out of a message. There can be two, since the space for one is rounded up
 * by alignment; a descriptor that is not taken would stay open for ever. *fdp becomes the
 * descriptor, or -1 if there is none. If there is more than one, closes all of them and returns
 * false.
 */
static bool take_fd(struct msghdr *header, int *fdp)
{
    size_t n_fds = 0;
    int fd = -1;

    for (struct cmsghdr *one = CMSG_FIRSTHDR(header); one; one = CMSG_NXTHDR(header, one)) {
        size_t n = one->cmsg_len >= CMSG_LEN(0) ? (one->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

        if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < n; i++) {
            fd_close(fd);
            memcpy(&fd, CMSG_DATA(one) + i * sizeof(int), sizeof(int));
        }
        n_fds += n;
    }
    *fdp = n_fds == 1 ? fd : fd_close(fd);
    return n_fds <= 1;
}

int control_receive(int socket, struct control_message *message, int *fdp)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {.iov_base = message, .iov_len = sizeof(*message)};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary,
        .msg_controllen = sizeof(ancillary),
    };
    ssize_t n = recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    bool is_sound;
    int fd;

    *fdp = -1;
    /* A reset also means that the other side has ended: it closed before it had read everything. */
    if (n == 0 || (n < 0 && errno == ECONNRESET))
        return 1;
    if (n < 0)
        return -errno;
    is_sound = take_fd(&header, &fd);
    /* If this process had no room for a descriptor, the message arrives without it and *fdp is -1;
     * the caller notices that where it needs one. */
    if (!is_sound || n != sizeof(*message) || header.msg_flags & MSG_TRUNC) {
        fd_close(fd);
        return -EBADMSG;
    }
    *fdp = fd;
    return 0;
}
