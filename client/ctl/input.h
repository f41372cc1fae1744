/* SPDX-License-Identifier: MIT */
#pragma once

/* Certificates from files. */

#include "certname/client.h"

/*
 * Adds a file's certificates to the question, in their order: all of a PEM file's, or the one of a
 * DER file. `-` is standard input. 0, or -1 and it has been said why.
 */
int input_add_file(struct certname_question *question, const char *path);
