/* SPDX-License-Identifier: MIT */
#include "daemon/policy/keyword.h"
#include "daemon/policy/number.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/values.h"

/*
 * The defaults and bounds of `sample` (one request out of this many is recorded) and of `max-bytes`
 * (the most bytes of the record).
 */
#define SAMPLE        100u
#define SAMPLE_MAX    1000000u
#define MAX_BYTES     (16ull << 20)
#define MAX_BYTES_MIN (1ull << 16)
#define MAX_BYTES_MAX (1ull << 32)

static int read_max_bytes(const struct policy_check *check, const struct parsed_section *section,
                          uint64_t *bytesp)
{
    const struct parsed_value *value = parsed_section_value(section, POLICY_KEY_MAX_BYTES);
    const char *fault;

    if (!value)
        return 0;
    fault = policy_number_parse(value->text, POLICY_UNIT_BYTES, bytesp);
    if (!fault && (*bytesp < MAX_BYTES_MIN || *bytesp > MAX_BYTES_MAX))
        fault = "it is from 64K to 4G";
    return fault ? policy_values_refuse(check, section, POLICY_KEY_MAX_BYTES, value, fault) : 0;
}

static int check_record(const struct policy_check *check, const struct parsed_section *section)
{
    struct policy_record *record = &check->policy->record;
    int r;

    record->sample = SAMPLE;
    record->max_bytes = MAX_BYTES;
    r = policy_section_origin(check, section, POLICY_SECTION_RECORD, &record->origin);
    if (r == 0)
        r = policy_values_read_count(check, section, POLICY_KEY_SAMPLE, 1, SAMPLE_MAX,
                                     &record->sample);
    if (r == 0)
        r = read_max_bytes(check, section, &record->max_bytes);
    return r == 0 ? policy_values_read_path(check, section, POLICY_SECTION_RECORD,
                                            POLICY_KEY_RECORD_FILE, &record->file)
                  : r;
}

int policy_record_check(const struct policy_check *check)
{
    const struct parsed_list *records = &check->config->lists[POLICY_SECTION_RECORD];
    const struct parsed_list *metrics = &check->config->lists[POLICY_SECTION_METRICS];
    int r = 0;

    if (records->n_sections > 0)
        r = check_record(check, &records->sections[0]);
    if (r == 0 && metrics->n_sections > 0)
        r = policy_values_read_socket_path(check, &metrics->sections[0], POLICY_SECTION_METRICS,
                                           POLICY_KEY_SOCKET, &check->policy->metrics_socket);
    return r;
}
