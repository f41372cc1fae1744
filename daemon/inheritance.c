/* SPDX-License-Identifier: MIT */

#include "daemon/inheritance.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"

/*
 * Opens /dev/null at the standard descriptors that are closed, so that none of our sockets gets
 * their numbers.
 */
static int open_standard_descriptors(void)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR);
        if (fd < 0)
            return -errno;
    } while (fd <= STDERR_FILENO);
    fd_close(fd);
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
        return -errno;
    fd_close(fd);
    return 0;
}

/*
 * Sets all signals to their default action. The parent process may have left some ignored: with
 * SIGCHLD ignored no child can be waited for, with SIGPROF ignored no verification is limited.
 * SIGPIPE is ignored, so that the daemon goes on when the reader of its log has ended.
 */
static void reset_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
}

/* Blocks these signals and no others. */
static int mask_signals(const int *numbers, size_t n)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < n; i++)
        sigaddset(&set, numbers[i]);
    return sigprocmask(SIG_SETMASK, &set, NULL) < 0 ? -errno : 0;
}

int inheritance_reset_signals(void)
{
    reset_signals();
    return mask_signals(NULL, 0);
}

/* Resets all signals, and blocks those that the supervisor reads as events. */
static int set_signals(void)
{
    static const int read_as_events[] = {SIGTERM, SIGINT, SIGHUP};

    reset_signals();
    return mask_signals(read_as_events, sizeof(read_as_events) / sizeof(read_as_events[0]));
}

/*
 * Clears the environment: libraries read it, and nothing in it is meant for the daemon. A build for
 * sanitizers keeps it, because the sanitizers' options are in it.
 */
static int clear_environment(void)
{
    if (sandbox_is_relaxed())
        return 0;
    return clearenv() == 0 ? 0 : -ENOMEM;
}

int inheritance_take(struct activation *passed, struct notify *notify)
{
    int r = open_standard_descriptors();

    if (!r)
        r = set_signals();
    if (!r)
        r = activation_take(passed);
    if (!r)
        r = notify_open(notify);
    return r ? r : clear_environment();
}

/*
 * Checks that /proc is there: verifiers read their own size in it to set their memory limit.
 * Without /proc every verifier would end, so the daemon does not start.
 */
static int require_proc(void)
{
    if (access("/proc/self/statm", R_OK) == 0)
        return 0;
    log_error("/proc is not mounted here, and the verifiers need it: mount -t proc proc /proc");
    return -ENOENT;
}

/*
 * Checks the limit of descriptors: with fewer the daemon would start and fork verifiers, and then
 * fail again and again.
 */
static int require_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return -errno;
    if (limit.rlim_cur >= LIMIT_DESCRIPTORS_MIN)
        return 0;
    log_error(
        "the limit of open files is %llu and has to be %d at least: raise it (ulimit -n; under "
        "systemd: LimitNOFILE=)",
        (unsigned long long)limit.rlim_cur, LIMIT_DESCRIPTORS_MIN);
    return -EMFILE;
}

int inheritance_check(void)
{
    int r = require_proc();

    return r ? r : require_descriptors();
}
