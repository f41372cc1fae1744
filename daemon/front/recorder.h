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
    bool is_paused;    /* the file has not taken the last record */
    int64_t resume_ms; /* with is_paused: when the next one is tried, by clock_now_ms */
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

/* Returns "on", "paused" or "off", for status. */
const char *recorder_state(const struct recorder *recorder);

/* Appends one request, whole or not at all. If the file would become larger than max_bytes, or
 * cannot be written, recording rests for ten seconds and is tried again then: the log has a line at
 * the first failure and at the next success. */
void recorder_append(struct recorder *recorder, const struct record *record, const uint8_t *payload,
                     size_t n_payload, uint64_t max_bytes);
