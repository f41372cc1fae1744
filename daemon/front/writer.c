/* SPDX-License-Identifier: MIT */
#include "daemon/front/writer.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>

int writer_ask(int socket, bool wanted)
{
    int value = wanted ? 1 : 0;

    return setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &value, sizeof(value)) < 0 ? -errno : 0;
}

/*
 * Reads the uid from the message's control data. Returns false unless that consists of exactly one
 * SCM_CREDENTIALS.
 */
static bool read_uid(struct msghdr *header, uid_t *uidp)
{
    const struct cmsghdr *one = CMSG_FIRSTHDR(header);
    struct ucred credentials;

    if ((header->msg_flags & MSG_CTRUNC) || !one || one->cmsg_level != SOL_SOCKET ||
        one->cmsg_type != SCM_CREDENTIALS || one->cmsg_len != CMSG_LEN(sizeof(credentials)))
        return false;
    memcpy(&credentials, CMSG_DATA(one), sizeof(credentials));
    *uidp = credentials.uid;
    return true;
}

/*
 * Receives with room for exactly the credentials of the writer. If there were more room, the kernel
 * would install passed descriptors in it.
 */
static ssize_t receive(int socket, void *room, size_t n_room, int flags, uid_t *uidp)
{
    alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct ucred))];
    struct iovec part = {.iov_base = room, .iov_len = n_room};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control),
    };
    ssize_t n = recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC | flags);

    if (n < 0)
        return -errno;
    return n == 0 || read_uid(&header, uidp) ? n : -EPERM;
}

/*
 * The bytes are peeked at first. To receive a message that carries a descriptor would drop the
 * descriptor, which can block if it is the last reference to a socket.
 */
ssize_t writer_receive(int socket, void *room, size_t n_room, uid_t *uidp)
{
    ssize_t n = receive(socket, room, n_room, MSG_PEEK, uidp);

    return n > 0 ? receive(socket, room, (size_t)n, 0, uidp) : n;
}
