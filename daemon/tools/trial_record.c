/* SPDX-License-Identifier: MIT */
#include "daemon/tools/trial_record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"

static int complain(const struct trial_record *record, int r)
{
    fprintf(stderr, "certnamed: %s: %s\n", record->path, strerror(-r));
    return r;
}

int trial_record_open(struct trial_record *record, const char *path)
{
    *record = (struct trial_record){.path = path, .payload = malloc(LIMIT_FRAME_BYTES)};
    if (!record->payload)
        return complain(record, -ENOMEM);
    record->file = fopen(path, "re");
    return record->file ? 0 : complain(record, -errno);
}

void trial_record_close(struct trial_record *record)
{
    if (record->file)
        fclose(record->file);
    free(record->payload);
    *record = TRIAL_RECORD_NULL;
}

/* What is read before it is known to be whole: nothing at all, or a part. */
static int end(const struct trial_record *record, size_t n)
{
    if (ferror(record->file))
        return complain(record, errno ? -errno : -EIO);
    if (n > 0)
        fprintf(stderr, "certnamed: %s: ends in the middle of a record, which is left out\n",
                record->path);
    return TRIAL_RECORD_END;
}

int trial_record_next(struct trial_record *record)
{
    uint8_t header[RECORD_HEADER_BYTES];
    size_t n = fread(header, 1, sizeof(header), record->file);
    size_t n_payload;

    if (n < sizeof(header))
        return end(record, n);
    if (record_read(&record->record, header, n) == RECORD_FOREIGN) {
        fprintf(stderr, "certnamed: %s: there is no record at byte %" PRIu64 "\n", record->path,
                record->at);
        return -EBADMSG;
    }
    n_payload = record->record.length - RECORD_HEADER_BYTES;
    if (fread(record->payload, 1, n_payload, record->file) < n_payload)
        return end(record, n);
    record->at += record->record.length;
    return TRIAL_RECORD_NEXT;
}
