/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Helpers of the interposed functions that start programs (exec, posix_spawn, system and popen):
 * each of these functions checks the program first, and passes the library on to it.
 */

#include <stdbool.h>

/* Returns whether a value of LD_PRELOAD contains the library. `list` may be NULL. */
bool spawn_holds_library(const char *list, const char *library);

/*
 * Returns 0 if the program `path` may be started; -EACCES, after a line that names the reason, if
 * it cannot be covered. Under --report only the line is written.
 */
int spawn_check(const char *path);
