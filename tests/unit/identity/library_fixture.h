/* SPDX-License-Identifier: MIT */

#pragma once

/*
 * Makes libraries fail when a test wants them to: the linker puts the functions of
 * library_fixture.c in the place of the real ones (--wrap).
 */

#include <stdbool.h>
#include <stddef.h>

/* The failures that are switched on; if all fields are zero, nothing fails. */
struct library_fault {
    bool calloc, latest, builtin, ntop;
    bool print;      /* only the next call of vsnprintf fails */
    size_t idn_from; /* the number of the first call of idn2_lookup_u8 that fails; with 0 or 1 all
                        calls fail */
    int idn;         /* the error that idn2_lookup_u8 returns; 0: its own result */
    const char *to; /* the result that idn2_lookup_u8 gives for every label; NULL: its own result */
    size_t n_calls; /* the number of calls of any wrapped function so far */
};

extern struct library_fault fault;

/* Switches all failures off. Called before and after each test. */
void library_works(void);
