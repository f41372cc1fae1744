/* SPDX-License-Identifier: MIT */
#include "daemon/x509/crlite/crlite_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/error.h"

struct crlite_entry {
    char name[CRLITE_NAME_BYTES + 1];
    uint8_t *memory; /* a mapping of filter.bytes.len octets, read-only */
    struct crlite_filter filter;
};

struct crlite_set {
    unsigned n_references;
    struct crlite_entry entries[CRLITE_FILTERS_COUNT];
    size_t n;
    size_t n_bytes; /* of all filters */
};

int crlite_set_new(struct crlite_set **setp)
{
    struct crlite_set *set = calloc(1, sizeof(*set));

    if (!set)
        return error_origin(-ENOMEM);
    set->n_references = 1;
    *setp = set;
    return 0;
}

struct crlite_set *crlite_set_ref(struct crlite_set *set)
{
    set->n_references++;
    return set;
}

struct crlite_set *crlite_set_unref(struct crlite_set *set)
{
    if (!set || --set->n_references > 0)
        return NULL;
    for (size_t i = 0; i < set->n; i++) {
        struct crlite_entry *entry = &set->entries[i];

        (void)munmap(entry->memory, entry->filter.bytes.len);
        crlite_filter_deinit(&entry->filter);
    }
    free(set);
    return NULL;
}

/* Returns a read-only copy of the bytes, at least one; NULL if there is no memory for it. */
static uint8_t *copy(struct bytes bytes)
{
    void *memory = mmap(NULL, bytes.len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                        0);

    if (memory == MAP_FAILED)
        return NULL;
    memcpy(memory, bytes.data, bytes.len);
    if (mprotect(memory, bytes.len, PROT_READ) == 0)
        return memory;
    (void)munmap(memory, bytes.len);
    return NULL;
}

static int check_room(const struct crlite_set *set, const char *name, struct bytes bytes,
                      const char **whyp)
{
    *whyp = NULL;
    if (set->n >= CRLITE_FILTERS_COUNT)
        *whyp = "there are more than 256 filters";
    else if (bytes.len > CRLITE_FILTER_BYTES)
        *whyp = "it is over 64 MiB";
    else if (bytes.len > CRLITE_SET_BYTES - set->n_bytes)
        *whyp = "the filters have more than 256 MiB together";
    else if (bytes.len == 0)
        *whyp = "it is empty";
    else if (strlen(name) > CRLITE_NAME_BYTES)
        *whyp = "its name has more than 32 bytes";
    return *whyp ? CRLITE_INVALID : 0;
}

int crlite_set_add(struct crlite_set *set, const char *name, struct bytes bytes, const char **whyp)
{
    struct crlite_entry *entry = &set->entries[set->n < CRLITE_FILTERS_COUNT ? set->n : 0];
    int r = check_room(set, name, bytes, whyp);
    uint8_t *memory;

    if (r)
        return r;
    memory = copy(bytes);
    if (!memory)
        return error_origin(-ENOMEM);
    r = crlite_filter_init(&entry->filter, (struct bytes){.data = memory, .len = bytes.len}, whyp);
    if (r) {
        (void)munmap(memory, bytes.len);
        return r;
    }
    entry->memory = memory;
    snprintf(entry->name, sizeof(entry->name), "%s", name);
    set->n++;
    set->n_bytes += bytes.len;
    return 0;
}

size_t crlite_set_count(const struct crlite_set *set)
{
    return set->n;
}

const char *crlite_set_name(const struct crlite_set *set, size_t i)
{
    return set->entries[i].name;
}

struct bytes crlite_set_bytes(const struct crlite_set *set, size_t i)
{
    return set->entries[i].filter.bytes;
}

bool crlite_set_equal(const struct crlite_set *a, const struct crlite_set *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        if (strcmp(a->entries[i].name, b->entries[i].name) != 0 ||
            !bytes_equal(crlite_set_bytes(a, i), crlite_set_bytes(b, i)))
            return false;
    }
    return true;
}

enum crlite_answer crlite_set_ask(const struct crlite_set *set,
                                  const struct crlite_subject *subject)
{
    enum crlite_answer answer = CRLITE_NOT_COVERED;

    for (size_t i = 0; i < set->n && answer != CRLITE_REVOKED; i++) {
        enum crlite_answer found = crlite_filter_ask(&set->entries[i].filter, subject);

        if (found > answer)
            answer = found;
    }
    return answer;
}

uint64_t crlite_set_as_of(const struct crlite_set *set, uint64_t now_ms, uint64_t *nextp)
{
    uint64_t latest = 0;

    *nextp = UINT64_MAX;
    for (size_t i = 0; i < set->n; i++) {
        const struct crlite_filter *filter = &set->entries[i].filter;

        for (size_t j = 0; j < filter->n_logs; j++) {
            uint64_t high = crlite_filter_coverage(filter, j).high;

            if (high > now_ms && high < *nextp)
                *nextp = high;
            if (high <= now_ms && high > latest)
                latest = high;
        }
    }
    return latest;
}
