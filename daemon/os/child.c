/* SPDX-License-Identifier: MIT */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "daemon/os/child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAVE_SYS_PIDFD_H
#include <sys/pidfd.h>
#endif

#include "base/clock.h"
#include "base/fd.h"

int child_tie(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return -errno;
    return getppid() == parent ? 0 : -ESRCH;
}

static void leave_parent_group(void)
{
    sigset_t none;

    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int child_fork(struct child *child)
{
    pid_t pid = fork();

    if (pid < 0)
        return -errno;
    if (pid == 0) {
        leave_parent_group();
        return 1;
    }
    *child = (struct child){
        .pid = pid,
        .pidfd = pidfd_open(pid, 0),
        .started_ms = clock_now_ms(),
    };
    if (child->pidfd < 0) {
        int r = -errno;

        /* The child has not been waited for, so its process id cannot belong to another process
         * yet. */
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        *child = CHILD_NULL;
        return r;
    }
    return 0;
}

void child_signal(const struct child *child, int signal)
{
    if (child->pid > 0)
        pidfd_send_signal(child->pidfd, signal, NULL, 0);
}

bool child_is_stopped(const struct child *child)
{
    siginfo_t info = {0};

    return child->pid > 0 &&
           waitid(P_PIDFD, (id_t)child->pidfd, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
}

bool child_reap(struct child *child, struct child_end *end)
{
    siginfo_t info = {0};

    if (child->pid <= 0)
        return false;
    /* ECHILD means that the child has ended and that its status was collected elsewhere. */
    if (waitid(P_PIDFD, (id_t)child->pidfd, &info, WEXITED | WNOHANG) < 0) {
        if (errno != ECHILD)
            return false;
        info.si_code = CLD_EXITED;
    } else if (info.si_pid == 0) {
        return false;
    }
    *end = (struct child_end){
        .signalled = info.si_code != CLD_EXITED,
        .status = info.si_status,
    };
    fd_close(child->pidfd);
    *child = CHILD_NULL;
    return true;
}
