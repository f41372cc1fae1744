/* SPDX-License-Identifier: MIT */
#pragma once

/* The commands of certnamectl. Each is defined in a source file of its own. */

#include <stdint.h>

#include "certname/client.h"
#include "client/ctl/options.h"

/* The results of a command. All but COMMAND_MISUSED are exit statuses of the program. */
enum command_status {
    COMMAND_MISUSED = -1, /* the command has printed what is wrong with the command line; the caller
                             prints the usage */
    /* the verdict accepts; the command succeeded; or --check found the files in force */
    COMMAND_DONE = 0,
    COMMAND_REFUSED = 1, /* the verdict refuses; or the daemon refused the new configuration */
    /* the question or the inquiry got no answer; the reason is on standard error or in the JSON
     * output */
    COMMAND_UNDECIDED = 2,
};

struct command {
    const char *name;
    const char *summary; /* one line that describes the command in the list of commands */
    const char *usage;   /* lines, each printed after "certnamectl "; the last one has no newline */
    const char *help;    /* text that --help prints after the usage */
    uint64_t known;      /* OPTION_BIT() of each option that the command takes */
    int (*run)(const struct ctl_options *options, char *const *operands, int n_operands);
};

extern const struct command verify_command;
extern const struct command explain_command;
extern const struct command pin_command;
extern const struct command hello_command;
extern const struct command status_command;
extern const struct command metrics_command;
extern const struct command reload_command;
extern const struct command trial_command;

/* Runs the command that argv names. Returns the program's exit status. */
int command_dispatch(int argc, char **argv);

/* Prints what is wrong with the command line. Returns COMMAND_MISUSED. */
int command_misused(const char *what);

/*
 * Returns a client that connects to the daemon that the options name; the caller frees it. If it
 * cannot be made, prints the reason and returns NULL.
 */
struct certname_client *command_client(const struct ctl_options *options);
