/* SPDX-License-Identifier: MIT */
#include "daemon/tools/service_view.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The range of user ids from which systemd takes those for DynamicUser=. */
#define DYNAMIC_UID_FIRST 61184u
#define DYNAMIC_UID_LAST  65519u

/*
 * The folder in which StateDirectory=certnamed lets the service write, and where systemd keeps it
 * if DynamicUser= is set.
 */
#define STATE_FOLDER         "/var/lib/certnamed/"
#define STATE_FOLDER_PRIVATE "/var/lib/private/certnamed"

/* Returns a user id that belongs to no account, so that this user owns no file. */
static uid_t find_uid(void)
{
    uid_t uid = DYNAMIC_UID_LAST;

    while (uid > DYNAMIC_UID_FIRST && getpwuid(uid))
        uid--;
    return uid;
}

int service_view_enter(void)
{
    uid_t uid;

    if (geteuid() != 0)
        return -EPERM;
    uid = find_uid();
    if (setgroups(0, NULL) < 0 || setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
        return -errno;
    return setuid(0) == 0 ? -EPERM : 0;
}

bool service_view_shows(const char *path)
{
    static const char *const hidden[] = {"/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/"};

    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (strncmp(path, hidden[i], strlen(hidden[i])) == 0)
            return false;
    }
    return true;
}

static int refuse(struct policy_error *error, const char *path, const char *message)
{
    *error = (struct policy_error){0};
    snprintf(error->file, sizeof(error->file), "%.255s", path);
    snprintf(error->message, sizeof(error->message), "%s", message);
    return 1;
}

static int check_shown(const struct policy_texts *paths, struct policy_error *error)
{
    for (size_t i = 0; i < paths->n_texts; i++) {
        if (!service_view_shows(paths->texts[i]))
            return refuse(error, paths->texts[i],
                          "the service does not see files there (ProtectHome=, PrivateTmp=): put "
                          "it below /etc/certnamed");
    }
    return 0;
}

static int check_trusts(const struct policy *policy, struct policy_error *error)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = 0;

    for (size_t i = 0; !r && i < n; i++) {
        r = check_shown(&trusts[i].files, error);
        if (!r)
            r = check_shown(&trusts[i].directories, error);
        if (!r)
            r = check_shown(&trusts[i].crls, error);
    }
    return r;
}

/*
 * Checks the path of the record: the service can write only in its state folder, which exists once
 * the service has been started.
 */
static int check_record(const char *path, struct policy_error *error)
{
    if (!path)
        return 0;
    if (strncmp(path, STATE_FOLDER, strlen(STATE_FOLDER)) != 0)
        return refuse(error, path,
                      "the service may not write there: record below " STATE_FOLDER
                      ", and set StateDirectory=certnamed in a drop-in of the unit");
    if (access(STATE_FOLDER, F_OK) < 0 && errno == ENOENT &&
        access(STATE_FOLDER_PRIVATE, F_OK) < 0 && errno == ENOENT)
        return refuse(error, path,
                      "its folder does not exist yet: set StateDirectory=certnamed in a drop-in of "
                      "the unit, and make the folder with mkdir -m 700 -p " STATE_FOLDER_PRIVATE);
    return 0;
}

static int check_metrics(const char *path, struct policy_error *error)
{
    if (!path)
        return 0;
    return refuse(error, path,
                  "the service may not make a socket there: leave out the section `metrics`, and "
                  "use certnamed-metrics.socket");
}

int service_view_check(const struct policy *policy, struct policy_error *error)
{
    const struct policy_texts files = policy_files(policy);
    int r = check_shown(&files, error);

    if (!r)
        r = check_trusts(policy, error);
    if (!r)
        r = check_record(policy_record(policy)->file, error);
    return r ? r : check_metrics(policy_metrics_socket(policy), error);
}
