/* SPDX-License-Identifier: MIT */
#pragma once

/* What a process gives up before it reads the first byte from outside. */

#include <stdbool.h>

/* For every process: no new privileges, no core file, not to be traced by its own user. 0 or
 * -errno. */
int sandbox_enter_common(void);

/*
 * For a verifier, after everything is loaded: memory, descriptors and processes limited, no file
 * system and no network (landlock.h), and from here on only the system calls that the verification
 * loop needs; any other ends the process (SIGSYS). 0 or -errno.
 */
int sandbox_enter_verifier(void);

/*
 * For the front, after its event loop stands: no file system and no network (landlock.h), and from
 * here on only the system calls that it needs; any other ends the process (SIGSYS). 0 or -errno.
 */
int sandbox_enter_front(void);

/* Starts the CPU time of one verification: past it the process is ended by SIGPROF. 0 or -errno. */
int sandbox_start_cpu_timer(void);

/* Ends it: what is used from here on is nobody's verification. */
void sandbox_stop_cpu_timer(void);

/* True in a build for sanitizers or valgrind: no process has a filter, no verifier limits. */
bool sandbox_is_relaxed(void);

/* How long a process is waited for that has this limit: in a relaxed build, which is slow, many
 * times as long. */
int sandbox_patience_ms(int limit_ms);
