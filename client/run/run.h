/* SPDX-License-Identifier: MIT */
#pragma once

/* This header is shared by certname-run and the library that it preloads: both use these names. */

#include <stdatomic.h>

/*
 * The environment variables in which certname-run passes its choices to the library in each
 * process.
 */
#define RUN_ENV_SOCKET   "CERTNAMED_SOCKET"
#define RUN_ENV_NAMELESS "CERTNAME_RUN_NAMELESS" /* the value is refuse, path or skip */
#define RUN_ENV_REPORT                                                                             \
    "CERTNAME_RUN_REPORT" /* if not empty: refuse nothing, only print what would be decided */
#define RUN_ENV_LOG     "CERTNAME_RUN_LOG"     /* the path of the log */
#define RUN_ENV_COUNTS  "CERTNAME_RUN_COUNTS"  /* the path of a file with a struct run_counts */
#define RUN_ENV_PRELOAD "CERTNAME_RUN_PRELOAD" /* the path of the library */
#define RUN_ENV_LD      "LD_PRELOAD"

/*
 * The exit status if certname-run itself fails, refuses to start a program, or finds that nothing
 * was judged. 126 and 127 mean what they mean in a shell.
 */
#define RUN_EXIT_FAILURE   125
#define RUN_EXIT_NOT_RUN   126
#define RUN_EXIT_NOT_FOUND 127

/* The numbers of decisions in all processes of one certname-run, in memory that these share. */
struct run_counts {
    atomic_ulong n_accepted;
    atomic_ulong n_refused;
    atomic_ulong n_errors;     /* refused because no verdict could be had */
    atomic_ulong n_nameless;   /* servers without a name about which certnamed was not asked, as
                                  --nameless says */
    atomic_ulong n_unverified; /* servers that the program itself does not verify */
};
