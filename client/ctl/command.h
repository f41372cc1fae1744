/* SPDX-License-Identifier: MIT */
#pragma once

/* The commands, each in a file of its own. */

#include <stdint.h>

#include "certname/client.h"
#include "client/ctl/options.h"

/* Exit statuses. */
enum command_status {
    COMMAND_MISUSED = -1, /* none: the usage is to be shown, and it has been said what is wrong */
    COMMAND_DONE = 0,     /* accepted; done; as it should be */
    COMMAND_REFUSED = 1,
    COMMAND_UNDECIDED = 2, /* and standard error, or the JSON object, says why */
};

struct command {
    const char *name;
    const char *summary;
    const char *usage; /* lines, each after "certnamectl "; ends without one's end */
    const char *help;
    uint64_t known; /* options, as bits */
    int (*run)(const struct options *options, char *const *operands, int n_operands);
};

extern const struct command verify_command;
extern const struct command explain_command;
extern const struct command pin_command;
extern const struct command status_command;
extern const struct command metrics_command;
extern const struct command reload_command;
extern const struct command trial_command;

/* Runs what the command line asks for. An exit status of the program. */
int command_dispatch(int argc, char **argv);

/* A client for the daemon that the options name; NULL, and it has been said why. */
struct certname_client *command_client(const struct options *options);
