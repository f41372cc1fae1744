/* SPDX-License-Identifier: MIT */
#include "daemon/os/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/os/rights.h"

/* How long to wait for another daemon that is starting with the same path. */
#define LOCK_WAIT_MS 2000
/* The pause between two attempts to lock the path. */
#define LOCK_RETRY_US 10000

static int set_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address->sun_path))
        return -ENAMETOOLONG;
    strcpy(address->sun_path, path);
    return 0;
}

/*
 * Checks the path. Returns 0 if nothing is there, or a socket that nobody listens on; -EADDRINUSE,
 * -EEXIST or another -errno if not.
 */
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
    /* EAGAIN means that the backlog is full, so somebody listens. Only ECONNREFUSED shows that
     * nobody does. */
    r = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ? -EADDRINUSE : -errno;
    fd_close(fd);
    if (r == -ECONNREFUSED || r == -ENOENT)
        return 0;
    return r == -EAGAIN ? -EADDRINUSE : r;
}

/* Returns whether `fd` is the file that `path` now names. */
static bool is_at(int fd, const char *path)
{
    struct stat opened, found;

    return fstat(fd, &opened) == 0 && lstat(path, &found) == 0 && opened.st_dev == found.st_dev &&
           opened.st_ino == found.st_ino;
}

/*
 * Tries to lock the file. Returns 0; -EADDRINUSE if another process has the lock, or has removed
 * the file from `path`; or -errno.
 */
static int try_lock(int fd, const char *path)
{
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? -EADDRINUSE : -errno;
    return is_at(fd, path) ? 0 : -EADDRINUSE;
}

/*
 * Locks a file at `path`, so that two daemons which start with one path do so one after the other.
 * Only this user may open the file, which is removed with the lock. Returns 0 and *lockp, or
 * -errno.
 */
static int lock_path(int *lockp, const char *path)
{
    int64_t deadline = clock_now_ms() + LOCK_WAIT_MS;

    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        int r;

        if (fd < 0)
            return -errno;
        r = try_lock(fd, path);
        if (!r) {
            *lockp = fd;
            return 0;
        }
        fd_close(fd);
        if (clock_now_ms() > deadline)
            return r;
        usleep(LOCK_RETRY_US);
    }
}

static void unlock_path(int lock, const char *path)
{
    unlink(path);
    fd_close(lock);
}

static int bind_and_listen(int fd, const char *temporary, mode_t mode)
{
    static const int on = 1;
    struct sockaddr_un address;
    mode_t mask;
    int r = set_address(&address, temporary);

    if (r)
        return r;
    if (unlink(temporary) < 0 && errno != ENOENT)
        return -errno;
    /* bind() creates the path with the mode of the socket less the umask. Setting both first makes
     * the path have `mode` from the beginning. */
    r = setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ? -errno : 0;
    if (r)
        return r;
    mask = umask(0);
    r = fchmod(fd, mode) < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0
            ? -errno
            : 0;
    umask(mask);
    rights_refuse(fd);
    if (!r && listen(fd, LIMIT_BACKLOG_COUNT) < 0)
        r = -errno;
    return r;
}

static int publish(int fd, struct listen_path *bound, const char *path, mode_t mode)
{
    char temporary[sizeof(bound->path)];
    struct stat status;
    int r;

    if (snprintf(temporary, sizeof(temporary), "%s.%d", path, getpid()) >= (int)sizeof(temporary))
        return -ENAMETOOLONG;
    r = bind_and_listen(fd, temporary, mode);
    if (r) {
        unlink(temporary);
        return r;
    }
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

static const char *find_advice(int error)
{
    switch (error) {
    case EADDRINUSE:
        return "another program answers there: stop it, or choose another path";
    case EEXIST:
        return "something that is not a socket is there: remove it, or choose another path";
    case ENAMETOOLONG:
        return "a socket's path, with the process number that it ends in while binding, has at "
               "most "
               "107 bytes: choose a shorter one";
    case ENOENT:
    case ENOTDIR:
        return "its folder does not exist: make it, or choose another path";
    case EACCES:
    case EPERM:
    case EROFS:
        return "its folder may not be written: check the permissions, or choose another path";
    default:
        return "nothing was changed";
    }
}

static void log_failure(const char *path, int error)
{
    log_error("cannot listen at %s: %s: %s", path, strerror(error), find_advice(error));
}

/* Makes the socket. The caller has the lock, so that no other daemon touches the path meanwhile. */
static int open_locked(int *fdp, struct listen_path *bound, const char *path, mode_t mode)
{
    int r = check_free(path);
    int fd;

    if (r)
        return r;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    r = publish(fd, bound, path, mode);
    if (r) {
        fd_close(fd);
        return r;
    }
    *fdp = fd;
    return 0;
}

int listen_open(int *fdp, struct listen_path *bound, const char *path, mode_t mode)
{
    char lock_name[sizeof(bound->path) + sizeof(".lock")];
    int lock = -1, r;

    if (snprintf(lock_name, sizeof(lock_name), "%s.lock", path) >= (int)sizeof(lock_name))
        r = -ENAMETOOLONG;
    else
        r = lock_path(&lock, lock_name);
    if (!r) {
        r = open_locked(fdp, bound, path, mode);
        unlock_path(lock, lock_name);
    }
    if (r)
        log_failure(path, -r);
    return r;
}

void listen_remove(const struct listen_path *bound)
{
    struct stat status;

    if (bound->path[0] == '\0' || lstat(bound->path, &status) < 0)
        return;
    if (status.st_dev == bound->device && status.st_ino == bound->inode)
        unlink(bound->path);
}
