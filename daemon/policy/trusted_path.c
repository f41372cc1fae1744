/* SPDX-License-Identifier: MIT */
#include "daemon/policy/trusted_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/error.h"

/*
 * The path is followed from the root, one descriptor at a time. Symbolic links are resolved here
 * and not by the kernel, so that exactly what was checked is opened. A folder that the path reaches
 * only through a link is checked too, because a user who may write to it could replace the next
 * part of the path.
 */

#define LINKS_COUNT 40 /* as many as the kernel follows (path_resolution(7)) */

struct path_walk {
    int folder;           /* an O_PATH descriptor of the folder that has been reached and checked */
    char where[PATH_MAX]; /* the path of `folder`; empty for the root */
    char rest[PATH_MAX];  /* the part of the path that is still to be followed */
    unsigned n_links;
    bool is_absent;   /* a part of the path does not exist, and no link led to it */
    const char *path; /* the path that the caller gave */
    uid_t owner;      /* a user whose files and folders are accepted besides root's */
    struct policy_error *error;
};

__attribute__((format(printf, 2, 3))) static int refuse_path(const struct path_walk *walk,
                                                             const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    policy_error_set_va(walk->error, walk->path, 0, format, arguments);
    va_end(arguments);
    return 1;
}

static int refuse_errno(const struct path_walk *walk, const char *what, int number)
{
    if (number == EACCES)
        return refuse_path(walk,
                           "%s: %s: uid %u, as which it is read here, has to be able to: chmod it "
                           "and what stands above it",
                           what, strerror(number), geteuid());
    return refuse_path(walk, "%s: %s", what, strerror(number));
}

/* Returns "folder/name", shortened, for an error message. */
static const char *name_place(const struct path_walk *walk, const char *name,
                              struct policy_excerpt *excerpt)
{
    char text[PATH_MAX + NAME_MAX + 2];

    snprintf(text, sizeof(text), "%s/%s", walk->where, name);
    return policy_excerpt_make(excerpt, text);
}

static bool is_owner_trusted(const struct path_walk *walk, const struct stat *st)
{
    return st->st_uid == 0 || st->st_uid == geteuid() || st->st_uid == walk->owner;
}

static bool can_others_write(const struct stat *st)
{
    return (st->st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/*
 * Returns whether this is a sticky folder that belongs to root, such as /tmp. Anybody may create
 * files in it, but nobody can replace another user's file, and the owner of the next part of the
 * path is checked too.
 */
static bool is_sticky_of_root(const struct stat *st)
{
    return S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0 && st->st_uid == 0;
}

static int check_place(const struct path_walk *walk, const char *name, const struct stat *st)
{
    struct policy_excerpt excerpt;
    const char *place = name_place(walk, name, &excerpt);

    if (!is_owner_trusted(walk, st))
        return refuse_path(walk,
                           "%s belongs to uid %u, who could change the policy: chown it to "
                           "root",
                           place, st->st_uid);
    if (!S_ISLNK(st->st_mode) && can_others_write(st) && !is_sticky_of_root(st))
        return refuse_path(walk,
                           "%s may be written by its group or by others (mode %04o), who "
                           "could change the policy: chmod go-w it",
                           place, st->st_mode & 07777u);
    return 0;
}

/* Makes `fd` the current folder if it is safe. Closes `fd` on failure. */
static int enter_folder(struct path_walk *walk, int fd, const char *name, const struct stat *st)
{
    size_t len = strlen(walk->where);
    char *slash;
    int r;

    r = check_place(walk, name, st);
    if (r == 0 && len + 1 + strlen(name) >= sizeof(walk->where))
        r = refuse_errno(walk, "its path cannot be followed", ENAMETOOLONG);
    if (r != 0) {
        close(fd);
        return r;
    }
    close(walk->folder);
    walk->folder = fd;
    slash = strrchr(walk->where, '/');
    if (strcmp(name, "..") != 0)
        snprintf(walk->where + len, sizeof(walk->where) - len, "/%s", name);
    else if (slash)
        *slash = '\0';
    return 0;
}

static int enter_root(struct path_walk *walk)
{
    struct stat st;
    int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int r;

    if (fd < 0)
        return refuse_errno(walk, "the root folder cannot be opened", errno);
    walk->where[0] = '\0';
    if (fstat(fd, &st) < 0)
        r = refuse_errno(walk, "the root folder cannot be looked at", errno);
    else
        r = check_place(walk, "", &st);
    if (r != 0) {
        close(fd);
        return r;
    }
    if (walk->folder >= 0)
        close(walk->folder);
    walk->folder = fd;
    return 0;
}

static int follow_link(struct path_walk *walk, int fd, const char *name, const struct stat *st)
{
    char target[PATH_MAX];
    char rest[PATH_MAX];
    ssize_t len;
    int n, r;

    r = check_place(walk, name, st);
    if (r != 0)
        return r;
    if (walk->n_links++ == LINKS_COUNT)
        return refuse_errno(walk, "its path cannot be followed", ELOOP);
    len = readlinkat(fd, "", target, sizeof(target) - 1);
    if (len < 0)
        return refuse_errno(walk, "a symbolic link on its path cannot be read", errno);
    target[len] = '\0';
    /* walk->rest begins with a slash or is empty, so target and rest are joined without one. */
    n = snprintf(rest, sizeof(rest), "%s%s", target, walk->rest);
    if (n < 0 || (size_t)n >= sizeof(rest))
        return refuse_errno(walk, "its path cannot be followed", ENAMETOOLONG);
    memcpy(walk->rest, rest, sizeof(rest));
    return target[0] == '/' ? enter_root(walk) : 0;
}

/*
 * Cuts the next name off the rest of the path and copies it to `name`. Returns 0; 1 if nothing is
 * left of the path; or -ENAMETOOLONG.
 */
static int take_name(struct path_walk *walk, char name[NAME_MAX + 1])
{
    const char *start = walk->rest + strspn(walk->rest, "/");
    size_t len = strcspn(start, "/");

    if (len == 0)
        return 1;
    if (len > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(name, start, len);
    name[len] = '\0';
    memmove(walk->rest, start + len, strlen(start + len) + 1);
    return 0;
}

/* Opens the regular file at the end of the path; *filep becomes its descriptor. */
static int open_file(struct path_walk *walk, const char *name, int *filep)
{
    struct policy_excerpt excerpt;
    struct stat st;
    int fd, r;

    if (walk->rest[0] != '\0')
        return refuse_path(walk, "%s is no folder", name_place(walk, name, &excerpt));
    fd = openat(walk->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return refuse_errno(walk, "the file cannot be opened", errno);
    if (fstat(fd, &st) < 0)
        r = refuse_errno(walk, "the file cannot be looked at", errno);
    else if (!S_ISREG(st.st_mode))
        r = refuse_path(walk, "this is not a regular file");
    else
        r = check_place(walk, name, &st);
    if (r != 0) {
        close(fd);
        return r;
    }
    *filep = fd;
    return 0;
}

static int take_step(struct path_walk *walk, const char *name, int *filep)
{
    struct stat st;
    int fd = openat(walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    int r;

    if (fd < 0) {
        walk->is_absent = errno == ENOENT && walk->n_links == 0;
        return refuse_errno(walk, "the file cannot be opened", errno);
    }
    if (fstat(fd, &st) < 0) {
        r = refuse_errno(walk, "the file cannot be looked at", errno);
    } else if (S_ISDIR(st.st_mode)) {
        return enter_folder(walk, fd, name, &st);
    } else if (S_ISLNK(st.st_mode)) {
        r = follow_link(walk, fd, name, &st);
    } else if (S_ISREG(st.st_mode)) {
        r = open_file(walk, name, filep);
    } else {
        /* Anything else is not opened: opening a device or a pipe can already have an effect. */
        r = refuse_path(walk, "this is not a regular file");
    }
    close(fd);
    return r;
}

/*
 * Starts at the root. A relative path is followed from there through the current folder, since the
 * folders above it have to be safe too.
 */
static int start_walk(struct path_walk *walk)
{
    char current[PATH_MAX] = "";
    int n;

    if (walk->path[0] == '\0')
        return refuse_errno(walk, "the file cannot be opened", ENOENT);
    if (walk->path[0] != '/' && !getcwd(current, sizeof(current)))
        return refuse_errno(walk, "the current folder is not known", errno);
    n = snprintf(walk->rest, sizeof(walk->rest), "%s/%s", current, walk->path);
    if (n < 0 || (size_t)n >= sizeof(walk->rest))
        return refuse_errno(walk, "its path cannot be followed", ENAMETOOLONG);
    return enter_root(walk);
}

/*
 * Follows the whole path. At its end *filep is the descriptor of a file, or *at_endp is true and
 * walk->folder is the folder that the path names.
 */
static int run_walk(struct path_walk *walk, int *filep, bool *at_endp)
{
    char name[NAME_MAX + 1];
    int r;

    r = start_walk(walk);
    while (r == 0 && *filep < 0 && !*at_endp) {
        int taken = take_name(walk, name);

        if (taken < 0)
            r = refuse_errno(walk, "its path cannot be followed", -taken);
        else if (taken > 0)
            *at_endp = true;
        else if (strcmp(name, ".") != 0)
            r = take_step(walk, name, filep);
    }
    return r;
}

static void close_walk(struct path_walk *walk)
{
    if (walk->folder >= 0)
        close(walk->folder);
    walk->folder = -1;
}

int policy_trusted_path_file(int *fdp, const char *path, struct policy_error *error)
{
    struct path_walk walk = {.folder = -1, .path = path, .error = error};
    bool at_end = false;
    int fd = -1;
    int r;

    r = run_walk(&walk, &fd, &at_end);
    if (r == 0 && at_end)
        r = refuse_path(&walk, "this is a folder, not a regular file");
    close_walk(&walk);
    if (r == 0)
        *fdp = fd;
    return r;
}

int policy_trusted_path_folder(int *fdp, const char *path, struct policy_error *error)
{
    struct path_walk walk = {.folder = -1, .path = path, .error = error};
    bool at_end = false;
    int fd = -1;
    int r;

    r = run_walk(&walk, &fd, &at_end);
    if (r == 0 && fd >= 0) {
        close(fd);
        r = refuse_path(&walk, "this is a file, not a folder");
    }
    if (r == 0) {
        *fdp = walk.folder;
        return 0;
    }
    close_walk(&walk);
    return walk.is_absent ? POLICY_TRUSTED_PATH_ABSENT : r;
}

int policy_trusted_path_any(int *fdp, bool *is_folderp, const char *path, uint32_t owner,
                            struct policy_error *error)
{
    struct path_walk walk = {.folder = -1, .path = path, .owner = owner, .error = error};
    bool at_end = false;
    int fd = -1;
    int r;

    r = run_walk(&walk, &fd, &at_end);
    if (r != 0 || !at_end) {
        close_walk(&walk);
        if (r == 0)
            *fdp = fd;
    } else {
        *fdp = walk.folder;
    }
    *is_folderp = at_end;
    return r;
}
