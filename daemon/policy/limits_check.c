/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/choice.h"
#include "daemon/policy/error.h"
#include "daemon/policy/limits_table.h"

#define AT(field) offsetof(struct policy_limits, field)
#define NONE      POLICY_UNIT_NONE
#define MS        POLICY_UNIT_MS
#define BYTES     POLICY_UNIT_BYTES
#define HOUR_MS   3600000
#define K         1024

/* A bound keeps a slip from switching the service off, or its protection. */
/* clang-format off */
const struct policy_limit policy_limits_table[POLICY_LIMITS_COUNT] = {
    {DRAFT_CONNECTIONS, NONE, AT(connections), 4096, 16, 65536, NULL},
    {DRAFT_CONNECTIONS_PER_UID, NONE, AT(connections_per_uid), 256, 1, 65536, NULL},
    {DRAFT_IN_FLIGHT_PER_CONNECTION, NONE, AT(in_flight_per_connection), 64, 1, 1024, NULL},
    {DRAFT_IN_FLIGHT_PER_UID, NONE, AT(in_flight_per_uid), 1024, 1, 65536, NULL},
    {DRAFT_QUEUE_TIME, MS, AT(queued_ms), 5000, 100, 60000, NULL},
    {DRAFT_FRAME_TIME, MS, AT(frame_ms), 2000, 100, 60000, NULL},
    /* at least the longest reply */
    {DRAFT_UNREAD_OUTPUT, BYTES, AT(unread_output_bytes), 64 * K, 32 * K, 16 * K * K, NULL},
    {DRAFT_UNREAD_TIME, MS, AT(unread_output_ms), 10000, 100, HOUR_MS, NULL},
    {DRAFT_IDLE_TIME, MS, AT(idle_ms), 0, 1000, 24 * HOUR_MS, "a silent connection may stay"},
    {DRAFT_CPU_PER_UID, MS, AT(cpu_per_uid_ms), 500, 1, 64000, "as much as there is"},
    /* at least one verification */
    {DRAFT_CPU_BURST, MS, AT(cpu_burst_ms), 5000, 100, HOUR_MS, NULL},
    {DRAFT_CACHE, BYTES, AT(cache_bytes), 16 * K * K, 64 * K, 4096ull * K * K, "no cache"},
    {DRAFT_WORKERS, NONE, AT(workers), 0, 1, 16, "as many as processors"},
};
/* clang-format on */

uint64_t *policy_limit_of(struct policy_limits *limits, size_t row)
{
    return (uint64_t *)(void *)((char *)limits + policy_limits_table[row].offset);
}

static int bounds_refuse(const struct check *check, const struct draft_section *section,
                         const struct policy_limit *limit, const struct draft_value *value)
{
    char why[160] = "";
    FILE *out = fmemopen(why, sizeof(why), "w");

    if (out == NULL)
        return policy_value_refuse(check, section, limit->key, value, "it is out of bounds");
    fputs("it is from ", out);
    policy_number_print(out, limit->min, limit->unit);
    fputs(" to ", out);
    policy_number_print(out, limit->max, limit->unit);
    if (limit->off != NULL)
        fprintf(out, ", or 0: %s", limit->off);
    fclose(out);
    return policy_value_refuse(check, section, limit->key, value, why);
}

static int limit_check(const struct check *check, const struct draft_section *section, size_t row)
{
    const struct policy_limit *limit = &policy_limits_table[row];
    const struct draft_value *value = draft_section_value(section, limit->key);
    uint64_t number = 0;
    const char *fault;

    if (value == NULL)
        return 0;
    fault = policy_number_parse(value->text, limit->unit, &number);
    if (fault != NULL)
        return policy_value_refuse(check, section, limit->key, value, fault);
    if ((number < limit->min || number > limit->max) && !(number == 0 && limit->off != NULL))
        return bounds_refuse(check, section, limit, value);
    *policy_limit_of(&check->policy->limits, row) = number;
    return 0;
}

int policy_limits_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_LIMITS];
    struct policy_limits *limits = &check->policy->limits;
    size_t shared = 1;
    int r = 0;

    for (size_t row = 0; row < POLICY_LIMITS_COUNT; row++)
        *policy_limit_of(limits, row) = policy_limits_table[row].built_in;
    limits->shared_cache = true;
    if (list->n_sections == 0)
        return 0;
    for (size_t row = 0; r == 0 && row < POLICY_LIMITS_COUNT; row++)
        r = limit_check(check, &list->sections[0], row);
    if (r == 0)
        r = policy_choice_check(check, &list->sections[0], DRAFT_SHARED_CACHE, &shared);
    limits->shared_cache = shared == 1;
    return r;
}
