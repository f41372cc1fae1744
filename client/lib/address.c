/* SPDX-License-Identifier: MIT */
#include "client/lib/address.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "certname/client.h"
#include "client/lib/daemon_uid.h"

#define DEFAULT_PATH "/run/certnamed/certnamed.sock"
#define PATH_BYTES   sizeof(((struct sockaddr_un *)0)->sun_path)

static bool fits_socket(const char *path)
{
    size_t len = strnlen(path, PATH_BYTES);

    return len > 0 && len < PATH_BYTES;
}

int address_init(struct address *address)
{
    const char *named = secure_getenv("CERTNAMED_SOCKET");

    *address = (struct address){0};
    address->is_default = !named || !*named;
    address->path = strdup(address->is_default ? DEFAULT_PATH : named);
    return address->path ? 0 : CERTNAME_ERR_MEMORY;
}

void address_deinit(struct address *address)
{
    free(address->path);
    *address = (struct address){0};
}

int address_copy(struct address *copy, const struct address *address)
{
    *copy = *address;
    copy->path = strdup(address->path);
    return copy->path ? 0 : CERTNAME_ERR_MEMORY;
}

int address_set(struct address *address, const char *path)
{
    char *copy;

    if (!fits_socket(path))
        return CERTNAME_ERR_ARGUMENT;
    copy = strdup(path);
    if (!copy)
        return CERTNAME_ERR_MEMORY;
    free(address->path);
    address->path = copy;
    address->is_default = false;
    return 0;
}

static int check_folder(const char *path, bool trust_unmapped, struct failure *failure)
{
    struct stat status;
    enum daemon_uid_trust trust;

    if (lstat(path, &status) < 0)
        return failure_set(failure, CERTNAME_ERR_UNAVAILABLE, errno,
                           "%s: cannot examine the folder of certnamed's socket (%m): check that "
                           "certnamed is running",
                           path);
    trust = daemon_uid_judge_owner(status.st_uid);
    if (trust == DAEMON_UID_UNMAPPED && !trust_unmapped)
        return daemon_uid_refuse_unmapped(path, "the folder's owner", failure);
    if (!S_ISDIR(status.st_mode) || trust == DAEMON_UID_FOREIGN ||
        (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return failure_set(failure, CERTNAME_ERR_UNTRUSTED_DAEMON, 0,
                           "%s: must be a folder that root owns and nobody else can write, because "
                           "otherwise anybody can put a socket there",
                           path);
    return 0;
}

static int check_socket(const char *path, struct failure *failure)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return failure_set(
            failure, CERTNAME_ERR_UNAVAILABLE, errno,
            "%s: cannot find certnamed's socket (%m): check that certnamed is running", path);
    if (!S_ISSOCK(status.st_mode))
        return failure_set(failure, CERTNAME_ERR_UNTRUSTED_DAEMON, 0,
                           "%s: is not a socket: remove it and start certnamed again", path);
    return 0;
}

int address_check(const char *path, bool trust_unmapped, struct failure *failure)
{
    char folder[PATH_BYTES];
    int r;

    if (path[0] != '/' || !fits_socket(path))
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0,
                           "%s: is not the absolute path of a socket", path);

    r = check_folder("/", trust_unmapped, failure);
    for (const char *slash = strchr(path + 1, '/'); r == 0 && slash;
         slash = strchr(slash + 1, '/')) {
        size_t len = (size_t)(slash - path);

        memcpy(folder, path, len);
        folder[len] = '\0';
        r = check_folder(folder, trust_unmapped, failure);
    }
    return r ? r : check_socket(path, failure);
}

int address_resolve(const struct address *address, struct sockaddr_un *target,
                    struct failure *failure)
{
    *target = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (!fits_socket(address->path))
        return failure_set(
            failure, CERTNAME_ERR_ARGUMENT, 0,
            "the path of certnamed's socket is longer than %zu bytes: set CERTNAMED_SOCKET to a "
            "shorter one",
            PATH_BYTES - 1);
    memcpy(target->sun_path, address->path, strnlen(address->path, PATH_BYTES - 1));
    return address->is_default ? address_check(address->path, address->trust_unmapped, failure) : 0;
}
