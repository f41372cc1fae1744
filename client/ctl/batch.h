/* SPDX-License-Identifier: MIT */
#pragma once

#include "certname/client.h"

/*
 * Answers each line of standard input with one on standard output, in order. 0 if every line got a
 * verdict, else 2.
 */
int batch_run(struct certname_client *client);
