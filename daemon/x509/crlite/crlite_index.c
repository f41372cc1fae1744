/* SPDX-License-Identifier: MIT */
#include "daemon/x509/crlite/crlite_index.h"

#include <stdbool.h>
#include <string.h>

#include "daemon/x509/crlite/crlite_cursor.h"

#define MAGIC_BYTES 8
/* The octets of a log's entry in the head: its identifier, the offset and the number of entries. */
#define LOG_BYTES (CRLITE_LOG_BYTES + 8 + 2)
/* The octets of the two times of an entry. */
#define TIMES_BYTES 16

/* The state while an index is read. */
struct index_reading {
    struct crlite_index *index;
    struct bytes bytes;
    struct crlite_cursor cursor;
    size_t n_number; /* the octets of a number of filters: 1 in upkiidx0, 2 in upkiidx1 */
    const char *why;
};

static int refuse(struct index_reading *reading, const char *why)
{
    reading->why = why;
    return CRLITE_INVALID;
}

static int read_magic(struct index_reading *reading)
{
    struct bytes magic = crlite_cursor_bytes(&reading->cursor, MAGIC_BYTES);

    if (magic.data && memcmp(magic.data, "upkiidx0", MAGIC_BYTES) == 0)
        reading->n_number = 1;
    else if (magic.data && memcmp(magic.data, "upkiidx1", MAGIC_BYTES) == 0)
        reading->n_number = 2;
    else
        return refuse(reading, "it begins with neither upkiidx0 nor upkiidx1");
    return 0;
}

static bool is_name_octet(uint8_t octet)
{
    return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z') ||
           (octet >= '0' && octet <= '9') || octet == '.' || octet == '_' || octet == '-';
}

/* Returns whether the octets are a name and then nothing but zeros. */
static bool is_name(struct bytes octets)
{
    size_t len = 0;

    while (len < octets.len && is_name_octet(octets.data[len]))
        len++;
    for (size_t i = len; i < octets.len; i++) {
        if (octets.data[i] != 0)
            return false;
    }
    return len > 0 && !(len == 1 && octets.data[0] == '.') &&
           !(len == 2 && octets.data[0] == '.' && octets.data[1] == '.');
}

static bool has_name(const struct crlite_index *index, const char *name)
{
    for (size_t i = 0; i < index->n_names; i++) {
        if (strcmp(index->names[i], name) == 0)
            return true;
    }
    return false;
}

static int read_name(struct index_reading *reading)
{
    struct bytes octets = crlite_cursor_bytes(&reading->cursor, CRLITE_NAME_BYTES);
    struct crlite_index *index = reading->index;
    char *name = index->names[index->n_names];

    if (!octets.data || !is_name(octets))
        return refuse(reading, "the name of a filter is not one of a file in the folder");
    memcpy(name, octets.data, CRLITE_NAME_BYTES);
    name[CRLITE_NAME_BYTES] = '\0';
    if (has_name(index, name))
        return refuse(reading, "it names a filter twice");
    index->n_names++;
    return 0;
}

static int read_names(struct index_reading *reading, uint64_t n)
{
    int r = 0;

    if (n > CRLITE_FILTERS_COUNT)
        return refuse(reading, "it names more than 256 filters");
    if (!crlite_cursor_has_room(&reading->cursor, n, CRLITE_NAME_BYTES, CRLITE_FILTERS_COUNT))
        return refuse(reading, "it has more names than there is room for");
    for (uint64_t i = 0; r == 0 && i < n; i++)
        r = read_name(reading);
    return r;
}

/* Checks the entries of a log, which stand at `offset`, and sets *endp to where they end. */
static int check_section(struct index_reading *reading, uint64_t offset, uint64_t n, uint64_t *endp)
{
    struct crlite_cursor cursor = {.data = reading->bytes.data, .len = reading->bytes.len};

    if (offset < *endp)
        return refuse(reading, "the entries of a log overlap with what stands before them");
    (void)crlite_cursor_bytes(&cursor, offset);
    if (!crlite_cursor_has_room(&cursor, n, reading->n_number + TIMES_BYTES, UINT16_MAX))
        return refuse(reading, "the entries of a log reach beyond its end");
    for (uint64_t i = 0; i < n; i++) {
        if (crlite_cursor_number(&cursor, reading->n_number) >= reading->index->n_names)
            return refuse(reading, "an entry refers to a filter that is not named");
        (void)crlite_cursor_bytes(&cursor, TIMES_BYTES);
    }
    *endp = (uint64_t)(cursor.data - reading->bytes.data);
    return 0;
}

static int read_logs(struct index_reading *reading, uint64_t n)
{
    struct crlite_cursor *cursor = &reading->cursor;
    struct bytes previous = {0};
    uint64_t end = reading->bytes.len - cursor->len + n * LOG_BYTES;
    int r = 0;

    for (uint64_t i = 0; r == 0 && i < n; i++) {
        struct bytes log = crlite_cursor_bytes(cursor, CRLITE_LOG_BYTES);
        uint64_t offset = crlite_cursor_number(cursor, 8);
        uint64_t n_entries = crlite_cursor_number(cursor, 2);

        if (previous.data && memcmp(previous.data, log.data, CRLITE_LOG_BYTES) >= 0)
            return refuse(reading, "its logs are not in ascending order");
        previous = log;
        r = check_section(reading, offset, n_entries, &end);
    }
    return r;
}

static int read_index(struct index_reading *reading)
{
    int r = read_magic(reading);
    uint64_t n_names = crlite_cursor_number(&reading->cursor, reading->n_number);
    uint64_t n_logs = crlite_cursor_number(&reading->cursor, 4);

    if (r)
        return r;
    if (reading->cursor.failed)
        return refuse(reading, "it ends within its head");
    r = read_names(reading, n_names);
    if (r)
        return r;
    if (!crlite_cursor_has_room(&reading->cursor, n_logs, LOG_BYTES, CRLITE_LOGS_COUNT))
        return refuse(reading, "it has more logs than there is room for");
    return read_logs(reading, n_logs);
}

int crlite_index_read(struct crlite_index *index, struct bytes bytes, const char **whyp)
{
    struct index_reading reading = {
        .index = index,
        .bytes = bytes,
        .cursor = {.data = bytes.data, .len = bytes.len},
    };
    int r;

    index->n_names = 0;
    r = read_index(&reading);
    if (r)
        index->n_names = 0;
    *whyp = reading.why;
    return r;
}
