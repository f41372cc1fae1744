/* SPDX-License-Identifier: MIT */
#pragma once

/* Finds out before a program starts whether the preloaded library can cover it. */

#include <stddef.h>

/* Room for every reason. */
#define COVERAGE_REASON_BYTES 512

/*
 * Examines the program at `path`; of a script, its interpreter. Returns 0 if the library would be
 * loaded into it and would see the TLS libraries that it is linked with, or if there is no such
 * program, so that starting it fails anyway. Returns 1 if the program must not be started, and
 * writes the reason to `reason`, as in "is linked statically".
 *
 * What a program carries without showing it cannot be found here: coverage_hidden() looks for it
 * in what is loaded.
 */
int coverage_check(const char *path, char *reason, size_t size);

/* Examines the program of an open descriptor, and returns as coverage_check() does. */
int coverage_check_fd(int fd, char *reason, size_t size);

/* Returns the name of the TLS library that the file `path` carries within itself, as in
 * "a copy of OpenSSL", or NULL if none is recognised. */
const char *coverage_hidden(const char *path);
