/* SPDX-License-Identifier: MIT */
#include "daemon/policy/pinset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/values.h"

#define DAY_S 86400

static int64_t get_warned_from(const struct policy_pinset *pinset)
{
    int64_t ahead = (int64_t)pinset->warn_days * DAY_S;

    if (pinset->until == POLICY_TIME_MAX)
        return POLICY_TIME_MAX;
    if (pinset->until < POLICY_TIME_MIN + ahead)
        return POLICY_TIME_MIN;
    return pinset->until - ahead;
}

enum policy_pinset_phase policy_pinset_phase(const struct policy_pinset *pinset, int64_t now)
{
    bool has_end = pinset->until != POLICY_TIME_MAX;

    if (has_end && now >= pinset->until)
        return POLICY_PINSET_EXPIRED;
    if (now < pinset->from)
        return POLICY_PINSET_NOT_YET;
    return has_end && now >= get_warned_from(pinset) ? POLICY_PINSET_WARNED : POLICY_PINSET_ACTIVE;
}

static enum policy_pinset_action get_expired_action(const struct policy_pinset *pinset)
{
    switch (pinset->on_expiry) {
    case POLICY_ON_EXPIRY_OPEN:
        return POLICY_PINS_IGNORE;
    case POLICY_ON_EXPIRY_REPORT:
        return POLICY_PINS_CHECK;
    default:
        return POLICY_PINS_REFUSE;
    }
}

static int64_t later(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

struct policy_pinset_state policy_pinset_judge(const struct policy_pinset *pinset, int64_t now)
{
    struct policy_pinset_state state = {
        .phase = policy_pinset_phase(pinset, now),
        .report_only = pinset->mode == POLICY_MODE_REPORT,
        .from = POLICY_TIME_MIN,
        .until = POLICY_TIME_MAX,
    };
    int64_t warned = later(get_warned_from(pinset), pinset->from);

    switch (state.phase) {
    case POLICY_PINSET_NOT_YET:
        state.action = POLICY_PINS_IGNORE;
        state.until = pinset->from;
        break;
    case POLICY_PINSET_ACTIVE:
        state.action = POLICY_PINS_CHECK;
        state.from = pinset->from;
        state.until = warned;
        break;
    case POLICY_PINSET_WARNED:
        state.action = POLICY_PINS_CHECK;
        state.from = warned;
        state.until = pinset->until;
        break;
    case POLICY_PINSET_EXPIRED:
        state.action = get_expired_action(pinset);
        state.report_only |= pinset->on_expiry == POLICY_ON_EXPIRY_REPORT;
        state.from = pinset->until;
        break;
    }
    return state;
}

static int compare_pins(const void *a, const void *b)
{
    return memcmp(a, b, POLICY_PIN_BYTES);
}

bool policy_pinset_has(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES])
{
    return pinset->n_pins > 0 &&
           bsearch(pin, pinset->pins, pinset->n_pins, POLICY_PIN_BYTES, compare_pins);
}

bool policy_pinset_forbids(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES])
{
    return pinset->n_bad_pins > 0 &&
           bsearch(pin, pinset->bad_pins, pinset->n_bad_pins, POLICY_PIN_BYTES, compare_pins);
}

/* The default of `warn-days`: enough days to make a new key and to deploy it. */
#define WARN_DAYS     30
#define WARN_DAYS_MAX 3650

static int refuse_pins(const struct policy_check *check, const struct parsed_section *section,
                       const char *why)
{
    return policy_error_set(check->error, section->file, section->line, "pinset \"%s\" %s",
                            section->title, why);
}

static int check_pins(const struct policy_check *check, const struct parsed_section *section,
                      struct policy_pinset *pinset)
{
    int r = policy_values_read_digests(check, section, POLICY_KEY_SPKI, &pinset->pins,
                                       &pinset->n_pins);

    if (r == 0)
        r = policy_values_read_digests(check, section, POLICY_KEY_BAD_SPKI, &pinset->bad_pins,
                                       &pinset->n_bad_pins);
    if (r != 0)
        return r;
    if (pinset->n_pins == 0)
        return refuse_pins(check, section,
                           "has no pin: give the key in use and a backup (spki-sha256 = { "
                           "\"first\", \"backup\" })");
    if (pinset->n_pins == 1)
        return refuse_pins(check, section,
                           "has one pin: add a backup pin (spki-sha256 = { \"first\", \"backup\" "
                           "}), so that a lost key does not lock everybody out");
    for (size_t i = 0; i < pinset->n_bad_pins; i++)
        if (policy_pinset_has(pinset, pinset->bad_pins[i]))
            return refuse_pins(check, section,
                               "has a key both as a pin and as a forbidden one: take it out of one "
                               "of the lists");
    return 0;
}

/* Reads the keys `mode`, `scope`, `on-expiry` and `local-anchors`, whose values are keywords. */
static int check_keywords(const struct policy_check *check, const struct parsed_section *section,
                          struct policy_pinset *pinset)
{
    static const enum policy_key keys[] = {POLICY_KEY_MODE, POLICY_KEY_SCOPE, POLICY_KEY_ON_EXPIRY,
                                           POLICY_KEY_LOCAL_ANCHORS};
    size_t chosen[] = {POLICY_MODE_ENFORCE, POLICY_SCOPE_ANY, POLICY_ON_EXPIRY_CLOSED, 0};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        int r = policy_values_read_keyword(check, section, keys[i], &chosen[i]);

        if (r != 0)
            return r;
    }
    pinset->mode = (enum policy_mode)chosen[0];
    pinset->scope = (enum policy_scope)chosen[1];
    pinset->on_expiry = (enum policy_on_expiry)chosen[2];
    pinset->local_override = chosen[3] == 1;
    return 0;
}

/*
 * Refuses `on-expiry` and `warn-days` in a section without `expires`, where they would have no
 * effect.
 */
static int check_end(const struct policy_check *check, const struct parsed_section *section)
{
    static const enum policy_key keys[] = {POLICY_KEY_ON_EXPIRY, POLICY_KEY_WARN_DAYS};

    if (parsed_section_find(section, POLICY_KEY_EXPIRES))
        return 0;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct parsed_value *value = parsed_section_value(section, keys[i]);

        if (value)
            return policy_values_refuse(check, section, keys[i], value,
                                        "it is without effect where there is no \"expires\": give "
                                        "that too, or take it out");
    }
    return 0;
}

static int check_life(const struct policy_check *check, const struct parsed_section *section,
                      struct policy_pinset *pinset)
{
    int r;

    pinset->from = POLICY_TIME_MIN;
    pinset->until = POLICY_TIME_MAX;
    pinset->warn_days = WARN_DAYS;
    r = policy_values_read_moment(check, section, POLICY_KEY_NOT_BEFORE, false, &pinset->from);
    if (r == 0)
        r = policy_values_read_moment(check, section, POLICY_KEY_EXPIRES, true, &pinset->until);
    if (r == 0)
        r = policy_values_read_count(check, section, POLICY_KEY_WARN_DAYS, 0, WARN_DAYS_MAX,
                                     &pinset->warn_days);
    if (r == 0)
        r = check_end(check, section);
    if (r == 0 && pinset->from >= pinset->until)
        r = refuse_pins(check, section, "expires before it begins: correct one of the two");
    return r;
}

static int check_pinset(const struct policy_check *check, const struct parsed_section *section)
{
    struct policy_pinset *pinset = &check->policy->pinsets[check->policy->n_pinsets];
    int r;

    r = policy_section_check_title(check, section, POLICY_SECTION_PINSET);
    if (r != 0)
        return r;
    check->policy->n_pinsets++;
    pinset->name = policy_memory_copy_text(&check->policy->memory, section->title,
                                           strlen(section->title));
    if (!pinset->name)
        return -ENOMEM;
    r = policy_section_origin(check, section, POLICY_SECTION_PINSET, &pinset->origin);
    if (r == 0)
        r = check_keywords(check, section, pinset);
    if (r == 0)
        r = check_life(check, section, pinset);
    return r == 0 ? check_pins(check, section, pinset) : r;
}

static int compare_pinsets(const void *a, const void *b)
{
    const struct policy_pinset *one = a;
    const struct policy_pinset *other = b;

    return strcmp(one->name, other->name);
}

static int check_duplicates(const struct policy_check *check)
{
    const struct policy_pinset *pinsets = check->policy->pinsets;

    for (size_t i = 1; i < check->policy->n_pinsets; i++)
        if (strcmp(pinsets[i - 1].name, pinsets[i].name) == 0)
            return policy_section_refuse_duplicate(check, &pinsets[i].origin,
                                                   &pinsets[i - 1].origin);
    return 0;
}

int policy_pinsets_check(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_PINSET];
    struct policy *policy = check->policy;

    policy->pinsets = policy_memory_alloc(&policy->memory, list->n_sections,
                                          sizeof(*policy->pinsets));
    if (!policy->pinsets)
        return -ENOMEM;
    for (size_t i = 0; i < list->n_sections; i++) {
        int r = check_pinset(check, &list->sections[i]);

        if (r != 0)
            return r;
    }
    qsort(policy->pinsets, policy->n_pinsets, sizeof(*policy->pinsets), compare_pinsets);
    return check_duplicates(check);
}

static int compare_name(const void *key, const void *entry)
{
    const struct policy_pinset *pinset = entry;

    return strcmp(key, pinset->name);
}

const struct policy_pinset *policy_pinset_find(const struct policy *policy, const char *name)
{
    return bsearch(name, policy->pinsets, policy->n_pinsets, sizeof(*policy->pinsets),
                   compare_name);
}
