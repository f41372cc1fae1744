/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The longest wait for a line: no program takes this long, so one that does has failed. */
#define PATIENCE_SECONDS 20

_Noreturn static void run(int fd, const char *program, char *const arguments[])
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(program, arguments);
    _exit(127);
}

void helper_start(struct helper *helper, const char *program, char *const arguments[])
{
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        die("socketpair");
    helper->pid = fork();
    if (helper->pid < 0)
        die("fork");
    if (helper->pid == 0)
        run(pair[1], program, arguments);
    close(pair[1]);
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    helper->in = fdopen(pair[0], "r");
    helper->out = fdopen(fcntl(pair[0], F_DUPFD_CLOEXEC, 0), "w");
    if (!helper->in || !helper->out)
        die("fdopen");
}

bool helper_line(struct helper *helper, char *line, size_t size)
{
    if (fflush(helper->out) != 0 || !fgets(line, (int)size, helper->in))
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

double helper_cpu_us(const struct helper *helper)
{
    struct timespec used;
    clockid_t clock;

    if (clock_getcpuclockid(helper->pid, &clock) != 0 || clock_gettime(clock, &used) < 0)
        return 0;
    return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

void helper_stop(struct helper *helper)
{
    fclose(helper->out);
    fclose(helper->in);
    kill(helper->pid, SIGKILL);
    waitpid(helper->pid, NULL, 0);
}
