/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/front_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

/*
 * The mode of the metrics socket. Metrics contain names of users, so only root and members of its
 * group may connect.
 */
#define METRICS_MODE 0660

static bool is_same_path(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static int refuse(struct policy_error *error, const char *path, const char *what, const char *why)
{
    *error = (struct policy_error){0};
    snprintf(error->file, sizeof(error->file), "%.255s", path);
    snprintf(error->message, sizeof(error->message), "%s there: %.400s", what, why);
    return 1;
}

/* --- the record --- */

/*
 * Returns why an open file must not be appended to; NULL if it may. If another user owned the file
 * or had a second name for it, that user could read what clients asked.
 */
static const char *find_fault(int fd)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return strerror(errno);
    if (!S_ISREG(status.st_mode))
        return "it is not a regular file";
    if (status.st_uid != geteuid() || status.st_nlink != 1)
        return "it belongs to another user, or has a second name";
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return "others than its owner have access to it: chmod 600 it";
    return NULL;
}

static const char *describe_open_fault(int number)
{
    if (number == EACCES || number == EROFS)
        return "certnamed may not write there: give its user the folder (under systemd: "
               "StateDirectory=certnamed in a drop-in of the unit), and restart it if the record "
               "was in another folder when it was started";
    return strerror(number);
}

/*
 * Checks the folders that lead to a path: if others may write to one of them, they can choose what
 * is opened or replace it. Returns 0; or 1 and *error.
 */
static int check_place(const char *path, const char *what, struct policy_error *error)
{
    struct policy_error found = {0};
    int r = policy_place_check(path, &found);

    return r ? refuse(error, path, what, r > 0 ? found.message : strerror(-r)) : 0;
}

static int open_record(struct front_files *files, const char *path, struct policy_error *error)
{
    static const char what[] = "requests cannot be recorded";
    const char *fault;
    int r = check_place(path, what, error);
    int fd;

    if (r)
        return r;
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0)
        return refuse(error, path, what, describe_open_fault(errno));
    fault = find_fault(fd);
    files->record_path = fault ? NULL : strdup(path);
    if (!files->record_path) {
        fd_close(fd);
        return refuse(error, path, what, fault ? fault : strerror(ENOMEM));
    }
    files->record = fd;
    return 0;
}

static int share_record(struct front_files *files, const struct front_files *old)
{
    files->record_path = strdup(old->record_path);
    if (!files->record_path)
        return -ENOMEM;
    files->record = old->record;
    return 0;
}

/* Returns whether the path still names the open file; after a rotation it does not. */
static bool is_still_there(const struct front_files *old, const char *path)
{
    struct stat opened, found;

    return is_same_path(old->record_path, path) && fstat(old->record, &opened) == 0 &&
           lstat(path, &found) == 0 && opened.st_dev == found.st_dev &&
           opened.st_ino == found.st_ino;
}

bool front_files_record_has_moved(const struct front_files *files)
{
    return files->record >= 0 && !is_still_there(files, files->record_path);
}

/* --- both --- */

static int open_metrics(struct front_files *files, const char *path, struct policy_error *error)
{
    static const char what[] = "metrics cannot be served";
    int r = check_place(path, what, error);

    if (r || listen_open(&files->metrics, &files->bound, path, METRICS_MODE) == 0)
        return r;
    return refuse(error, path, what, "the line before says why");
}

int front_files_open(struct front_files *files, const struct front_files *old,
                     const char *record_path, const char *metrics_path, struct policy_error *error)
{
    int r = 0;

    *files = FRONT_FILES_NULL;
    if (record_path && is_still_there(old, record_path))
        r = share_record(files, old);
    else if (record_path)
        r = open_record(files, record_path, error);
    if (r < 0)
        r = refuse(error, record_path, "requests cannot be recorded", strerror(-r));
    if (r)
        return r;

    files->metrics_passed = old->metrics_passed;
    if (old->metrics_passed || is_same_path(old->bound.path, metrics_path)) {
        files->metrics = old->metrics;
        files->bound = old->bound;
    } else if (metrics_path) {
        r = open_metrics(files, metrics_path, error);
    }
    if (r)
        front_files_close(files, old);
    return r;
}

void front_files_close(struct front_files *files, const struct front_files *next)
{
    if (!next || files->record != next->record)
        fd_close(files->record);
    if (!files->metrics_passed && (!next || files->metrics != next->metrics)) {
        listen_remove(&files->bound);
        fd_close(files->metrics);
    }
    named_sockets_close(&files->sockets, next ? &next->sockets : NULL);
    free(files->record_path);
    *files = FRONT_FILES_NULL;
}
