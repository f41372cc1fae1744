/* SPDX-License-Identifier: MIT */
#pragma once

/* Takes rights away from each kind of process before it reads its first byte of untrusted input. */

#include <stdbool.h>
#include <stddef.h>

/*
 * For every process: afterwards it cannot gain privileges, writes no core file, and cannot be
 * traced by its own user. Returns 0 or -errno.
 */
int sandbox_enter_common(void);

/* The instructions of a seccomp filter. A zero-initialised struct is an empty filter. */
struct sandbox_filter {
    const void *code;
    size_t len; /* the length of the instructions in bytes */
    int fd;     /* the sealed memory file that holds the instructions; open unless code is NULL */
};

/*
 * Makes the filter for verifiers. The parent of the verifiers calls it once, because making it
 * takes time and memory that a verifier does not always have at its start. Returns 0, and *filter
 * belongs to the caller; or -errno.
 */
int sandbox_make_verifier_filter(struct sandbox_filter *filter);

/*
 * Takes over a filter that another process has made, in its memory file. Returns 0, and *filter
 * owns the descriptor; or -errno.
 */
int sandbox_take_filter(struct sandbox_filter *filter, int fd);

/* Frees a filter. May be called twice. */
void sandbox_filter_free(struct sandbox_filter *filter);

/*
 * For a verifier, once everything is loaded. Its memory, descriptors and processes are limited;
 * Landlock (landlock.h) takes the file system and the network away; and the filter ends it
 * with SIGSYS at any system call that the verifier's loop does not need. Returns 0 or -errno.
 */
int sandbox_enter_verifier(const struct sandbox_filter *filter);

/*
 * For the front, once its event loop is set up. Landlock takes the file system and the network
 * away, and a seccomp filter ends it with SIGSYS at any system call that its loop does not need.
 * `bin` is the socket to the bin, the only one over which the front may send descriptors. Returns 0
 * or -errno.
 */
int sandbox_enter_front(int bin);

/*
 * For the bin's process (daemon/front/bin_keeper.h): takes the file system and the network away,
 * and allows only what it needs to receive sockets and to fork. Returns 0 or -errno.
 */
int sandbox_enter_bin(void);

/*
 * For the supervisor, before it starts a child. It can write only below these `n` folders
 * (landlock.h). System calls that change the host, look into other processes or only serve exploits
 * end the process with SIGSYS. Its children inherit both. Returns 0 or -errno.
 */
int sandbox_enter_supervisor(const char *const *folders, size_t n);

/*
 * Starts the CPU timer of one verification: after LIMIT_VERIFY_CPU_MS of CPU time SIGPROF ends the
 * process. Returns 0 or -errno.
 */
int sandbox_start_cpu_timer(void);

/* Stops the CPU timer, once the verification is done. */
void sandbox_stop_cpu_timer(void);

/*
 * Returns true in a build for sanitizers or valgrind, which has no filters, no Landlock and no
 * limits.
 */
bool sandbox_is_relaxed(void);

/*
 * Returns how long to wait for a process that has this limit: the limit itself, or in a relaxed
 * build, which is slow, a multiple of it.
 */
int sandbox_patience_ms(int limit_ms);
