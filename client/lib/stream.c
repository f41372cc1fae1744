/* SPDX-License-Identifier: MIT */
#include "client/lib/stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/limits.h"

/* --- opening and closing --- */

/*
 * Opens a socket whose number is above that of standard error. In a program that has closed
 * standard output the socket could otherwise get number 1, and what the program prints would reach
 * the daemon as a request.
 */
static int open_socket(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int moved;

    if (fd < 0 || fd > STDERR_FILENO)
        return fd < 0 ? -errno : fd;
    moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    moved = moved < 0 ? -errno : moved;
    (void)close(fd);
    return moved;
}

/*
 * Makes *stream an open stream on the descriptor, and remembers which socket that is. Returns 0 or
 * -errno.
 */
static int remember_socket(struct stream *stream, int fd)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    *stream = (struct stream){.fd = fd, .device = status.st_dev, .inode = status.st_ino};
    return 0;
}

int stream_connect(struct stream *stream, const struct sockaddr_un *address)
{
    int fd = open_socket();
    int r;

    assert(!stream_is_open(stream));
    if (fd < 0)
        return fd;
    do
        r = connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
    while (r == -EINTR);
    if (!r)
        r = remember_socket(stream, fd);
    if (r)
        (void)close(fd);
    return r;
}

static bool has_option(int fd, int option, int expected)
{
    int value = -1;
    socklen_t len = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == expected;
}

int stream_adopt(struct stream *stream, int fd)
{
    struct sockaddr_un other;
    socklen_t len = sizeof(other);

    assert(!stream_is_open(stream));
    if (fd < 0 || !has_option(fd, SO_DOMAIN, AF_UNIX) || !has_option(fd, SO_TYPE, SOCK_STREAM) ||
        getpeername(fd, (struct sockaddr *)&other, &len) < 0)
        return -EINVAL;
    return remember_socket(stream, fd);
}

bool stream_is_open(const struct stream *stream)
{
    return stream->fd >= 0;
}

bool stream_is_intact(const struct stream *stream)
{
    struct stat status;
    int saved = errno;
    bool intact = stream_is_open(stream) && fstat(stream->fd, &status) == 0 &&
                  status.st_dev == stream->device && status.st_ino == stream->inode;

    errno = saved;
    return intact;
}

void stream_close(struct stream *stream)
{
    int saved = errno;

    if (stream_is_intact(stream))
        (void)close(stream->fd);
    free(stream->input);
    *stream = STREAM_CLOSED;
    errno = saved;
}

/* --- moving bytes --- */

ssize_t stream_send(struct stream *stream, struct iovec *parts, size_t n_parts)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = n_parts};
    ssize_t n;

    do
        n = sendmsg(stream->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

/*
 * Moves the input to the start of its buffer, which the first call allocates. Returns false if
 * memory ran out.
 */
static bool make_room(struct stream *stream)
{
    if (!stream->input)
        stream->input = malloc(LIMIT_REPLY_BYTES);
    if (!stream->input)
        return false;
    if (stream->start > 0)
        memmove(stream->input, stream->input + stream->start, stream->end - stream->start);
    stream->end -= stream->start;
    stream->start = 0;
    return true;
}

ssize_t stream_read(struct stream *stream)
{
    ssize_t n;

    if (!make_room(stream))
        return -ENOMEM;
    if (stream->end == LIMIT_REPLY_BYTES)
        return -ENOBUFS;
    do
        n = recv(stream->fd, stream->input + stream->end, LIMIT_REPLY_BYTES - stream->end,
                 MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        stream->end += (size_t)n;
    return n < 0 ? -errno : n;
}

struct bytes stream_input(const struct stream *stream)
{
    return (struct bytes){
        .data = stream->input ? stream->input + stream->start : NULL,
        .len = stream->end - stream->start,
    };
}

void stream_take(struct stream *stream, size_t n)
{
    assert(n <= stream->end - stream->start);
    stream->start += n;
}
