/* SPDX-License-Identifier: MIT */
/* certnamectl: the command line of certnamed. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "client/ctl/command.h"
#include "client/ctl/json.h"
#include "client/ctl/text.h"

/* Returns the status, or COMMAND_UNDECIDED if the output did not reach its reader. */
static int close_output(int status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    /* An earlier write may have failed, and its errno is gone. */
    if (errno)
        text_complain("cannot write to standard output: %s", strerror(errno));
    else
        text_complain("cannot write to standard output");
    return COMMAND_UNDECIDED;
}

static void ignore_broken_pipes(void)
{
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGPIPE);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
}

int main(int argc, char **argv)
{
    ignore_broken_pipes();
    json_exit_without_memory();
    return close_output(command_dispatch(argc, argv));
}
