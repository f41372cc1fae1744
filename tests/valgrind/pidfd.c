/* SPDX-License-Identifier: MIT */

/*
 * Preloaded into the daemon's processes under valgrind: valgrind 3.19 knows neither pidfd_open(2) nor
 * pidfd_send_signal(2), which the supervisor keeps its children by. Here a descriptor of a child is a
 * signalfd for SIGCHLD, so it is readable for the end of any child; the supervisor then asks for
 * each of them. A number can be used twice, which pidfds are there to prevent: for tests only.
 */

#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define DESCRIPTORS 1024

static pid_t pids[DESCRIPTORS];

static pid_t pid_of(int fd)
{
    return fd >= 0 && fd < DESCRIPTORS ? pids[fd] : 0;
}

int pidfd_open(pid_t pid, unsigned flags)
{
    sigset_t set;
    int fd;

    (void)flags;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd >= DESCRIPTORS) {
        close(fd);
        errno = EMFILE;
        return -1;
    }
    if (fd >= 0)
        pids[fd] = pid;
    /* The child may have ended before its signal was held back. */
    kill(getpid(), SIGCHLD);
    return fd;
}

int pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags)
{
    (void)info;
    (void)flags;
    return kill(pid_of(fd), number);
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    struct signalfd_siginfo ended;

    if (type == P_PIDFD) {
        /* Taken before the look, not after: whoever ends in between wakes the supervisor again. */
        while (read((int)id, &ended, sizeof(ended)) > 0)
            continue;
        type = P_PID;
        id = (id_t)pid_of((int)id);
    }
    return (int)syscall(SYS_waitid, type, id, info, options, NULL);
}
