/* SPDX-License-Identifier: MIT */
#include "client/lib/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "certname/client.h"
#include "client/lib/peer.h"

#define FIRST_INPUT_BYTES 4096
/* Longest pause between two attempts to get into a full queue of connections. */
#define PAUSE_MS_MAX 64

void connection_init(struct connection *connection)
{
    *connection = (struct connection){.fd = -1};
}

static bool is_what_was_opened(const struct connection *connection)
{
    struct stat status;

    return connection->fd >= 0 && fstat(connection->fd, &status) == 0 &&
           status.st_dev == connection->device && status.st_ino == connection->inode;
}

void connection_close(struct connection *connection)
{
    int saved = errno;

    if (is_what_was_opened(connection))
        (void)close(connection->fd);
    free(connection->input);
    owner_release(&connection->owner);
    connection_init(connection);
    errno = saved;
}

bool connection_is_open(const struct connection *connection)
{
    return connection->fd >= 0;
}

bool connection_is_ours(const struct connection *connection)
{
    int saved = errno;
    bool ours = owner_is_us(&connection->owner) && is_what_was_opened(connection);

    errno = saved;
    return ours;
}

/* --- opening --- */

/* Sleeps for a while, or until the deadline if that is nearer. False once it has passed. */
static bool pause_for(unsigned milliseconds, const struct deadline *deadline)
{
    struct timespec wait = {.tv_nsec = (long)milliseconds * 1000000L};
    struct timespec left;

    if (!deadline_left(deadline, &left))
        return false;
    if (left.tv_sec == 0 && left.tv_nsec < wait.tv_nsec)
        wait = left;
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, NULL);
    return true;
}

static int refuse_connect(int errnum, const char *path, struct failure *failure)
{
    if (errnum == ENOMEM || errnum == ENOBUFS)
        return failure_set(failure, CERTNAME_ERR_MEMORY, errnum, "%s: no memory to connect (%m)",
                           path);
    if (errnum == EMFILE || errnum == ENFILE)
        return failure_set(failure, CERTNAME_ERR_UNAVAILABLE, errnum,
                           "%s: no descriptor to connect with (%m): close some, or raise the limit",
                           path);
    return failure_set(
        failure, CERTNAME_ERR_UNAVAILABLE, errnum,
        "%s: cannot connect to certnamed (%m): is it running, and is that its socket?", path);
}

/*
 * What a program prints goes to 0, 1 and 2, whether or not it has them open: printed into the
 * connection it would be questions, and their answers would be taken for the answers to ours.
 */
static int socket_above_standard(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int moved;
    int saved;

    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    saved = errno;
    (void)close(fd);
    errno = saved;
    return moved;
}

/* 0 or the errno. */
static int open_socket(struct connection *connection)
{
    struct stat status;
    int fd = socket_above_standard();

    if (fd < 0)
        return errno;
    if (fstat(fd, &status) < 0) {
        int saved = errno;

        (void)close(fd);
        return saved;
    }
    connection->fd = fd;
    connection->device = status.st_dev;
    connection->inode = status.st_ino;
    return 0;
}

/*
 * A full queue of connections gives EAGAIN, at once and without anything to poll for.
 */
static int establish(int fd, const struct sockaddr_un *address, const struct deadline *deadline,
                     struct failure *failure)
{
    unsigned pause_ms = 1;

    while (connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0) {
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN)
            return refuse_connect(errno, address->sun_path, failure);
        if (!pause_for(pause_ms, deadline))
            return failure_set(failure, CERTNAME_ERR_BUSY, EAGAIN,
                               "%s: certnamed took no new connection within %u ms: try again later",
                               address->sun_path, deadline->milliseconds);
        pause_ms = pause_ms * 2 > PAUSE_MS_MAX ? PAUSE_MS_MAX : pause_ms * 2;
    }
    return 0;
}

int connection_open(struct connection *connection, const struct address *address,
                    const struct deadline *deadline, struct failure *failure)
{
    int r;

    connection_close(connection);
    r = address_resolve(address, &connection->address, failure);
    if (r)
        return r;
    r = open_socket(connection);
    if (r)
        return refuse_connect(r, connection->address.sun_path, failure);

    r = establish(connection->fd, &connection->address, deadline, failure);
    if (!r)
        r = peer_check(connection->fd, connection->address.sun_path, failure);
    if (r) {
        connection_close(connection);
        return r;
    }
    owner_claim(&connection->owner);
    return 0;
}

/* --- moving bytes --- */

static int wait_for(const struct connection *connection, short events, short *reventsp,
                    const struct deadline *deadline, struct failure *failure)
{
    struct pollfd watched = {.fd = connection->fd, .events = events};
    struct timespec left;

    while (deadline_left(deadline, &left)) {
        int n = ppoll(&watched, 1, &left, NULL);

        if (n > 0) {
            *reventsp = watched.revents;
            return 0;
        }
        if (n < 0 && errno != EINTR)
            return failure_set(failure, CERTNAME_ERR_MEMORY, errno, "%s: cannot wait (%m)",
                               connection->address.sun_path);
    }
    return failure_set(
        failure, CERTNAME_ERR_TIMEOUT, ETIMEDOUT,
        "%s: certnamed did not answer within %u ms: try again, or allow it more time",
        connection->address.sun_path, deadline->milliseconds);
}

/* A broken connection is GONE; anything else would break the next one too. */
static int io_error(const struct connection *connection, int errnum, struct failure *failure)
{
    if (errnum == EPIPE || errnum == ECONNRESET || errnum == ENOTCONN)
        return failure_set(
            failure, CONNECTION_GONE, errnum,
            "%s: certnamed closed the connection (%m) and gave no answer: try again, and "
            "look into its log",
            connection->address.sun_path);
    if (errnum == ENOMEM || errnum == ENOBUFS)
        return failure_set(failure, CERTNAME_ERR_MEMORY, errnum, "%s: no memory to ask (%m)",
                           connection->address.sun_path);
    return failure_set(failure, CERTNAME_ERR_UNAVAILABLE, errnum, "%s: the connection failed (%m)",
                       connection->address.sun_path);
}

static bool has_room(const struct connection *connection)
{
    return connection->start > 0 || connection->end < CONNECTION_INPUT_BYTES;
}

/* Makes room behind the input, which stays under its bound. */
static int make_room(struct connection *connection, struct failure *failure)
{
    size_t capacity = connection->capacity ? connection->capacity * 2 : FIRST_INPUT_BYTES;
    uint8_t *input;

    if (connection->end < connection->capacity)
        return 0;
    /* Moving little to gain little would add up: grow instead while there is something to grow. */
    if (connection->start > connection->capacity / 2 ||
        (connection->start > 0 && connection->capacity == CONNECTION_INPUT_BYTES)) {
        connection->end -= connection->start;
        memmove(connection->input, connection->input + connection->start, connection->end);
        connection->start = 0;
        return 0;
    }
    if (capacity > CONNECTION_INPUT_BYTES)
        capacity = CONNECTION_INPUT_BYTES;
    input = realloc(connection->input, capacity);
    if (!input)
        return failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM,
                           "no memory for certnamed's replies");
    connection->input = input;
    connection->capacity = capacity;
    return 0;
}

/* Reads what is there; nothing is no error. The caller has seen to has_room(). */
static int read_some(struct connection *connection, struct failure *failure)
{
    ssize_t n;
    int r;

    r = make_room(connection, failure);
    if (r)
        return r;
    n = recv(connection->fd, connection->input + connection->end,
             connection->capacity - connection->end, 0);
    if (n > 0) {
        connection->end += (size_t)n;
        return 0;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return io_error(connection, n == 0 ? ECONNRESET : errno, failure);
}

/* The socket is full: waits until it is not, and reads meanwhile. */
static int wait_to_send(struct connection *connection, const struct deadline *deadline,
                        struct failure *failure)
{
    short revents = 0;
    int r;

    r = wait_for(connection, (short)(has_room(connection) ? POLLIN | POLLOUT : POLLOUT), &revents,
                 deadline, failure);
    if (r || !(revents & POLLIN) || !has_room(connection))
        return r;
    return read_some(connection, failure);
}

static void skip_sent(struct msghdr *message, size_t n)
{
    while (message->msg_iovlen > 0 && n >= message->msg_iov->iov_len) {
        n -= message->msg_iov->iov_len;
        message->msg_iov++;
        message->msg_iovlen--;
    }
    if (message->msg_iovlen > 0) {
        message->msg_iov->iov_base = (uint8_t *)message->msg_iov->iov_base + n;
        message->msg_iov->iov_len -= n;
    }
}

int connection_send(struct connection *connection, struct iovec *parts, size_t n_parts,
                    const struct deadline *deadline, struct failure *failure)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = n_parts};

    while (message.msg_iovlen > 0) {
        ssize_t n = sendmsg(connection->fd, &message, MSG_NOSIGNAL);
        int r = 0;

        if (n >= 0)
            skip_sent(&message, (size_t)n);
        else if (errno == EAGAIN)
            r = wait_to_send(connection, deadline, failure);
        else if (errno != EINTR)
            r = io_error(connection, errno, failure);
        if (r)
            return r;
    }
    return 0;
}

int connection_receive(struct connection *connection, const struct deadline *deadline,
                       struct failure *failure)
{
    short revents;
    int r;

    r = wait_for(connection, POLLIN, &revents, deadline, failure);
    return r ? r : read_some(connection, failure);
}

const uint8_t *connection_input(const struct connection *connection, size_t *np)
{
    *np = connection->end - connection->start;
    return *np ? connection->input + connection->start : NULL;
}

void connection_take(struct connection *connection, size_t n)
{
    connection->start += n;
    if (connection->start == connection->end)
        connection->start = connection->end = 0;
}
