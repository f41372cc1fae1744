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

/* Statistics name no certificate, but users: they are for root and whoever shares its group. */
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

/* What somebody else owns, or has another name for, is not to be filled by us. */
static const char *find_fault(int fd)
{
    struct stat status;

    if (fstat(fd, &status) < 0)
        return strerror(errno);
    if (!S_ISREG(status.st_mode))
        return "it is no regular file";
    if (status.st_uid != geteuid() || status.st_nlink != 1)
        return "it belongs to somebody else, or has a second name";
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return "others than its owner have access to it: chmod 600 it";
    return NULL;
}

static const char *open_fault(int number)
{
    if (number == EACCES || number == EROFS)
        return "whom certnamed runs as may not write there: give it the folder (under systemd: "
               "StateDirectory=certnamed in a drop-in of the unit)";
    return strerror(number);
}

/* In a folder that others may write, whatever is opened or made could be of their choice. */
static int check_place(const char *path, const char *what, struct policy_error *error)
{
    struct policy_error found = {0};
    int r = policy_place_check(path, &found);

    return r ? refuse(error, path, what, r > 0 ? found.message : strerror(-r)) : 0;
}

static int open_record(struct front_files *outlets, const char *path, struct policy_error *error)
{
    static const char what[] = "requests cannot be recorded";
    const char *fault;
    int r = check_place(path, what, error);
    int fd;

    if (r)
        return r;
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0)
        return refuse(error, path, what, open_fault(errno));
    fault = find_fault(fd);
    outlets->record_path = fault ? NULL : strdup(path);
    if (!outlets->record_path) {
        fd_close(fd);
        return refuse(error, path, what, fault ? fault : strerror(ENOMEM));
    }
    outlets->record = fd;
    return 0;
}

static int share_record(struct front_files *outlets, const struct front_files *old)
{
    outlets->record_path = strdup(old->record_path);
    if (!outlets->record_path)
        return -ENOMEM;
    outlets->record = old->record;
    return 0;
}

/* A file that was moved away (by whoever rotates it) is another one. */
static bool is_still_there(const struct front_files *old, const char *path)
{
    struct stat opened, found;

    return is_same_path(old->record_path, path) && fstat(old->record, &opened) == 0 &&
           lstat(path, &found) == 0 && opened.st_dev == found.st_dev &&
           opened.st_ino == found.st_ino;
}

/* --- the whole --- */

static int open_metrics(struct front_files *outlets, const char *path, struct policy_error *error)
{
    static const char what[] = "metrics cannot be served";
    int r = check_place(path, what, error);

    if (r || listen_open(&outlets->metrics, &outlets->bound, path, METRICS_MODE) == 0)
        return r;
    return refuse(error, path, what, "the line before says why");
}

int front_files_open(struct front_files *outlets, const struct front_files *old,
                     const char *record_path, const char *metrics_path, struct policy_error *error)
{
    int r = 0;

    *outlets = FRONT_FILES_NULL;
    if (record_path && is_still_there(old, record_path))
        r = share_record(outlets, old);
    else if (record_path)
        r = open_record(outlets, record_path, error);
    if (r < 0)
        r = refuse(error, record_path, "requests cannot be recorded", strerror(-r));
    if (r)
        return r;

    outlets->passed = old->passed;
    if (old->passed || is_same_path(old->bound.path, metrics_path)) {
        outlets->metrics = old->metrics;
        outlets->bound = old->bound;
    } else if (metrics_path) {
        r = open_metrics(outlets, metrics_path, error);
    }
    if (r)
        front_files_close(outlets, old);
    return r;
}

void front_files_close(struct front_files *outlets, const struct front_files *next)
{
    if (!next || outlets->record != next->record)
        fd_close(outlets->record);
    if (!outlets->passed && (!next || outlets->metrics != next->metrics)) {
        listen_remove(&outlets->bound);
        fd_close(outlets->metrics);
    }
    free(outlets->record_path);
    *outlets = FRONT_FILES_NULL;
}
