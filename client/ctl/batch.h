/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Implements `verify --batch`: reads many questions as JSON Lines and asks them over one
 * connection.
 */

#include "certname/client.h"

/*
 * Reads standard input line by line and prints one line of output for each, in the same order,
 * until the input ends. Frees the client. Returns COMMAND_DONE if every line got a verdict, else
 * COMMAND_UNDECIDED.
 */
int batch_run(struct certname_client *client);
