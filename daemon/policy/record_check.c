/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/choice.h"
#include "daemon/policy/error.h"
#include "daemon/policy/number.h"

/* One request in so many, and what the file may grow to, where nothing is said. */
#define SAMPLE        100u
#define SAMPLE_MAX    1000000u
#define MAX_BYTES     (16ull << 20)
#define MAX_BYTES_MIN (1ull << 16)
#define MAX_BYTES_MAX (1ull << 32)

/* A path that the section must have. */
static int path_take(const struct check *check, const struct draft_section *section,
                     enum draft_kind kind, enum draft_key key, const char **pathp)
{
    const struct draft_value *value = draft_section_value(section, key);
    int r;

    if (!value)
        return policy_error_set(check->error, section->file, section->line,
                                "%s has no \"%s\": give its path, or take the section out",
                                policy_section_kinds[kind].name, policy_keys[key].name);
    r = policy_path_check(check, section, key, value);
    if (r != 0)
        return r;
    *pathp = policy_memory_text(&check->policy->memory, value->text, strlen(value->text));
    return *pathp ? 0 : -ENOMEM;
}

static int max_bytes_take(const struct check *check, const struct draft_section *section,
                          uint64_t *bytesp)
{
    const struct draft_value *value = draft_section_value(section, DRAFT_MAX_BYTES);
    const char *fault;

    if (!value)
        return 0;
    fault = policy_number_parse(value->text, POLICY_UNIT_BYTES, bytesp);
    if (!fault && (*bytesp < MAX_BYTES_MIN || *bytesp > MAX_BYTES_MAX))
        fault = "it is from 64K to 4G";
    return fault ? policy_value_refuse(check, section, DRAFT_MAX_BYTES, value, fault) : 0;
}

static int record_check(const struct check *check, const struct draft_section *section)
{
    struct policy_record *record = &check->policy->record;
    int r;

    record->sample = SAMPLE;
    record->max_bytes = MAX_BYTES;
    r = policy_origin_make(check, section, DRAFT_RECORD, &record->origin);
    if (r == 0)
        r = policy_count_take(check, section, DRAFT_SAMPLE, 1, SAMPLE_MAX, &record->sample);
    if (r == 0)
        r = max_bytes_take(check, section, &record->max_bytes);
    return r == 0 ? path_take(check, section, DRAFT_RECORD, DRAFT_RECORD_FILE, &record->file) : r;
}

/* The path of a socket, with its NUL, fits the kernel's address. */
static int metrics_check(const struct check *check, const struct draft_section *section)
{
    const char *path = NULL;
    int r = path_take(check, section, DRAFT_METRICS, DRAFT_SOCKET, &path);

    if (r != 0)
        return r;
    if (strlen(path) > POLICY_SOCKET_PATH_BYTES)
        return policy_value_refuse(check, section, DRAFT_SOCKET,
                                   draft_section_value(section, DRAFT_SOCKET),
                                   "the path of a socket has at most 107 bytes");
    check->policy->metrics_socket = path;
    return 0;
}

int policy_record_check(const struct check *check)
{
    const struct draft_list *records = &check->draft->lists[DRAFT_RECORD];
    const struct draft_list *metrics = &check->draft->lists[DRAFT_METRICS];
    int r = 0;

    if (records->n_sections > 0)
        r = record_check(check, &records->sections[0]);
    if (r == 0 && metrics->n_sections > 0)
        r = metrics_check(check, &metrics->sections[0]);
    return r;
}
