/* SPDX-License-Identifier: MIT */
#pragma once

/* Reads the recorded requests of a trial (daemon/ipc/record.h) one after the other. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/ipc/record.h"

struct trial_record {
    const char *path;
    FILE *file;
    uint64_t offset; /* of the next record in the file, in bytes */
    uint8_t *payload;
    struct record record; /* the record that was read last; its payload has length -
                             RECORD_HEADER_BYTES bytes */
};

#define TRIAL_RECORD_NULL ((struct trial_record){0})

enum trial_record_status {
    TRIAL_RECORD_END = 0,
    TRIAL_RECORD_NEXT = 1,
};

/*
 * Opens a file; `path` is borrowed until trial_record_close. Returns 0, or -errno, which has been
 * printed.
 */
int trial_record_open(struct trial_record *record, const char *path);

/* Closes the file. Does nothing on TRIAL_RECORD_NULL or when called again. */
void trial_record_close(struct trial_record *record);

/*
 * Reads the next request. Returns TRIAL_RECORD_NEXT, and `record` and `payload` hold the request
 * until the next call; TRIAL_RECORD_END after the last one (a last record that is cut off is left
 * out, with a warning on standard error); or -errno if the file cannot be read, or has something
 * else where a record should begin, which has been printed.
 */
int trial_record_next(struct trial_record *record);
