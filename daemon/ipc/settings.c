/* SPDX-License-Identifier: MIT */
#include "daemon/ipc/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/fd.h"
#include "daemon/ipc/note.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* Writes bytes into a new sealed memory file. */
static int seal(const void *data, size_t len, int *fdp)
{
    int fd = memfd_create("certnamed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const char *at = data;
    int r;

    if (fd < 0)
        return -errno;
    while (len > 0) {
        ssize_t n = write(fd, at, len);

        if (n <= 0) {
            r = n < 0 ? -errno : -EIO;
            fd_close(fd);
            return r;
        }
        at += n;
        len -= (size_t)n;
    }
    if (fcntl(fd, F_ADD_SEALS, SEALS) < 0) {
        r = -errno;
        fd_close(fd);
        return r;
    }
    *fdp = fd;
    return 0;
}

/*
 * Reads the first `size` bytes of a file, or all bytes if it has fewer. *lenp is the number of
 * bytes read.
 */
static int read_all(int fd, void *data, size_t size, size_t *lenp)
{
    char *at = data;
    size_t len = 0;

    while (len < size) {
        ssize_t n = pread(fd, at + len, size - len, (off_t)len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    *lenp = len;
    return 0;
}

int settings_seal(const struct settings *settings, int *fdp)
{
    return seal(settings, sizeof(*settings), fdp);
}

/*
 * Returns whether the file has more than `len` bytes. If the read fails, returns true, which makes
 * the caller refuse the file.
 */
static bool has_more(int fd, size_t len)
{
    char byte;

    return pread(fd, &byte, 1, (off_t)len) != 0;
}

static bool has_good_sockets(const struct settings *settings)
{
    if (settings->n_sockets > LIMIT_NAMED_SOCKETS_COUNT)
        return false;
    for (size_t i = 0; i < settings->n_sockets; i++) {
        if (!memchr(settings->sockets[i].name, '\0', sizeof(settings->sockets[i].name)))
            return false;
    }
    return true;
}

int settings_read(struct settings *settings, int fd)
{
    size_t len = 0;
    int r = read_all(fd, settings, sizeof(*settings), &len);

    if (!r && (len != sizeof(*settings) || settings->n_clients > SETTINGS_CLIENTS_COUNT ||
               !has_good_sockets(settings) || has_more(fd, len)))
        r = -EBADMSG;
    if (r)
        memset(settings, 0, sizeof(*settings));
    return r;
}

static bool is_member(uint32_t gid, const uint32_t *gids, size_t n_gids)
{
    for (size_t i = 0; i < n_gids; i++) {
        if (gids[i] == gid)
            return true;
    }
    return false;
}

uint32_t settings_class(const struct settings *settings, uint32_t uid, const uint32_t *gids,
                        size_t n_gids)
{
    uint32_t class = CLIENT_CLASS_NONE;

    if (uid == SETTINGS_OVERFLOW_UID)
        return CLIENT_CLASS_UNIDENTIFIED;
    for (size_t i = 0; i < settings->n_clients; i++) {
        const struct settings_client *client = &settings->clients[i];

        if (!client->is_group && client->id == uid)
            return client->client_class;
        if (class == CLIENT_CLASS_NONE && client->is_group && is_member(client->id, gids, n_gids))
            class = client->client_class;
    }
    return class;
}

uint32_t settings_class_of_socket(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->n_sockets; i++) {
        if (strcmp(settings->sockets[i].name, name) == 0)
            return settings->sockets[i].client_class;
    }
    return CLIENT_CLASS_NONE;
}

int settings_seal_text(const char *text, size_t len, int *fdp)
{
    return seal(text, len, fdp);
}

int settings_read_text(int fd, char *text, size_t size, size_t *lenp)
{
    int r = size == 0 ? -EINVAL : read_all(fd, text, size - 1, lenp);

    if (r)
        return r;
    text[*lenp] = '\0';
    return 0;
}
