/* SPDX-License-Identifier: MIT */
/*
 * Implements `trial`: executes `certnamed --trial` in place of this program, because only certnamed
 * contains the policy and the verification.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "client/ctl/command.h"
#include "client/ctl/text.h"

/*
 * The largest number of arguments: the program, --trial, the new configuration, three options with
 * a value, one without, and NULL.
 */
#define ARGUMENTS_COUNT 11

/* Unblocks SIGPIPE, which main() blocked, because the signal mask is kept by execv(). */
static void restore_signals(void)
{
    sigset_t signals;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGPIPE);
    (void)sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

/* Executes the program. Returns only if that failed. */
static int execute(const char *program, char *const *arguments)
{
    (void)fflush(stdout);
    restore_signals();
    (void)execv(program, arguments);
    text_complain("%s: cannot be run (%s): install certnamed, or name it with --certnamed PATH",
                  program, strerror(errno));
    return COMMAND_UNDECIDED;
}

static int run_trial(const struct ctl_options *options, char *const *operands, int n_operands)
{
    const char *program = options->certnamed ? options->certnamed : CERTNAMED_PROGRAM;
    const char *arguments[ARGUMENTS_COUNT] = {program, "--trial"};
    size_t n = 2;

    if (n_operands != 1)
        return command_misused("one operand is needed: the file with the new configuration");
    if (!options->replay)
        return command_misused("--replay is needed: it names the file of recorded requests");
    if (options->certnamed && getauxval(AT_SECURE) != 0)
        return command_misused("--certnamed is refused in a set-id program");
    arguments[n++] = operands[0];
    arguments[n++] = "--replay";
    arguments[n++] = options->replay;
    if (options->old) {
        arguments[n++] = "--old";
        arguments[n++] = options->old;
    }
    if (options->user) {
        arguments[n++] = "--user";
        arguments[n++] = options->user;
    }
    if (options_have(options, OPTION_HASH_NAMES))
        arguments[n++] = "--hash-names";
    arguments[n] = NULL;
    return execute(program, (char *const *)(uintptr_t)arguments);
}

const struct command trial_command = {
    .name = "trial",
    .summary = "try a new configuration on recorded requests",
    .usage = "trial NEW.conf --replay FILE [--old OLD.conf] [--hash-names] [--user NAME] "
             "[--certnamed PATH]",
    .help =
        "Prints which verdicts a new configuration would change, by rule, on the requests that\n"
        "certnamed has recorded (section `record` of its configuration). Runs certnamed itself\n"
        "and returns its exit status.\n"
        "\n"
        "  --replay FILE      the recorded requests\n"
        "  --old OLD.conf     the configuration to compare with, instead of the one in force\n"
        "  --hash-names       show a digest of each request instead of the names in it\n"
        "  --user NAME        as root: the account that verifies (default: certnamed)\n"
        "  --certnamed PATH   the program certnamed, instead of " CERTNAMED_PROGRAM "\n"
        "\n"
        "Exit status: that of certnamed; 2 if it cannot be executed.\n",
    .known = OPTIONS_COMMON | OPTION_BIT(OPTION_REPLAY) | OPTION_BIT(OPTION_HASH_NAMES) |
             OPTION_BIT(OPTION_OLD) | OPTION_BIT(OPTION_CERTNAMED) | OPTION_BIT(OPTION_USER),
    .run = run_trial,
};
