/* SPDX-License-Identifier: MIT */
#pragma once

/* Appends a sample of requests to a file that the supervisor has opened (daemon/ipc/record.h). */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ipc/record.h"
#include "daemon/ipc/settings.h"

struct recorder {
    int fd; /* -1: nothing is recorded */
    uint64_t n_bytes;
    uint32_t n_skipped;
};

#define RECORDER_NULL ((struct recorder){.fd = -1})

/* Goes on with this file, which it takes, at its end; -1: with none. */
void recorder_open(struct recorder *recorder, int fd);

/* Closes the file. Safe twice. */
void recorder_close(struct recorder *recorder);

/* Counts an answered request: whether it is one of those to be recorded. */
static inline bool recorder_wants(struct recorder *recorder, const struct settings_record *wanted)
{
    if (recorder->fd < 0 || wanted->one_in == 0)
        return false;
    if (++recorder->n_skipped < wanted->one_in)
        return false;
    recorder->n_skipped = 0;
    return true;
}

/* Appends one, whole or not at all. What goes beyond max_bytes, or cannot be written, ends the
 * recording with a line in the log. */
void recorder_append(struct recorder *recorder, const struct record *record, const uint8_t *payload,
                     size_t n_payload, uint64_t max_bytes);
