/* SPDX-License-Identifier: MIT */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client/lib/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certname/client.h"

#define OVERFLOW_UID 65534
/* The kernel takes 340 lines of three numbers; more than that is not a map that we can read. */
#define UID_MAP_BYTES 16384
/* What the numbers of the initial namespace's map add up to: every uid has its own number there. */
#define UIDS_COUNT UINT64_C(4294967295)

struct uid_map {
    bool has_root;
    uint64_t n_uids;
};

static bool map_number(const char **textp, uint64_t *valuep)
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

static bool map_read(struct uid_map *map, const char *text)
{
    *map = (struct uid_map){0};
    if (!text || !*text)
        return false;
    while (*text) {
        uint64_t inside, outside, count;

        if (!map_number(&text, &inside) || !map_number(&text, &outside) ||
            !map_number(&text, &count))
            return false;
        if (*text++ != '\n' || count == 0)
            return false;
        map->has_root = map->has_root || inside == 0;
        map->n_uids += count;
    }
    return true;
}

bool peer_uid_is_root(uid_t uid, const char *uid_map)
{
    struct uid_map map;

    if (uid != OVERFLOW_UID)
        return uid == 0;
    return map_read(&map, uid_map) && !map.has_root;
}

bool peer_uid_is_trusted(uid_t uid, uid_t own, const char *uid_map)
{
    struct uid_map map;

    if (peer_uid_is_root(uid, uid_map))
        return true;
    if (uid == OVERFLOW_UID)
        return own == uid && map_read(&map, uid_map) && map.n_uids == UIDS_COUNT;
#ifdef DAEMON_UID
    if (uid == DAEMON_UID)
        return true;
#endif
    return uid == own;
}

/* The map as a C string, or NULL. */
static const char *map_load(char *text, size_t capacity)
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

bool peer_owner_is_root(uid_t uid)
{
    char text[UID_MAP_BYTES];

    if (uid != OVERFLOW_UID)
        return peer_uid_is_root(uid, NULL);
    return peer_uid_is_root(uid, map_load(text, sizeof(text)));
}

static bool is_trusted(uid_t uid)
{
    char text[UID_MAP_BYTES];

    if (uid != OVERFLOW_UID)
        return peer_uid_is_trusted(uid, geteuid(), NULL);
    return peer_uid_is_trusted(uid, geteuid(), map_load(text, sizeof(text)));
}

int peer_check(int fd, const char *path, struct failure *failure)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t len = sizeof(peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
        return failure_set(failure, CERTNAME_ERR_UNTRUSTED_DAEMON, errno,
                           "%s: cannot tell who listens there (%m)", path);
    if (len == sizeof(peer) && is_trusted(peer.uid))
        return 0;
    return failure_set(
        failure, CERTNAME_ERR_UNTRUSTED_DAEMON, 0,
        "%s: uid %lu listens there, who is neither root nor this program's own user nor "
        "certnamed's: "
        "find out who made that socket, and point to certnamed's",
        path, (unsigned long)peer.uid);
}
