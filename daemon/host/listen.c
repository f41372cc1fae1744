/* SPDX-License-Identifier: MIT */
#include "daemon/host/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/host/clock.h"
#include "daemon/host/fd.h"
#include "daemon/host/log.h"
#include "proto/limits.h"

/* How long another start in the same folder may hold its lock. */
#define LOCK_WAIT_MS 2000

static int set_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address->sun_path))
        return -ENAMETOOLONG;
    strcpy(address->sun_path, path);
    return 0;
}

/* 0: the path is free, or a socket that nobody listens on. */
static int check_free(const char *path)
{
    struct sockaddr_un address;
    struct stat status;
    int fd, r = set_address(&address, path);

    if (r)
        return r;
    if (lstat(path, &status) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (!S_ISSOCK(status.st_mode))
        return -EEXIST;

    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    /* EAGAIN is a full backlog: somebody listens. Only a refusal says that nobody does. */
    r = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ? -EADDRINUSE : -errno;
    fd_close(fd);
    if (r == -ECONNREFUSED || r == -ENOENT)
        return 0;
    return r == -EAGAIN ? -EADDRINUSE : r;
}

/* Serialises starts in one folder. Without permission to lock, the rename alone has to do. */
static int lock_folder(const char *path)
{
    char copy[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
    int64_t deadline = clock_now_ms() + LOCK_WAIT_MS;
    int fd;

    snprintf(copy, sizeof(copy), "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        int error = errno;

        if (error != EWOULDBLOCK || clock_now_ms() > deadline) {
            fd_close(fd);
            return -error;
        }
        usleep(10000);
    }
    return fd;
}

static int bind_and_listen(int fd, const char *temporary)
{
    struct sockaddr_un address;
    mode_t mask;
    int r = set_address(&address, temporary);

    if (r)
        return r;
    if (unlink(temporary) < 0 && errno != ENOENT)
        return -errno;
    /* The mode of the path is that of the socket less the mask: no moment in which it is another. */
    mask = umask(0);
    r = fchmod(fd, 0666) < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0
            ? -errno
            : 0;
    umask(mask);
    if (!r && listen(fd, LIMIT_BACKLOG_COUNT) < 0)
        r = -errno;
    return r;
}

static int publish(int fd, struct listen_path *bound, const char *path)
{
    char temporary[sizeof(bound->path)];
    struct stat status;
    int r;

    if (snprintf(temporary, sizeof(temporary), "%s.%d", path, getpid()) >= (int)sizeof(temporary))
        return -ENAMETOOLONG;
    r = bind_and_listen(fd, temporary);
    if (r)
        return r;
    if (lstat(temporary, &status) < 0 || rename(temporary, path) < 0) {
        r = -errno;
        unlink(temporary);
        return r;
    }
    snprintf(bound->path, sizeof(bound->path), "%s", path);
    bound->device = status.st_dev;
    bound->inode = status.st_ino;
    return 0;
}

static void log_failure(const char *path, int error)
{
    const char *advice = "check the folder and its permissions";

    if (error == EADDRINUSE)
        advice = "another daemon answers there: stop it, or choose another --socket";
    else if (error == EEXIST)
        advice = "something that is no socket is there: remove it, or choose another --socket";
    else if (error == ENAMETOOLONG)
        advice = "a socket's path has at most 107 bytes, the process number at its end while binding "
                 "included: choose a shorter --socket";
    else if (error == ENOENT)
        advice = "its folder does not exist: create it";
    log_error("cannot listen at %s: %s: %s", path, strerror(error), advice);
}

int listen_open(int *fdp, struct listen_path *bound, const char *path)
{
    int lock, fd = -1, r;

    lock = lock_folder(path);
    r = lock < 0 ? lock : check_free(path);
    if (!r) {
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        r = fd < 0 ? -errno : publish(fd, bound, path);
    }
    fd_close(lock);
    if (r) {
        fd_close(fd);
        log_failure(path, -r);
        return r;
    }
    *fdp = fd;
    return 0;
}

void listen_remove(const struct listen_path *bound)
{
    struct stat status;

    if (bound->path[0] == '\0' || lstat(bound->path, &status) < 0)
        return;
    if (status.st_dev == bound->device && status.st_ino == bound->inode)
        unlink(bound->path);
}
