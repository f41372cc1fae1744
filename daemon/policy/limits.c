/* SPDX-License-Identifier: MIT */
#include "daemon/policy/limits.h"

/* Reads, checks and prints the section `limits`, by the table in daemon/limits.h. */

#include <stdlib.h>
#include <string.h>

#include "base/memory_text.h"
#include "daemon/policy/account_blocks.h"
#include "daemon/policy/error.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/values.h"
#include "daemon/policy/write.h"

struct limits_row {
    enum policy_key key;
    enum limits_unit unit;
    size_t offset; /* of the field in struct limits */
    uint64_t least;
    uint64_t most;
    /* what the value 0 means, where it is allowed besides `least` to `most`; else NULL */
    const char *zero;
};

static const struct limits_row rows[] = {
#define ROW(NAME, field, key, unit, built_in, least, most, zero)                                   \
    {POLICY_KEY_##NAME, LIMITS_UNIT_##unit, offsetof(struct limits, field), least, most, zero},
    LIMITS_TABLE(ROW)
#undef ROW
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static uint64_t get_field(const struct limits *limits, const struct limits_row *row)
{
    const void *field = (const char *)limits + row->offset;

    switch (row->unit) {
    case LIMITS_UNIT_COUNT:
    case LIMITS_UNIT_MS:
        return *(const uint32_t *)field;
    case LIMITS_UNIT_BYTES:
        return *(const uint64_t *)field;
    case LIMITS_UNIT_SWITCH:
        return *(const bool *)field ? 1 : 0;
    }
    return 0;
}

/*
 * Stores a value in the row's field of *limits. The caller has checked it against the row's bounds,
 * within which every value fits the type of the field.
 */
static void set_field(struct limits *limits, const struct limits_row *row, uint64_t value)
{
    void *field = (char *)limits + row->offset;

    switch (row->unit) {
    case LIMITS_UNIT_COUNT:
    case LIMITS_UNIT_MS:
        *(uint32_t *)field = (uint32_t)value;
        break;
    case LIMITS_UNIT_BYTES:
        *(uint64_t *)field = value;
        break;
    case LIMITS_UNIT_SWITCH:
        *(bool *)field = value == 1;
        break;
    }
}

static enum policy_unit get_unit(const struct limits_row *row)
{
    switch (row->unit) {
    case LIMITS_UNIT_MS:
        return POLICY_UNIT_MS;
    case LIMITS_UNIT_BYTES:
        return POLICY_UNIT_BYTES;
    case LIMITS_UNIT_COUNT:
    case LIMITS_UNIT_SWITCH:
        break;
    }
    return POLICY_UNIT_NONE;
}

static int refuse_value(const struct policy_check *check, const struct parsed_section *section,
                        const struct limits_row *row, const struct parsed_value *value)
{
    struct memory_text out = {0};
    char *why = NULL;
    int r;

    memory_text_append(&out, "it is from ");
    policy_number_print(&out, row->least, get_unit(row));
    memory_text_append(&out, " to ");
    policy_number_print(&out, row->most, get_unit(row));
    if (row->zero)
        memory_text_add(&out, ", or 0: %s", row->zero);
    r = memory_text_finish(&out, &why, NULL);
    if (r)
        return r;
    r = policy_values_refuse(check, section, row->key, value, why);
    free(why);
    return r;
}

static int check_number(const struct policy_check *check, const struct parsed_section *section,
                        const struct limits_row *row)
{
    const struct parsed_value *value = parsed_section_value(section, row->key);
    uint64_t number = 0;
    const char *fault;

    if (!value)
        return 0;
    fault = policy_number_parse(value->text, get_unit(row), &number);
    if (fault)
        return policy_values_refuse(check, section, row->key, value, fault);
    if ((number < row->least || number > row->most) && !(number == 0 && row->zero))
        return refuse_value(check, section, row, value);
    set_field(&check->policy->limits, row, number);
    return 0;
}

static int check_switch(const struct policy_check *check, const struct parsed_section *section,
                        const struct limits_row *row)
{
    size_t word = (size_t)get_field(&check->policy->limits, row);
    int r = policy_values_read_keyword(check, section, row->key, &word);

    if (!r)
        set_field(&check->policy->limits, row, word);
    return r;
}

int policy_limits_check(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_LIMITS];
    int r = 0;

    limits_set_defaults(&check->policy->limits);
    if (list->n_sections == 0)
        return 0;
    for (size_t i = 0; !r && i < N_ROWS; i++)
        r = rows[i].unit == LIMITS_UNIT_SWITCH ? check_switch(check, &list->sections[0], &rows[i])
                                               : check_number(check, &list->sections[0], &rows[i]);
    return r ? r : policy_account_blocks_read(check, &list->sections[0]);
}

void policy_limits_print(struct memory_text *out, const struct policy *policy)
{
    const struct limits *limits = &policy->limits;

    policy_write_section_start(out, POLICY_SECTION_LIMITS, NULL);
    for (size_t i = 0; i < N_ROWS; i++) {
        uint64_t value = get_field(limits, &rows[i]);

        if (rows[i].unit == LIMITS_UNIT_SWITCH)
            policy_write_keyword(out, rows[i].key, (size_t)value);
        else
            policy_write_number(out, rows[i].key, value, get_unit(&rows[i]));
    }
    policy_account_blocks_print(out, policy->account_blocks, policy->n_account_blocks);
    policy_write_section_end(out);
}
