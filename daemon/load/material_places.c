/* SPDX-License-Identifier: MIT */
#include "daemon/load/material_places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "daemon/os/landlock.h"
#include "daemon/policy/trust.h"
#include "daemon/x509/path/store.h"

/* Allows the file that an entry of a folder stands for, if it may be a symbolic link. */
static int allow_target(struct landlock *landlock, int folder, const struct dirent *entry)
{
    struct stat status;
    int fd, r = 0;

    if (entry->d_name[0] == '.' || (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN))
        return 0;
    fd = openat(folder, entry->d_name, O_PATH | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        r = landlock_allow_reading(landlock, fd);
    fd_close(fd);
    return r;
}

/* Allows the targets of the symbolic links in a folder. Takes over the descriptor. */
static int allow_targets(struct landlock *landlock, int fd)
{
    const struct dirent *entry;
    DIR *folder = fdopendir(fd);
    int r = 0;

    if (!folder) {
        fd_close(fd);
        return -ENOMEM;
    }
    while (!r && (entry = readdir(folder)))
        r = allow_target(landlock, dirfd(folder), entry);
    closedir(folder);
    return r;
}

/* Allows a file or a folder. One that cannot be opened is skipped: reading it says why. */
static int allow_path(struct landlock *landlock, const char *path)
{
    int fd = open(path, O_PATH | O_CLOEXEC), folder;
    int r;

    if (fd < 0)
        return 0;
    r = landlock_allow_reading(landlock, fd);
    folder = r ? -1 : openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    fd_close(fd);
    return folder < 0 ? r : allow_targets(landlock, folder);
}

static int allow_paths(struct landlock *landlock, const struct policy_texts *paths)
{
    int r = 0;

    for (size_t i = 0; !r && i < paths->n_texts; i++)
        r = allow_path(landlock, paths->texts[i]);
    return r;
}

/*
 * Allows the filters of CRLite, if there are any, and the files in which the name of their owner is
 * looked up.
 */
static int allow_crlite(struct landlock *landlock, const struct policy_trust *trust)
{
    const char *path = policy_trust_crlite(trust);
    int r;

    if (!path || access(path, F_OK) < 0)
        return 0;
    r = allow_path(landlock, path);
    if (!r)
        r = allow_path(landlock, "/etc/nsswitch.conf");
    return r ? r : allow_path(landlock, "/etc/passwd");
}

static int allow_trust(struct landlock *landlock, const struct policy_trust *trust)
{
    const char *system = trust->is_system ? store_find_system() : NULL;
    int r = system ? allow_path(landlock, system) : 0;

    if (!r)
        r = allow_paths(landlock, &trust->files);
    if (!r)
        r = allow_paths(landlock, &trust->directories);
    if (!r)
        r = allow_crlite(landlock, trust);
    return r ? r : allow_paths(landlock, &trust->crls);
}

int material_places_enter(const struct policy *policy)
{
    struct landlock landlock;
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = landlock_open(&landlock);

    for (size_t i = 0; !r && i < n; i++)
        r = allow_trust(&landlock, &trusts[i]);
    if (!r)
        r = landlock_confine(&landlock);
    landlock_close(&landlock);
    return r;
}
