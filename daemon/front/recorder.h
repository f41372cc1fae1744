/* SPDX-License-Identifier: MIT */
#pragma once

/* Appends a sample of requests to a file that the supervisor has opened (daemon/ipc/record.h). */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ipc/record.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"

struct recorder {
    int fd; /* -1: nothing is recorded */
    uint64_t n_bytes;
    uint32_t n_skipped;
};

#define RECORDER_NULL ((struct recorder){.fd = -1})

/* Records to the end of this file from now on, and takes it; -1: records nothing. */
void recorder_open(struct recorder *recorder, int fd);

/* Closes the file. Safe to call twice. */
void recorder_close(struct recorder *recorder);

/* Counts an answered request. Returns whether it belongs to the sample. */
static inline bool recorder_wants(struct recorder *recorder, const struct settings_record *wanted)
{
    if (recorder->fd < 0 || wanted->one_in == 0)
        return false;
    if (++recorder->n_skipped < wanted->one_in)
        return false;
    recorder->n_skipped = 0;
    return true;
}

/* Appends one request, whole or not at all. If the file would become larger than max_bytes, or
 * cannot be written, recording ends with a line in the log. */
void recorder_append(struct recorder *recorder, const struct record *record, const uint8_t *payload,
                     size_t n_payload, uint64_t max_bytes);
