/* SPDX-License-Identifier: MIT */
#pragma once

/* Determines, before a program is started, whether the preloaded library can cover its TLS. */

#include <stdbool.h>
#include <stddef.h>

/* Room for the longest reason. */
#define COVERAGE_REASON_BYTES 512

/*
 * Examines the program at `path`; if that is a script, its interpreter. Returns 0 if the library
 * would be loaded into the program and would see the TLS libraries that the program is linked with;
 * also if there is no such program, because starting it fails anyway. Returns 1 if the program must
 * not be started, and writes the reason to `reason`, for example "is linked statically".
 *
 * A TLS library that a program contains without symbols is not found by this function;
 * coverage_hidden() looks for it in the files that have been loaded.
 */
int coverage_check(const char *path, char *reason, size_t size);

/*
 * Returns whether the file `path` is a whole shared library for this machine, as far as its header
 * shows; one that was emptied or cut off is not.
 */
bool coverage_is_library(const char *path);

/* Examines the program of an open descriptor. Returns what coverage_check() returns. */
int coverage_check_fd(int fd, char *reason, size_t size);

/*
 * Returns the name of the TLS library that the file `path` contains itself, for example "a copy of
 * OpenSSL"; NULL if none is recognised.
 */
const char *coverage_hidden(const char *path);
