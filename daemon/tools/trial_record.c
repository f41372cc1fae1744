/* SPDX-License-Identifier: MIT */
#include "daemon/tools/trial_record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"

/* Prints why the file cannot be read. Returns r. */
static int print_failure(const struct trial_record *record, int r)
{
    fprintf(stderr, "certnamed: %s: %s\n", record->path, strerror(-r));
    return r;
}

int trial_record_open(struct trial_record *record, const char *path)
{
    *record = (struct trial_record){.path = path, .payload = malloc(LIMIT_FRAME_BYTES)};
    if (!record->payload)
        return print_failure(record, -ENOMEM);
    record->file = fopen(path, "re");
    return record->file ? 0 : print_failure(record, -errno);
}

void trial_record_close(struct trial_record *record)
{
    if (record->file)
        fclose(record->file);
    free(record->payload);
    *record = TRIAL_RECORD_NULL;
}

/*
 * Called at the end of the file, after `n` bytes of a record. Reports a read error, or a record
 * that is cut off.
 */
static int finish_file(const struct trial_record *record, size_t n)
{
    if (ferror(record->file))
        return print_failure(record, errno ? -errno : -EIO);
    if (n > 0)
        fprintf(stderr, "certnamed: %s: the last record is cut off and left out\n", record->path);
    return TRIAL_RECORD_END;
}

int trial_record_next(struct trial_record *record)
{
    uint8_t header[RECORD_HEADER_BYTES];
    size_t n = fread(header, 1, sizeof(header), record->file);
    size_t n_payload;

    if (n < sizeof(header))
        return finish_file(record, n);
    if (record_read(&record->record, header, n) == RECORD_FOREIGN) {
        fprintf(stderr, "certnamed: %s: there is no record at byte %" PRIu64 "\n", record->path,
                record->offset);
        return -EBADMSG;
    }
    n_payload = record->record.length - RECORD_HEADER_BYTES;
    if (fread(record->payload, 1, n_payload, record->file) < n_payload)
        return finish_file(record, n);
    record->offset += record->record.length;
    return TRIAL_RECORD_NEXT;
}
