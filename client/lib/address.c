/* SPDX-License-Identifier: MIT */
#include "client/lib/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "certname/client.h"
#include "client/lib/peer.h"

#define DEFAULT_PATH "/run/certnamed/certnamed.sock"
#define PATH_BYTES   sizeof(((struct sockaddr_un *)0)->sun_path)

static bool fits(const char *path)
{
    size_t len = strnlen(path, PATH_BYTES);

    return len > 0 && len < PATH_BYTES;
}

int address_init(struct address *address)
{
    const char *named = secure_getenv("CERTNAMED_SOCKET");

    address->is_default = !named || !*named;
    address->path = strdup(address->is_default ? DEFAULT_PATH : named);
    return address->path ? 0 : CERTNAME_ERR_MEMORY;
}

void address_deinit(struct address *address)
{
    free(address->path);
    *address = (struct address){0};
}

int address_set(struct address *address, const char *path)
{
    char *copy;

    if (!fits(path))
        return CERTNAME_ERR_ARGUMENT;
    copy = strdup(path);
    if (!copy)
        return CERTNAME_ERR_MEMORY;
    address_deinit(address);
    address->path = copy;
    return 0;
}

static int check_folder(const char *path, struct failure *failure)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return failure_set(
            failure, CERTNAME_ERR_UNAVAILABLE, errno,
            "%s: cannot look at the folder of certnamed's socket (%m): is certnamed running?",
            path);
    if (!S_ISDIR(status.st_mode) || !peer_owner_is_root(status.st_uid) ||
        (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return failure_set(
            failure, CERTNAME_ERR_UNTRUSTED_DAEMON, 0,
            "%s: must be a folder that root owns and nobody else may write: else the "
            "socket in it may be anybody's",
            path);
    return 0;
}

static int check_socket(const char *path, struct failure *failure)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return failure_set(failure, CERTNAME_ERR_UNAVAILABLE, errno,
                           "%s: no daemon there (%m): is certnamed running?", path);
    if (!S_ISSOCK(status.st_mode))
        return failure_set(failure, CERTNAME_ERR_UNTRUSTED_DAEMON, 0,
                           "%s: is not a socket: remove it and start certnamed again", path);
    return 0;
}

int address_check(const char *path, struct failure *failure)
{
    char folder[PATH_BYTES];
    int r;

    if (path[0] != '/' || !fits(path))
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0, "%s: is no absolute path of a socket",
                           path);

    r = check_folder("/", failure);
    for (const char *slash = strchr(path + 1, '/'); r == 0 && slash;
         slash = strchr(slash + 1, '/')) {
        size_t len = (size_t)(slash - path);

        memcpy(folder, path, len);
        folder[len] = '\0';
        r = check_folder(folder, failure);
    }
    return r ? r : check_socket(path, failure);
}

int address_resolve(const struct address *address, struct sockaddr_un *target,
                    struct failure *failure)
{
    *target = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (!fits(address->path))
        return failure_set(
            failure, CERTNAME_ERR_ARGUMENT, 0,
            "the path of certnamed's socket has more than %zu bytes: set CERTNAMED_SOCKET "
            "to a shorter one",
            PATH_BYTES - 1);
    memcpy(target->sun_path, address->path, strnlen(address->path, PATH_BYTES - 1));
    return address->is_default ? address_check(address->path, failure) : 0;
}
