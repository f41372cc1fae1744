/* SPDX-License-Identifier: MIT */

#pragma once

/*
 * Libraries that fail when a test wants them to: the linker puts the functions of library_fixture.c
 * in the place of the real ones (--wrap).
 */

#include <stdbool.h>
#include <stddef.h>

/* The failures that are switched on; all zero for none. */
struct library_fault {
    bool calloc, latest, builtin, ntop;
    bool print;      /* the next call of vsnprintf alone */
    size_t idn_from; /* the first call of idn2_lookup_u8 that fails; 0 and 1 for all */
    int idn;         /* what idn2_lookup_u8 returns; 0 for its own result */
    const char *to;  /* what it converts a label to; NULL for its own result */
    size_t n_calls;  /* calls of any wrapped function so far */
};

extern struct library_fault fault;

/* Switches all failures off, before and after each test. */
void library_works(void);
