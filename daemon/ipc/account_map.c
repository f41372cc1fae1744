/* SPDX-License-Identifier: MIT */
#include "daemon/ipc/account_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/ipc/settings.h"

/* Uids below this are accounts of their own, whatever /etc/subuid says. */
#define FIRST_MAPPED_UID 65536u

/* --- lines of passwd and subuid --- */

struct field {
    const char *text;
    size_t len;
};

/*
 * Splits the next line at its colons into n_fields fields. Fields that the line does not have
 * become empty. Returns false at the end of the text.
 */
static bool next_line(const char **textp, size_t *lenp, struct field *fields, size_t n_fields)
{
    const char *text = *textp;
    const char *end = *lenp > 0 ? memchr(text, '\n', *lenp) : NULL;
    size_t len = end ? (size_t)(end - text) : *lenp;

    if (*lenp == 0)
        return false;
    *textp = text + len + (end ? 1 : 0);
    *lenp -= len + (end ? 1 : 0);
    for (size_t i = 0; i < n_fields; i++) {
        const char *colon = len > 0 ? memchr(text, ':', len) : NULL;
        size_t n = colon ? (size_t)(colon - text) : len;

        fields[i] = (struct field){.text = text, .len = n};
        text += n + (colon ? 1 : 0);
        len -= n + (colon ? 1 : 0);
    }
    return true;
}

static bool read_number(const struct field *field, uint32_t *valuep)
{
    uint64_t value = 0;

    if (field->len == 0 || field->len > 10)
        return false;
    for (size_t i = 0; i < field->len; i++) {
        if (field->text[i] < '0' || field->text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(field->text[i] - '0');
    }
    *valuep = (uint32_t)value;
    return value < UINT32_MAX;
}

static bool is_skipped(const struct field *line)
{
    return line->len == 0 || line->text[0] == '#';
}

/* Finds a user by name in the passwd file. */
static bool find_user(const char *passwd, size_t n_passwd, const struct field *name, uint32_t *uidp)
{
    struct field fields[3];

    while (next_line(&passwd, &n_passwd, fields, 3)) {
        if (fields[0].len == name->len && memcmp(fields[0].text, name->text, name->len) == 0)
            return read_number(&fields[2], uidp);
    }
    return false;
}

/* --- reading both files --- */

/* Makes room for one more element after the first n. Returns 0 or -ENOMEM. */
static int grow(void **arrayp, size_t n, size_t size)
{
    void *array;

    /* The size is doubled each time, so the array is full when n is 0 or a power of two. */
    if (n > 0 && (n & (n - 1)) != 0)
        return 0;
    array = realloc(*arrayp, (n > 0 ? 2 * n : 1) * size);
    if (!array)
        return -ENOMEM;
    *arrayp = array;
    return 0;
}

static int compare_uids(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static int compare_rows(const void *a, const void *b)
{
    return compare_uids(&((const struct account_map_row *)a)->first,
                        &((const struct account_map_row *)b)->first);
}

static int parse_passwd(struct account_map *map, const char *passwd, size_t n_passwd,
                        size_t *n_badp)
{
    struct field fields[3];
    uint32_t uid;
    int r;

    while (next_line(&passwd, &n_passwd, fields, 3)) {
        /* A NIS line begins with a plus or minus sign, and its uid may be missing. */
        if (is_skipped(&fields[0]) || fields[0].text[0] == '+' || fields[0].text[0] == '-')
            continue;
        if (!read_number(&fields[2], &uid)) {
            ++*n_badp;
            continue;
        }
        if (uid < FIRST_MAPPED_UID)
            continue;
        r = grow((void **)&map->single, map->n_single, sizeof(*map->single));
        if (r)
            return r;
        map->single[map->n_single++] = uid;
    }
    if (map->n_single > 0)
        qsort(map->single, map->n_single, sizeof(*map->single), compare_uids);
    return 0;
}

/* Makes the row of one line of subuid. The owner in its first field is a name or a uid. */
static bool make_row(struct account_map_row *row, const struct field fields[static 3],
                     const char *passwd, size_t n_passwd)
{
    uint32_t first, count, owner = 0;
    bool is_known = find_user(passwd, n_passwd, &fields[0], &owner) ||
                    read_number(&fields[0], &owner);

    if (!read_number(&fields[1], &first) || !read_number(&fields[2], &count) || count == 0 ||
        first < FIRST_MAPPED_UID || count - 1 > UINT32_MAX - 1 - first)
        return false;
    *row = (struct account_map_row){
        .first = first,
        .last = first + count - 1,
        .account = is_known ? owner : first,
        .n_block = is_known && owner == 0 ? ACCOUNT_MAP_BLOCK_UIDS : 0,
    };
    return true;
}

/* Drops each row that overlaps an earlier one in the order of first uids. */
static void drop_overlapping(struct account_map *map, size_t *n_badp)
{
    size_t n = 0;

    for (size_t i = 0; i < map->n_rows; i++) {
        if (n > 0 && map->rows[i].first <= map->rows[n - 1].last)
            ++*n_badp;
        else
            map->rows[n++] = map->rows[i];
    }
    map->n_rows = n;
}

static int parse_subuid(struct account_map *map, const char *passwd, size_t n_passwd,
                        const char *subuid, size_t n_subuid, size_t *n_badp)
{
    struct account_map_row row;
    struct field fields[3];
    int r;

    while (next_line(&subuid, &n_subuid, fields, 3)) {
        if (is_skipped(&fields[0]))
            continue;
        if (!make_row(&row, fields, passwd, n_passwd)) {
            ++*n_badp;
            continue;
        }
        r = grow((void **)&map->rows, map->n_rows, sizeof(*map->rows));
        if (r)
            return r;
        map->rows[map->n_rows++] = row;
    }
    if (map->n_rows > 0)
        qsort(map->rows, map->n_rows, sizeof(*map->rows), compare_rows);
    drop_overlapping(map, n_badp);
    return 0;
}

int account_map_parse(struct account_map *map, const char *passwd, size_t n_passwd,
                      const char *subuid, size_t n_subuid, size_t *n_badp)
{
    int r;

    *map = ACCOUNT_MAP_NULL;
    *n_badp = 0;
    r = parse_passwd(map, passwd, n_passwd, n_badp);
    if (!r)
        r = parse_subuid(map, passwd, n_passwd, subuid, n_subuid, n_badp);
    if (r)
        account_map_deinit(map);
    return r;
}

int account_map_set_blocks(struct account_map *map, const struct account_map_row *blocks,
                           size_t n_blocks)
{
    struct account_map_row *copy = NULL;

    if (n_blocks > 0) {
        copy = malloc(n_blocks * sizeof(*copy));
        if (!copy)
            return -ENOMEM;
        memcpy(copy, blocks, n_blocks * sizeof(*copy));
    }
    free(map->blocks);
    map->blocks = copy;
    map->n_blocks = n_blocks;
    return 0;
}

void account_map_deinit(struct account_map *map)
{
    free(map->single);
    free(map->rows);
    free(map->blocks);
    *map = ACCOUNT_MAP_NULL;
}

/* --- finding an account --- */

static int compare_to_row(const void *key, const void *element)
{
    const struct account_map_row *row = element;
    uint32_t uid = *(const uint32_t *)key;

    return uid < row->first ? -1 : uid > row->last;
}

static const struct account_map_row *find_row(const struct account_map_row *rows, size_t n_rows,
                                              uint32_t uid)
{
    return n_rows > 0 ? bsearch(&uid, rows, n_rows, sizeof(*rows), compare_to_row) : NULL;
}

uint32_t account_map_find(const struct account_map *map, uint32_t uid)
{
    const struct account_map_row *row;

    if (uid < FIRST_MAPPED_UID || map->n_rows + map->n_blocks == 0)
        return uid;
    if (map->n_single > 0 &&
        bsearch(&uid, map->single, map->n_single, sizeof(*map->single), compare_uids))
        return uid;
    row = find_row(map->rows, map->n_rows, uid);
    if (!row)
        row = find_row(map->blocks, map->n_blocks, uid);
    if (!row)
        return uid;
    return row->n_block > 0 ? uid - (uid - row->first) % row->n_block : row->account;
}

/* --- passing the map to another process --- */

/* The header of the memory file, which the uids, the rows and the blocks follow. */
struct header {
    uint64_t n_single, n_rows, n_blocks;
};

int account_map_seal(const struct account_map *map, int *fdp)
{
    const struct header header = {
        .n_single = map->n_single,
        .n_rows = map->n_rows,
        .n_blocks = map->n_blocks,
    };
    const struct {
        const void *data;
        size_t len;
    } parts[] = {
        {&header, sizeof(header)},
        {map->single, map->n_single * sizeof(*map->single)},
        {map->rows, map->n_rows * sizeof(*map->rows)},
        {map->blocks, map->n_blocks * sizeof(*map->blocks)},
    };
    size_t n = 0;
    char *data;
    int r;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        n += parts[i].len;
    data = malloc(n);
    if (!data)
        return -ENOMEM;
    n = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].len > 0)
            memcpy(data + n, parts[i].data, parts[i].len);
        n += parts[i].len;
    }
    r = settings_seal_text(data, n, fdp);
    free(data);
    return r;
}

/*
 * Reads `n` elements of `size` bytes at *offsetp into newly allocated memory at *partp, and moves
 * *offsetp past them. If n is 0, *partp is NULL.
 */
static int read_part(int fd, off_t *offsetp, size_t n, size_t size, void *partp)
{
    void *data;

    *(void **)partp = NULL;
    if (n == 0)
        return 0;
    data = malloc(n * size);
    if (!data)
        return -ENOMEM;
    if (pread(fd, data, n * size, *offsetp) != (ssize_t)(n * size)) {
        free(data);
        return -EBADMSG;
    }
    *offsetp += (off_t)(n * size);
    *(void **)partp = data;
    return 0;
}

int account_map_read(struct account_map *map, int fd)
{
    const uint64_t most = UINT32_MAX / sizeof(*map->rows);
    off_t offset = sizeof(struct header);
    struct header header;
    int r;

    *map = ACCOUNT_MAP_NULL;
    if (pread(fd, &header, sizeof(header), 0) != sizeof(header) || header.n_single > most ||
        header.n_rows > most || header.n_blocks > most)
        return -EBADMSG;
    r = read_part(fd, &offset, header.n_single, sizeof(*map->single), &map->single);
    if (!r)
        r = read_part(fd, &offset, header.n_rows, sizeof(*map->rows), &map->rows);
    if (!r)
        r = read_part(fd, &offset, header.n_blocks, sizeof(*map->blocks), &map->blocks);
    map->n_single = header.n_single;
    map->n_rows = header.n_rows;
    map->n_blocks = header.n_blocks;
    if (r)
        account_map_deinit(map);
    return r;
}
