/* SPDX-License-Identifier: MIT */

/* Reads a filter as a whole, for crlite_filter.h. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/x509/crlite/crlite_block.h"
#include "daemon/x509/crlite/crlite_filter.h"

/* The octets of an entry of the coverage: a log and two times. */
#define COVERAGE_BYTES 48
/* The least octets of an issuer's block. */
#define BLOCK_BYTES_V3 89
#define BLOCK_BYTES_V4 52

/* The state while a filter is read. */
struct filter_reading {
    struct crlite_filter *filter;
    struct crlite_cursor cursor;
    const char *why; /* what is wrong */
};

/* Each step returns 0, CRLITE_INVALID with reading->why set, or -ENOMEM. */
static int refuse(struct filter_reading *reading, const char *why)
{
    reading->why = why;
    return CRLITE_INVALID;
}

/* Returns the next count, which has `n` octets in version 4 and 8 in version 3. */
static uint64_t read_count(struct filter_reading *reading, size_t n)
{
    return crlite_cursor_number(&reading->cursor, reading->filter->version == 3 ? 8 : n);
}

static int read_version(struct filter_reading *reading)
{
    uint64_t version = crlite_cursor_number(&reading->cursor, 1);
    uint64_t reserved = crlite_cursor_number(&reading->cursor, 1);

    if (reading->cursor.failed)
        return refuse(reading, "it ends within its version");
    if (version != 3 && version != 4)
        return refuse(reading, "its version is neither 3 nor 4");
    if (reserved != 0)
        return refuse(reading, "the octet after its version is not 0");
    reading->filter->version = (uint8_t)version;
    reading->cursor.is_little = version == 3;
    return 0;
}

static bool has_log_twice(const struct crlite_filter *filter)
{
    for (size_t i = 1; i < filter->n_logs; i++) {
        for (size_t j = 0; j < i; j++) {
            if (memcmp(filter->logs + i * COVERAGE_BYTES, filter->logs + j * COVERAGE_BYTES,
                       CRLITE_LOG_BYTES) == 0)
                return true;
        }
    }
    return false;
}

static int read_coverage(struct filter_reading *reading)
{
    struct crlite_filter *filter = reading->filter;
    uint64_t n = read_count(reading, 2);

    if (!crlite_cursor_has_room(&reading->cursor, n, COVERAGE_BYTES, CRLITE_LOGS_COUNT))
        return refuse(reading, "it has more logs than there is room for");
    filter->n_logs = (size_t)n;
    filter->logs = crlite_cursor_bytes(&reading->cursor, n * COVERAGE_BYTES).data;
    return has_log_twice(filter) ? refuse(reading, "it has a log twice") : 0;
}

static int read_block(struct filter_reading *reading, size_t i, struct bytes *previous)
{
    struct crlite_filter *filter = reading->filter;
    struct crlite_block block = {0};
    const char *why;

    filter->blocks[i] = (uint32_t)(reading->cursor.data - filter->bytes.data);
    why = crlite_block_read(&block, &reading->cursor, filter->version);
    if (why)
        return refuse(reading, why);
    if (previous->data && memcmp(previous->data, block.issuer.data, DIGEST_BYTES) >= 0)
        return refuse(reading, "its issuers are not in ascending order");
    *previous = block.issuer;
    for (uint32_t j = 0; j < block.n_exceptions; j++)
        (void)crlite_block_exception(&reading->cursor, filter->version);
    return reading->cursor.failed ? refuse(reading, "it ends within an exception") : 0;
}

static int read_issuers(struct filter_reading *reading)
{
    struct crlite_filter *filter = reading->filter;
    uint64_t n = read_count(reading, 4);
    size_t least = filter->version == 3 ? BLOCK_BYTES_V3 : BLOCK_BYTES_V4;
    struct bytes previous = {0};
    int r = 0;

    if (!crlite_cursor_has_room(&reading->cursor, n, least, CRLITE_ISSUERS_COUNT))
        return refuse(reading, "it has more issuers than there is room for");
    filter->n_issuers = (size_t)n;
    filter->blocks = n > 0 ? calloc((size_t)n, sizeof(*filter->blocks)) : NULL;
    if (n > 0 && !filter->blocks)
        return error_origin(-ENOMEM);
    for (size_t i = 0; r == 0 && i < filter->n_issuers; i++)
        r = read_block(reading, i, &previous);
    return r;
}

static int read_column(struct filter_reading *reading, struct crlite_column *column)
{
    uint64_t n = read_count(reading, 4);

    if (!crlite_cursor_has_room(&reading->cursor, n, sizeof(uint64_t), UINT64_MAX))
        return refuse(reading, "a column has more words than there is room for");
    column->n_words = n;
    column->words = crlite_cursor_bytes(&reading->cursor, n * sizeof(uint64_t)).data;
    return 0;
}

static int read_columns(struct filter_reading *reading)
{
    struct crlite_filter *filter = reading->filter;
    uint64_t n = read_count(reading, 1);
    int r = 0;

    if (reading->cursor.failed || n > CRLITE_COLUMNS_COUNT)
        return refuse(reading, "it has no columns, or more than 64");
    filter->n_columns = (size_t)n;
    for (size_t i = 0; r == 0 && i <= filter->n_columns; i++)
        r = read_column(reading, &filter->columns[i]);
    if (r == 0 && reading->cursor.len > 0)
        return refuse(reading, "there are octets behind its end");
    return r;
}

/* The ranks are checked last, because the columns stand behind the issuers. */
static int check_ranks(struct filter_reading *reading)
{
    const struct crlite_filter *filter = reading->filter;

    for (size_t i = 0; i < filter->n_issuers; i++) {
        struct crlite_cursor cursor = reading->cursor;
        struct crlite_block block = {0};

        cursor.data = filter->bytes.data + filter->blocks[i];
        cursor.len = filter->bytes.len - filter->blocks[i];
        if (crlite_block_read(&block, &cursor, filter->version) || block.rank > filter->n_columns)
            return refuse(reading, "an issuer's rank is beyond the columns");
    }
    return 0;
}

static int read_filter(struct filter_reading *reading)
{
    int r = read_version(reading);

    if (r == 0)
        r = read_coverage(reading);
    if (r == 0)
        r = read_issuers(reading);
    if (r == 0)
        r = read_columns(reading);
    if (r == 0)
        r = check_ranks(reading);
    return r;
}

int crlite_filter_init(struct crlite_filter *filter, struct bytes bytes, const char **whyp)
{
    struct filter_reading reading = {
        .filter = filter,
        .cursor = {.data = bytes.data, .len = bytes.len},
    };
    int r;

    *filter = (struct crlite_filter){.bytes = bytes};
    if (bytes.len > CRLITE_FILTER_BYTES)
        r = refuse(&reading, "it is over 64 MiB");
    else
        r = read_filter(&reading);
    if (r)
        crlite_filter_deinit(filter);
    *whyp = reading.why;
    return r;
}

void crlite_filter_deinit(struct crlite_filter *filter)
{
    free(filter->blocks);
    *filter = (struct crlite_filter){0};
}
