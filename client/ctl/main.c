/* SPDX-License-Identifier: MIT */
/* certnamectl, the program with which people and scripts use certnamed from a command line. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "client/ctl/command.h"
#include "client/ctl/json.h"
#include "client/ctl/text.h"

/* The size of the buffer of standard output in bytes: more than a verdict takes. */
#define OUTPUT_BYTES 65536

/*
 * Flushes standard output. Returns `status`; or COMMAND_UNDECIDED if some of the output could not
 * be written.
 */
static int close_output(int status)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    /* If fflush() succeeds and ferror() does not, an earlier write failed, and its errno is lost.
     */
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
    /* On a terminal too, output is written at the end, so that text_drop_output can drop it. */
    static char buffer[OUTPUT_BYTES];

    (void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
    ignore_broken_pipes();
    json_exit_without_memory();
    return close_output(command_dispatch(argc, argv));
}
