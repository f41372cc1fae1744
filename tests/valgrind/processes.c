/* SPDX-License-Identifier: MIT */

/*
 * Functions that are preloaded into the daemon's processes under valgrind, and only there.
 *
 * valgrind 3.19 knows neither pidfd_open(2) nor pidfd_send_signal(2), by which the supervisor
 * refers to its children. Here the descriptor of a child is a signalfd for SIGCHLD: it is readable
 * when any child ends, and the supervisor then checks every child. A process id can come to mean
 * another process, which pidfds prevent; for a test this risk is acceptable.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS 1024
/* How long a process that is about to be killed may take to end by itself, in steps of 10 ms. */
#define GRACE_STEPS 100

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
    /* The child may have ended before SIGCHLD was blocked, so the signal is sent once more. */
    kill(getpid(), SIGCHLD);
    return fd;
}

static int has_ended(pid_t pid)
{
    siginfo_t info = {0};

    return syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT, NULL) < 0 ||
           info.si_pid == pid;
}

/*
 * Waits for a process to end. When the front has ended, the supervisor kills the verifiers, which
 * are ending by themselves at that moment. valgrind searches for leaks at the end of a process and
 * needs time for that.
 */
static void let_end(pid_t pid)
{
    const struct timespec step = {.tv_nsec = 10 * 1000 * 1000};

    for (int i = 0; i < GRACE_STEPS && !has_ended(pid); i++)
        nanosleep(&step, NULL);
}

int pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags)
{
    (void)info;
    (void)flags;
    if (number == SIGKILL)
        let_end(pid_of(fd));
    return kill(pid_of(fd), number);
}

int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    struct signalfd_siginfo ended;

    if (type == P_PIDFD) {
        /* The signalfd is emptied before the child is checked, so that a child that ends in between
         * makes it readable again. */
        while (read((int)id, &ended, sizeof(ended)) > 0)
            continue;
        type = P_PID;
        id = (id_t)pid_of((int)id);
    }
    return (int)syscall(SYS_waitid, type, id, info, options, NULL);
}

/*
 * Gives the front's program a log of its own: CERTNAMED_VALGRIND is a part of the log's name. The
 * log that the process had before it executed this program belongs to root, and the front does not
 * run as root.
 */
int fexecve(int fd, char *const arguments[], char *const environment[])
{
    (void)environment;
    setenv("CERTNAMED_VALGRIND", "front", 1);
    return (int)syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
}
