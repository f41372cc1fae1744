/* SPDX-License-Identifier: MIT */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client/ctl/command.h"

#include <stdio.h>
#include <string.h>

#include "client/ctl/text.h"

static const struct command *const commands[] = {
    &verify_command, &explain_command, &pin_command,    &hello_command,
    &status_command, &metrics_command, &reload_command, &trial_command,
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char details[] = "\n"
                              "Asks the daemon certnamed whether certificates may stand for a "
                              "name, and helps to maintain its\n"
                              "policy.\n"
                              "\n";

static const char closing[] =
    "\n"
    "`certnamectl help COMMAND` describes a command; certnamectl(1) describes everything.\n"
    "\n"
    "  --socket PATH   the daemon's socket, instead of CERTNAMED_SOCKET or\n"
    "                  /run/certnamed/certnamed.sock; before the command or among its options\n"
    "  --insecure-trust-unmapped-uid\n"
    "                  in a user namespace: trust a daemon whose uid has no number there\n"
    "\n"
    "Exit status: 0 accepted or done, 1 refused, 2 no answer or not done.\n";

/* --- usage and help --- */

static void print_usage_of(FILE *out, const struct command *command)
{
    const char *line = command->usage;
    const char *before = "usage: ";

    while (*line) {
        size_t len = strcspn(line, "\n");

        (void)fprintf(out, "%scertnamectl %.*s\n", before, (int)len, line);
        line += len + (line[len] == '\n');
        before = "       ";
    }
}

static void print_usage(FILE *out, const struct command *command)
{
    if (command) {
        print_usage_of(out, command);
        return;
    }
    (void)fputs("usage: certnamectl [--socket PATH] ", out);
    for (size_t i = 0; i < N_COMMANDS; i++)
        (void)fprintf(out, "%s%s", i > 0 ? "|" : "", commands[i]->name);
    (void)fputs(" ...\n       certnamectl help [COMMAND] | --version\n", out);
}

static int refuse_usage(const struct command *command)
{
    print_usage(stderr, command);
    return COMMAND_UNDECIDED;
}

static int print_help(const struct command *command)
{
    print_usage(stdout, command);
    if (command) {
        (void)printf("\n%s", command->help);
        return COMMAND_DONE;
    }
    (void)fputs(details, stdout);
    for (size_t i = 0; i < N_COMMANDS; i++)
        (void)printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
    (void)fputs(closing, stdout);
    return COMMAND_DONE;
}

static int print_version(void)
{
    (void)puts("certnamectl " PACKAGE_VERSION);
    return COMMAND_DONE;
}

/* --- running --- */

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    text_complain("%s: there is no such command", name);
    return NULL;
}

/*
 * Implements `help`, which prints what --help prints, and `help COMMAND`, which prints what
 * `COMMAND --help` prints.
 */
static int run_help(int argc, char **argv)
{
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;

    if (argc > 2 || (argc > 1 && !command))
        return refuse_usage(NULL);
    return print_help(command);
}

/*
 * Reads the options and operands of a command and runs it. argv[0] is the command's name, so the
 * options begin at argv[1].
 */
static int run_command(const struct command *command, struct ctl_options *options, int argc,
                       char **argv)
{
    int first;
    int status;

    if (options_read(options, argc, argv, command->known, false, &first))
        return refuse_usage(command);
    if (options_have(options, OPTION_HELP))
        return print_help(command);
    if (options_have(options, OPTION_VERSION))
        return print_version();
    if (options->socket && (command->known & OPTION_BIT(OPTION_SOCKET)) == 0) {
        text_complain("--socket: `%s` does not connect to the daemon", command->name);
        return refuse_usage(command);
    }
    status = command->run(options, argv + first, argc - first);
    return status == COMMAND_MISUSED ? refuse_usage(command) : status;
}

int command_dispatch(int argc, char **argv)
{
    struct ctl_options options = {0};
    const struct command *command;
    int first;

    if (options_read(&options, argc, argv, OPTIONS_OF_DAEMON, true, &first))
        return refuse_usage(NULL);
    if (options_have(&options, OPTION_HELP))
        return print_help(NULL);
    if (options_have(&options, OPTION_VERSION))
        return print_version();
    if (first >= argc) {
        text_complain("a command is missing, such as `verify`");
        return refuse_usage(NULL);
    }
    if (strcmp(argv[first], "help") == 0)
        return run_help(argc - first, argv + first);
    command = find_command(argv[first]);
    return command ? run_command(command, &options, argc - first, argv + first)
                   : refuse_usage(NULL);
}

int command_misused(const char *what)
{
    text_complain("%s", what);
    return COMMAND_MISUSED;
}

/*
 * Applies the options that say which daemon the client connects to. Returns 0; or a negative enum
 * certname_error, and certname_client_error() describes it.
 */
static int set_address(struct certname_client *client, const struct ctl_options *options)
{
    int r = 0;

    if (options_have(options, OPTION_INSECURE_TRUST_UNMAPPED_UID))
        r = certname_client_insecure_trust_unmapped_uid(client);
    if (!r && options->socket)
        return certname_client_set_path(client, options->socket);
    if (!r && certname_client_use_passed_fd(client) < 0)
        r = CERTNAME_ERR_ARGUMENT;
    return r;
}

struct certname_client *command_client(const struct ctl_options *options)
{
    struct certname_client *client = certname_client_new();

    if (!client) {
        text_complain("no memory for a connection to certnamed");
        return NULL;
    }
    if (set_address(client, options)) {
        text_complain("%s%s", options->socket ? "--socket: " : "", certname_client_error(client));
        return certname_client_free(client);
    }
    return client;
}
