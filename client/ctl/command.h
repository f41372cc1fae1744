/* SPDX-License-Identifier: MIT */
#pragma once

/* The commands of certnamectl. Each is defined in a file of its own. */

#include <stdint.h>

#include "certname/client.h"
#include "client/ctl/options.h"

/* The results of a command. All but COMMAND_MISUSED are exit statuses of the program. */
enum command_status {
    COMMAND_MISUSED = -1, /* the command has printed what is wrong; the caller prints the usage */
    COMMAND_DONE = 0,     /* accepted, done, or as it should be */
    COMMAND_REFUSED = 1,  /* the verdict refuses, or the new configuration is refused */
    /* there is no answer; standard error or the JSON object has the reason */
    COMMAND_UNDECIDED = 2,
};

struct command {
    const char *name;
    const char *summary; /* one line for the list of commands */
    const char *usage;   /* lines to print after "certnamectl "; the last has no newline */
    const char *help;    /* printed after the usage */
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

/* Runs the command that the command line names. Returns the program's exit status. */
int command_dispatch(int argc, char **argv);

/* Prints what is wrong with the command line. Returns COMMAND_MISUSED. */
int command_misused(const char *what);

/*
 * Returns a client for the daemon that the options name, for the caller to free; or prints why
 * there is none and returns NULL.
 */
struct certname_client *command_client(const struct ctl_options *options);
