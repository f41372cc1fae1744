/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The choices made by the options of certname-run. They are read when the library is loaded,
 * because the program may clear its environment afterwards.
 */

#include <stdbool.h>
#include <stddef.h>

#include "client/run/run.h"

enum preload_nameless {
    PRELOAD_NAMELESS_REFUSE = 0,
    PRELOAD_NAMELESS_PATH,
    PRELOAD_NAMELESS_SKIP,
};

struct preload {
    const char *tool; /* "certname-run" or the name of the module, which is written at the beginning
                         of each line */
    enum preload_nameless nameless;
    bool report;
    const char *socket;     /* the path of the daemon's socket; NULL: the usual one */
    const char *log;        /* the path of the log; NULL: refusals are written to standard error */
    const char *library;    /* the path of this library */
    char *const *variables; /* strings "NAME=value" that started programs must get; ends in NULL */
    struct run_counts *counts; /* never NULL */
    char program[64];          /* the name of the program, used in messages */
};

/* Returns the choices. They never change. */
const struct preload *preload_get(void);

/* Marks a function that replaces a function of another library. */
#define INTERPOSE __attribute__((visibility("default")))
