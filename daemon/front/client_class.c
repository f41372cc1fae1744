/* SPDX-License-Identifier: MIT */
#include "daemon/front/client_class.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "daemon/ipc/note.h"
#include "daemon/limits.h"

/*
 * Room for this many groups, the client's own included, suffices for nearly every client. More
 * groups need an allocation.
 */
#define USUAL_GROUPS 65

static bool has_group_section(const struct settings *settings)
{
    for (size_t i = 0; i < settings->n_clients; i++) {
        if (settings->clients[i].is_group)
            return true;
    }
    return false;
}

/*
 * Reads the supplementary groups. *lenp is the room in bytes, and afterwards the number of bytes
 * written. Returns false on failure; if the room was too small, *lenp is then the number of bytes
 * needed.
 */
static bool read_groups(int socket, uint32_t *gids, socklen_t *lenp)
{
    return getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, gids, lenp) == 0;
}

/*
 * Returns the class of a client with more groups than USUAL_GROUPS. The list of its groups takes
 * len bytes.
 */
static uint32_t classify_by_many(const struct settings *settings, int socket,
                                 const struct ucred *credentials, socklen_t len)
{
    uint32_t class = CLIENT_CLASS_UNIDENTIFIED;
    uint32_t *gids = malloc(sizeof(*gids) + len);

    if (!gids)
        return class;
    gids[0] = credentials->gid;
    if (read_groups(socket, gids + 1, &len))
        class = settings_class(settings, credentials->uid, gids, 1 + len / sizeof(*gids));
    free(gids);
    return class;
}

uint32_t client_class_read(const struct settings *settings, int socket)
{
    struct ucred credentials = {.pid = -1, .uid = (uid_t)-1, .gid = (gid_t)-1};
    socklen_t len = sizeof(credentials);
    uint32_t gids[USUAL_GROUPS];
    socklen_t n_bytes = sizeof(gids) - sizeof(gids[0]);

    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &len) < 0 ||
        len != sizeof(credentials) || credentials.uid == (uid_t)-1)
        return CLIENT_CLASS_UNIDENTIFIED;
    gids[0] = credentials.gid;
    if (!has_group_section(settings))
        return settings_class(settings, credentials.uid, gids, 1);
    if (read_groups(socket, gids + 1, &n_bytes))
        return settings_class(settings, credentials.uid, gids, 1 + n_bytes / sizeof(gids[0]));
    if (n_bytes <= sizeof(gids) - sizeof(gids[0]) ||
        n_bytes > LIMIT_CLIENT_GROUPS_COUNT * sizeof(gids[0]))
        return CLIENT_CLASS_UNIDENTIFIED;
    return classify_by_many(settings, socket, &credentials, n_bytes);
}
