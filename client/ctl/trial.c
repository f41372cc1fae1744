/* SPDX-License-Identifier: MIT */
/* The trial itself is the daemon's program: it has the policy and the verification. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "client/ctl/command.h"
#include "client/ctl/text.h"

/* Program, --trial, the new configuration, two options with their values and one without, the end.
 */
#define ARGUMENTS_COUNT 9

static int misused(const char *what)
{
    text_complain("%s", what);
    return COMMAND_MISUSED;
}

/* What this program blocks, the other one may want. */
static void restore_signals(void)
{
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGPIPE);
    (void)sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

/* Does not return where it succeeds. */
static int become(const char *program, char *const *arguments)
{
    (void)fflush(stdout);
    restore_signals();
    (void)execv(program, arguments);
    text_complain("%s: cannot be run (%s): install certnamed, or name it with --certnamed PATH",
                  program, strerror(errno));
    return COMMAND_UNDECIDED;
}

static int run_trial(const struct options *options, char *const *operands, int n_operands)
{
    const char *program = options->certnamed ? options->certnamed : CERTNAMED_PROGRAM;
    const char *arguments[ARGUMENTS_COUNT] = {program, "--trial"};
    size_t n = 2;

    if (n_operands != 1)
        return misused("one file is needed: the configuration to be tried");
    if (!options->replay)
        return misused("--replay is needed: the requests that certnamed has recorded");
    if (options->certnamed && getauxval(AT_SECURE) != 0)
        return misused("--certnamed: not in a program that has more rights than its caller");
    arguments[n++] = operands[0];
    arguments[n++] = "--replay";
    arguments[n++] = options->replay;
    if (options->old) {
        arguments[n++] = "--old";
        arguments[n++] = options->old;
    }
    if (options_have(options, OPTION_HASH_NAMES))
        arguments[n++] = "--hash-names";
    arguments[n] = NULL;
    return become(program, (char *const *)(uintptr_t)arguments);
}

const struct command trial_command = {
    .name = "trial",
    .summary = "try a new configuration on recorded requests",
    .usage = "trial NEW.conf --replay FILE [--old OLD.conf] [--hash-names] [--certnamed PATH]",
    .help =
        "Says which verdicts a new configuration would change, by rule, over the requests that\n"
        "certnamed has recorded (section `record` of its configuration). Runs certnamed itself,\n"
        "and ends as it does.\n"
        "\n"
        "  --replay FILE      the record\n"
        "  --old OLD.conf     what to compare with; else the configuration in force\n"
        "  --hash-names       show a digest of each request instead of the names in it\n"
        "  --certnamed PATH   certnamed's program, instead of " CERTNAMED_PROGRAM "\n"
        "\n"
        "Exit status: as certnamed's; 2 if it cannot be run.\n",
    .known = OPTIONS_COMMON | OPTION_BIT(OPTION_REPLAY) | OPTION_BIT(OPTION_HASH_NAMES) |
             OPTION_BIT(OPTION_OLD) | OPTION_BIT(OPTION_CERTNAMED),
    .run = run_trial,
};
