/* SPDX-License-Identifier: MIT */

/* Checks who could have written the files and folders that a policy names. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/error.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/trusted_path.h"

/*
 * Returns whether policy_material_check has to look at this name in a folder: a regular file, or a
 * link, whose target may be writable to others although the folder itself is safe. A name that
 * fstatat cannot examine counts too, so that it is refused when it is opened.
 */
static bool is_checked(int folder, const char *name)
{
    struct stat st;

    return name[0] != '.' && (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
                              S_ISREG(st.st_mode) || S_ISLNK(st.st_mode));
}

static int check_entry(const char *path, const char *name, uint32_t owner,
                       struct policy_error *error)
{
    char whole[PATH_MAX];
    bool is_folder;
    int fd = -1;
    int n = snprintf(whole, sizeof(whole), "%s/%s", path, name);
    int r;

    if (n < 0 || (size_t)n >= sizeof(whole))
        return policy_error_set(error, path, 0, "the path of a file in it is too long");
    r = policy_trusted_path_any(&fd, &is_folder, whole, owner, error);
    if (fd >= 0)
        close(fd);
    return r;
}

/* Checks the files in a folder. Closes `fd` in any case. */
static int check_folder(int fd, const char *path, uint32_t owner, struct policy_error *error)
{
    struct dirent **entries = NULL;
    int n = scandirat(fd, ".", &entries, NULL, alphasort);
    int r = 0;

    if (n < 0)
        r = errno == ENOMEM ? -ENOMEM
                            : policy_error_set(error, path, 0, "the folder cannot be read: %s",
                                               strerror(errno));
    for (int i = 0; i < n; i++) {
        if (r == 0 && is_checked(fd, entries[i]->d_name))
            r = check_entry(path, entries[i]->d_name, owner, error);
        free(entries[i]);
    }
    free(entries);
    close(fd);
    return r;
}

int policy_material_check_owner(const char *path, uint32_t owner, struct policy_error *error)
{
    bool is_folder = false;
    int fd = -1;
    int r = policy_trusted_path_any(&fd, &is_folder, path, owner, error);

    if (r == 0 && is_folder)
        return check_folder(fd, path, owner, error);
    if (fd >= 0)
        close(fd);
    return r;
}

int policy_material_check(const char *path, struct policy_error *error)
{
    return policy_material_check_owner(path, 0, error);
}

int policy_place_check(const char *path, struct policy_error *error)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    char folder[PATH_MAX];
    int fd = -1;
    int r;

    if (len >= sizeof(folder))
        return policy_error_set(error, path, 0, "its path is too long");
    snprintf(folder, sizeof(folder), "%.*s", len > 0 ? (int)len : 1, len > 0 ? path : ".");
    r = policy_trusted_path_folder(&fd, folder, error);
    if (fd >= 0)
        close(fd);
    return r > 0 ? 1 : r;
}
