/* SPDX-License-Identifier: MIT */
#pragma once

/* The record that a trial asks again (daemon/ipc/record.h), one request after the other. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/ipc/record.h"

struct trial_record {
    const char *path;
    FILE *file;
    uint64_t at; /* where the next record begins, in bytes */
    uint8_t *payload;
    struct record record; /* of the last one read; its payload has record.length less the header */
};

#define TRIAL_RECORD_NULL ((struct trial_record){0})

enum trial_record_status {
    TRIAL_RECORD_END = 0,
    TRIAL_RECORD_NEXT = 1,
};

/* Opens a file, whose name stays the caller's. 0 or -errno, which has been printed. */
int trial_record_open(struct trial_record *record, const char *path);

/* Safe on TRIAL_RECORD_NULL, and twice. */
void trial_record_close(struct trial_record *record);

/*
 * Reads the next request. TRIAL_RECORD_NEXT: there is one; what it points to holds until the next
 * call. TRIAL_RECORD_END: there is none; a part of one at the end is left out, with a word about it
 * on standard error. -errno: the file cannot be read or holds something else, which has been
 * printed.
 */
int trial_record_next(struct trial_record *record);
