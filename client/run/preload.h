/* SPDX-License-Identifier: MIT */
#pragma once

/* The choices of certname-run in a process, which are read when the library is loaded: a program
 * may clear its environment afterwards. */

#include <stdbool.h>
#include <stddef.h>

#include "client/run/run.h"

enum preload_nameless {
    PRELOAD_NAMELESS_REFUSE = 0,
    PRELOAD_NAMELESS_PATH,
    PRELOAD_NAMELESS_SKIP,
};

struct preload {
    enum preload_nameless nameless;
    bool report;
    const char *socket;        /* NULL: the usual one */
    const char *log;           /* NULL: refusals go to standard error */
    const char *library;       /* the path of this library */
    char *const *variables;    /* "NAME=value", which programs that are started get; ends in NULL */
    struct run_counts *counts; /* never NULL */
    char program[64];          /* the name of the program, for messages */
};

/* Returns the choices. They never change. */
const struct preload *preload_get(void);

/* Marks a function that takes the place of a library's. */
#define INTERPOSE __attribute__((visibility("default")))
