/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Appends a sample of requests to a file that the supervisor opened, in the format of
 * daemon/ipc/record.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ipc/record.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"

struct recorder {
    int fd; /* the file; -1 if nothing is recorded */
    uint64_t n_bytes;
    uint32_t n_skipped;
    bool is_paused;    /* the last record could not be written */
    int64_t resume_ms; /* while is_paused: the clock_now_ms() at which writing is tried again */
};

#define RECORDER_NULL ((struct recorder){.fd = -1})

/* Begins to record at the end of this file, which is taken over; with -1 nothing is recorded. */
void recorder_open(struct recorder *recorder, int fd);

/* Closes the file. May be called twice. */
void recorder_close(struct recorder *recorder);

/* Counts an answered request. Returns whether it is one of the sample, one in wanted->one_in. */
static inline bool recorder_wants(struct recorder *recorder, const struct settings_record *wanted)
{
    if (recorder->fd < 0 || wanted->one_in == 0)
        return false;
    if (++recorder->n_skipped < wanted->one_in)
        return false;
    recorder->n_skipped = 0;
    return true;
}

/* Returns "on", "paused" or "off", for the status. */
const char *recorder_state(const struct recorder *recorder);

/*
 * Appends one request, either completely or not at all. If the file would become larger than
 * max_bytes or cannot be written, recording pauses for ten seconds and is then tried again. The log
 * has a line at the first failure and one at the next success.
 */
void recorder_append(struct recorder *recorder, const struct record *record, const uint8_t *payload,
                     size_t n_payload, uint64_t max_bytes);
