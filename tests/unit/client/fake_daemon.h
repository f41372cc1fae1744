/* SPDX-License-Identifier: MIT */
#pragma once

/* A process that stands in for certnamed and answers as a test wants it to. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FAKE_FRAME_BYTES 65536

struct fake_question {
    unsigned n_connection; /* counted from 1 */
    uint64_t tag;
    uint8_t kind;     /* enum frame_kind */
    size_t n_payload; /* bytes of it */
};

/*
 * Writes the answer into `out` and returns its length; a negative value -n - 1 sends n bytes of it
 * and closes the connection.
 */
typedef ptrdiff_t (*fake_answer)(uint8_t out[static FAKE_FRAME_BYTES],
                                 const struct fake_question *question, const void *context);

struct fake_daemon {
    pid_t pid;
    char folder[64];
    char path[96];
};

/*
 * Starts the process, as the given user unless that is (uid_t)-1, in a process group of its own,
 * and returns once it listens. With `greets` it answers each connection before any question, with
 * tag 0.
 */
void fake_daemon_start(struct fake_daemon *daemon, uid_t uid, bool greets, fake_answer answer,
                       const void *context);
void fake_daemon_stop(struct fake_daemon *daemon);

/* Makes a folder and a path in it where nothing is; fake_daemon_stop() removes the folder. */
void fake_daemon_absent(struct fake_daemon *daemon);
