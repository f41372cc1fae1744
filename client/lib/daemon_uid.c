/* SPDX-License-Identifier: MIT */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client/lib/daemon_uid.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certname/client.h"

/*
 * The uid that the kernel shows for a user without a uid in this user namespace
 * (/proc/sys/kernel/overflowuid).
 */
#define OVERFLOW_UID 65534
/* The largest size of /proc/self/uid_map: the kernel accepts at most 340 lines of three numbers. */
#define UID_MAP_BYTES 16384
/* The number of uids that the map of the initial user namespace covers, which is all of them. */
#define UIDS_COUNT UINT64_C(4294967295)

static bool read_number(const char **textp, uint64_t *valuep)
{
    char *end;

    *textp += strspn(*textp, " \t");
    if (**textp < '0' || **textp > '9')
        return false;
    errno = 0;
    *valuep = strtoull(*textp, &end, 10);
    *textp = end;
    return errno == 0 && *valuep <= UIDS_COUNT;
}

/*
 * Returns whether the map gives every user outside a uid in this namespace. Then 65534 means one
 * particular user.
 */
static bool is_whole_map(const char *text)
{
    uint64_t n_uids = 0;

    while (text && *text) {
        uint64_t inside, outside, count;

        if (!read_number(&text, &inside) || !read_number(&text, &outside) ||
            !read_number(&text, &count) || *text++ != '\n')
            return false;
        n_uids += count;
    }
    return n_uids == UIDS_COUNT;
}

enum daemon_uid_trust daemon_uid_judge(uid_t uid, uid_t own, const char *uid_map)
{
    if (uid == 0)
        return DAEMON_UID_TRUSTED;
    if (uid == OVERFLOW_UID && !is_whole_map(uid_map))
        return DAEMON_UID_UNMAPPED;
#ifdef DAEMON_UID
    if (uid == DAEMON_UID)
        return DAEMON_UID_TRUSTED;
#endif
    return uid == own ? DAEMON_UID_TRUSTED : DAEMON_UID_FOREIGN;
}

/*
 * Reads /proc/self/uid_map as a string into `text`. Returns `text`, or NULL if it cannot be read.
 */
static const char *load_map(char *text, size_t capacity)
{
    size_t n = 0;
    ssize_t r;
    int fd;

    do
        fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return NULL;
    do {
        r = read(fd, text + n, capacity - n);
        if (r > 0)
            n += (size_t)r;
    } while (n < capacity && (r > 0 || (r < 0 && errno == EINTR)));
    (void)close(fd);
    if (r < 0 || n == capacity || memchr(text, '\0', n))
        return NULL;
    text[n] = '\0';
    return text;
}

static enum daemon_uid_trust judge_by_own_uid_map(uid_t uid, uid_t own)
{
    char text[UID_MAP_BYTES];

    if (uid != OVERFLOW_UID)
        return daemon_uid_judge(uid, own, NULL);
    return daemon_uid_judge(uid, own, load_map(text, sizeof(text)));
}

enum daemon_uid_trust daemon_uid_judge_owner(uid_t uid)
{
    /* Passes 0 as the caller's uid, because a folder that the caller owns is not trusted. */
    enum daemon_uid_trust trust = judge_by_own_uid_map(uid, 0);

    return trust == DAEMON_UID_TRUSTED && uid != 0 ? DAEMON_UID_FOREIGN : trust;
}

int daemon_uid_refuse_unmapped(const char *path, const char *what, struct failure *failure)
{
    char namespace[64];
    ssize_t n = readlink("/proc/self/ns/user", namespace, sizeof(namespace) - 1);

    namespace[n > 0 ? n : 0] = '\0';
    return failure_set(
        failure, CERTNAME_ERR_UNTRUSTED_DAEMON, 0,
        "%s: this program runs in a user namespace (%s) in which %s has no uid (it reads as "
        "65534), so that certnamed cannot be told from an impostor: pass a connected descriptor "
        "(certname_client_set_fd() or LISTEN_FDS), map root into the namespace, or trust any such "
        "uid with certname_client_insecure_trust_unmapped_uid()",
        path, n > 0 ? namespace : "or without /proc", what);
}

int daemon_uid_check(int fd, bool trust_unmapped, const char *path, struct failure *failure)
{
    struct ucred listener = {.uid = (uid_t)-1};
    socklen_t len = sizeof(listener);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &listener, &len) < 0 || len != sizeof(listener))
        return failure_set(failure, CERTNAME_ERR_UNTRUSTED_DAEMON, errno,
                           "%s: cannot find out which user listens there (%m)", path);
    switch (judge_by_own_uid_map(listener.uid, geteuid())) {
    case DAEMON_UID_TRUSTED:
        return 0;
    case DAEMON_UID_UNMAPPED:
        return trust_unmapped ? 0 : daemon_uid_refuse_unmapped(path, "the daemon's user", failure);
    case DAEMON_UID_FOREIGN:
        break;
    }
    return failure_set(
        failure, CERTNAME_ERR_UNTRUSTED_DAEMON, 0,
        "%s: uid %lu listens there, which is neither root nor this program's user nor "
        "certnamed's: find out who made that socket, and name certnamed's own socket",
        path, (unsigned long)listener.uid);
}
