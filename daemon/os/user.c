/* SPDX-License-Identifier: MIT */
#include "daemon/os/user.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

#define DEFAULT_NAME "certnamed"
/*
 * The account that processes share which have no user of their own, and its uid, which also stands
 * for all users that a user namespace does not map.
 */
#define SHARED_NAME  "nobody"
#define OVERFLOW_UID 65534u

static int refuse_missing(const char *name)
{
    if (name)
        log_error("--user %s: there is no such user: create it, or name another", name);
    else
        log_error(
            "started as root, the daemon needs an account of its own for the processes that read "
            "what clients send: create one (systemd-sysusers; or useradd --system "
            "--no-create-home --shell /usr/sbin/nologin " DEFAULT_NAME
            "), or name another unprivileged account with --user");
    return -EINVAL;
}

/* --- the account --- */

/* An account, as the child process reports it that looks it up. */
struct user_entry {
    bool exists;
    uid_t uid;
    gid_t gid;
};

/* Looks the account up, writes it to `fd` and ends the process. */
static _Noreturn void report_entry(const char *name, int fd)
{
    const struct passwd *entry;
    struct user_entry found;

    /* memset, because the padding is written too. */
    memset(&found, 0, sizeof(found));
    errno = 0;
    entry = getpwnam(name);
    if (!entry && errno == ENOMEM)
        _exit(EXIT_FAILURE);
    if (entry) {
        found.exists = true;
        found.uid = entry->pw_uid;
        found.gid = entry->pw_gid;
    }
    _exit(write(fd, &found, sizeof(found)) == sizeof(found) ? EXIT_SUCCESS : EXIT_FAILURE);
}

/*
 * Looks the account up in a child process, because glibc crashes when memory runs out meanwhile.
 * Returns 0 or -errno.
 */
static int look_up(struct user_entry *found, const char *name)
{
    int ends[2], r = -ENOMEM;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    pid = fork();
    if (pid == 0)
        report_entry(name, ends[1]);
    fd_close(ends[1]);
    if (pid < 0)
        r = -errno;
    else if (read(ends[0], found, sizeof(*found)) == sizeof(*found))
        r = 0;
    fd_close(ends[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return r;
}

static int set_user(struct user *user, const char *name, const struct user_entry *found)
{
    if (found->uid == 0 || found->gid == 0) {
        log_error("user '%s' is root or of root's group: name an unprivileged one with --user",
                  name);
        return -EINVAL;
    }
    if (found->uid == OVERFLOW_UID || strcmp(name, SHARED_NAME) == 0) {
        log_error(
            "user '%s' is shared with other programs, which could signal the daemon's processes: "
            "name an account of the daemon's own with --user",
            name);
        return -EINVAL;
    }
    *user = (struct user){.change = true, .uid = found->uid, .gid = found->gid};
    return 0;
}

int user_find(struct user *user, const char *name)
{
    const char *wanted = name ? name : DEFAULT_NAME;
    struct user_entry found;
    int r;

    *user = (struct user){0};
    if (geteuid() != 0) {
        if (!name)
            return 0;
        log_error("--user %s: only root can become another user: start as root, or leave it out",
                  name);
        return -EINVAL;
    }
    r = look_up(&found, wanted);
    if (r) {
        log_error("user '%s' cannot be looked up: %s", wanted, strerror(-r));
        return r;
    }
    return found.exists ? set_user(user, wanted, &found) : refuse_missing(name);
}

int user_become(const struct user *user)
{
    if (!user->change)
        return 0;
    if (setgroups(0, NULL) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
        setresuid(user->uid, user->uid, user->uid) < 0)
        return -errno;
    return setuid(0) == 0 ? -EPERM : 0;
}

static uint32_t get_bit(unsigned capability)
{
    return (uint32_t)1 << capability;
}

#define KEPT (get_bit(CAP_KILL) | get_bit(CAP_SETUID) | get_bit(CAP_SETGID))

/*
 * Makes the permitted capabilities in the masks effective, and no others. `low` is for the
 * capabilities 0 to 31, `high` for 32 to 63.
 */
static int set_effective(uint32_t low, uint32_t high)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};

    if (geteuid() != 0)
        return 0;
    if (syscall(SYS_capget, &header, data) < 0)
        return -errno;
    data[0].effective = data[0].permitted & low;
    data[1].effective = data[1].permitted & high;
    return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

int user_lower_capabilities(void)
{
    return set_effective(KEPT, 0);
}

int user_raise_capabilities(void)
{
    return set_effective(UINT32_MAX, UINT32_MAX);
}

int user_drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};

    if (geteuid() != 0)
        return 0;
    for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++) {
        bool kept = capability == CAP_KILL || capability == CAP_SETUID || capability == CAP_SETGID;

        if (!kept && prctl(PR_CAPBSET_DROP, capability) < 0 && errno != EPERM)
            return -errno;
    }
    data[0].permitted = KEPT;
    data[0].effective = data[0].permitted;
    return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}
