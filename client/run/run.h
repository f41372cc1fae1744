/* SPDX-License-Identifier: MIT */
#pragma once

/* What the program certname-run and the library that it preloads agree on. */

#include <stdatomic.h>

/* Environment variables by which the program's choices reach the library in each process. */
#define RUN_ENV_SOCKET   "CERTNAMED_SOCKET"
#define RUN_ENV_NAMELESS "CERTNAME_RUN_NAMELESS" /* refuse, path or skip */
#define RUN_ENV_REPORT   "CERTNAME_RUN_REPORT"   /* not empty: decide nothing, and print */
#define RUN_ENV_LOG      "CERTNAME_RUN_LOG"      /* the path of the log */
#define RUN_ENV_COUNTS   "CERTNAME_RUN_COUNTS"   /* the path of a file of struct run_counts */
#define RUN_ENV_PRELOAD  "CERTNAME_RUN_PRELOAD"  /* the path of the library */
#define RUN_ENV_LD       "LD_PRELOAD"

/* The exit status where certname-run itself fails, refuses a program or finds that nothing was
 * judged; 126 and 127 mean what they mean to a shell. */
#define RUN_EXIT_FAILURE   125
#define RUN_EXIT_NOT_RUN   126
#define RUN_EXIT_NOT_FOUND 127

/* The numbers of handshakes in all processes of one certname-run, in memory that they share. */
struct run_counts {
    atomic_ulong n_accepted;
    atomic_ulong n_refused;
    atomic_ulong n_errors;     /* no verdict, which refuses as well */
    atomic_ulong n_nameless;   /* without a name, and not asked because of --nameless */
    atomic_ulong n_unverified; /* that the program itself does not verify */
};
