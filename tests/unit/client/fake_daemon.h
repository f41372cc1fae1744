/* SPDX-License-Identifier: MIT */
#pragma once

/* A process that takes the place of certnamed and gives the answers that a test wants. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FAKE_FRAME_BYTES 65536

struct fake_question {
    unsigned n_connection; /* the number of the connection, counted from 1 */
    uint64_t tag;
    uint8_t kind;     /* enum frame_kind */
    size_t n_payload; /* the length of the payload in bytes */
};

/*
 * Writes the answer to `out` and returns its length. A negative value -n - 1 means that n bytes of
 * it are sent and the connection is closed.
 */
typedef ptrdiff_t (*fake_answer)(uint8_t out[static FAKE_FRAME_BYTES],
                                 const struct fake_question *question, const void *context);

struct fake_daemon {
    pid_t pid;
    char folder[64];
    char path[96];
};

/*
 * Starts the process in a process group of its own, with the given uid unless that is (uid_t)-1,
 * and returns once it listens. With `greets` it calls `answer` for each connection before any
 * question, with tag 0.
 */
void fake_daemon_start(struct fake_daemon *daemon, uid_t uid, bool greets, fake_answer answer,
                       const void *context);
void fake_daemon_stop(struct fake_daemon *daemon);

/* Makes a folder and a path in it that does not exist; fake_daemon_stop() removes the folder. */
void fake_daemon_absent(struct fake_daemon *daemon);
