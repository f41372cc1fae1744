/* SPDX-License-Identifier: MIT */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "client/ctl/command.h"

#include <stdio.h>
#include <string.h>

#include "client/ctl/text.h"

static const struct command *const commands[] = {
    &verify_command,  &explain_command, &pin_command,   &status_command,
    &metrics_command, &reload_command,  &trial_command,
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const char details[] =
    "\n"
    "Asks certnamed whether certificates may stand for a name, and looks after its policy.\n"
    "\n";

static const char closing[] =
    "\n"
    "`certnamectl COMMAND --help` says more, and certnamectl(1) all of it.\n"
    "\n"
    "  --socket PATH   the daemon's socket, instead of CERTNAMED_SOCKET or\n"
    "                  /run/certnamed/certnamed.sock; before the command or among its options\n"
    "\n"
    "Exit status: 0 accepted or done, 1 refused, 2 could not be decided or done.\n";

/* --- what is said of usage --- */

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
    (void)fputs(" ...\n       certnamectl [COMMAND] --help | --version\n", out);
}

static int misused(const struct command *command)
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

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    text_complain("there is no command %s", name);
    return NULL;
}

/* `argv[0]` stands where the command did. */
static int run(const struct command *command, struct options *options, int argc, char **argv)
{
    int first;
    int status;

    if (options_read(options, argc, argv, command->known, false, &first))
        return misused(command);
    if (options_have(options, OPTION_HELP))
        return print_help(command);
    if (options_have(options, OPTION_VERSION))
        return print_version();
    if (options->socket && (command->known & OPTION_BIT(OPTION_SOCKET)) == 0) {
        text_complain("--socket: `%s` asks no daemon", command->name);
        return misused(command);
    }
    status = command->run(options, argv + first, argc - first);
    return status == COMMAND_MISUSED ? misused(command) : status;
}

int command_dispatch(int argc, char **argv)
{
    struct options options = {0};
    const struct command *command;
    int first;

    if (options_read(&options, argc, argv, OPTIONS_ASKING, true, &first))
        return misused(NULL);
    if (options_have(&options, OPTION_HELP))
        return print_help(NULL);
    if (options_have(&options, OPTION_VERSION))
        return print_version();
    if (first >= argc) {
        text_complain("no command: try `verify`");
        return misused(NULL);
    }
    command = find(argv[first]);
    return command ? run(command, &options, argc - first, argv + first) : misused(NULL);
}

struct certname_client *command_client(const struct options *options)
{
    struct certname_client *client = certname_client_new();

    if (!client) {
        text_complain("no memory");
        return NULL;
    }
    if (options->socket && certname_client_set_path(client, options->socket)) {
        text_complain("--socket: %s", certname_client_error(client));
        return certname_client_free(client);
    }
    return client;
}
