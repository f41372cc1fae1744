/* SPDX-License-Identifier: MIT */
#pragma once

/* The rights that a process gives up before it reads its first byte of untrusted input. */

#include <stdbool.h>
#include <stddef.h>

/* For every process: it cannot gain privileges, leaves no core file, and cannot be traced by its
 * own user. Returns 0 or -errno. */
int sandbox_enter_common(void);

/*
 * For a verifier, once everything is loaded: its memory, descriptors and processes are limited,
 * Landlock (landlock.h) takes the file system and the network away, and a seccomp filter allows the
 * system calls of the verification loop; any other call ends the process with SIGSYS. Returns 0 or
 * -errno.
 */
int sandbox_enter_verifier(void);

/*
 * For the front, once its event loop is set up: Landlock takes the file system and the network
 * away, and a seccomp filter allows the system calls of the loop; any other call ends the process
 * with SIGSYS. Returns 0 or -errno.
 */
int sandbox_enter_front(int bin);

/* For the bin's process (daemon/front/bin_keeper.h): no file system and no network, and only what
 * it needs to receive sockets and to fork. Returns 0 or -errno. */
int sandbox_enter_bin(void);

/*
 * For the supervisor, before it starts a child: writing is allowed below these `n` folders alone
 * (landlock.h), and system calls that change the host, look into other processes or only serve
 * exploits end the process with SIGSYS. Its children inherit both. Returns 0 or -errno.
 */
int sandbox_enter_supervisor(const char *const *folders, size_t n);

/* Starts the timer for the CPU time of one verification, LIMIT_VERIFY_CPU_MS, at whose end SIGPROF
 * ends the process. Returns 0 or -errno. */
int sandbox_start_cpu_timer(void);

/* Stops the timer: the verification is done. */
void sandbox_stop_cpu_timer(void);

/* Returns true in a build for sanitizers or valgrind, in which there are no filters, no Landlock
 * and no limits. */
bool sandbox_is_relaxed(void);

/* Returns how long to wait for a process that has this limit: the limit, and in a relaxed build,
 * which is slow, a multiple of it. */
int sandbox_patience_ms(int limit_ms);
