/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/choice.h"
#include "daemon/policy/error.h"

/* Warnings come this early where nothing is said: time to make a key and to roll it out. */
#define WARN_DAYS     30
#define WARN_DAYS_MAX 3650

static int pins_refuse(const struct check *check, const struct draft_section *section,
                       const char *why)
{
    return policy_error_set(check->error, section->file, section->line, "pinset \"%s\" %s",
                            section->title, why);
}

static int pins_check(const struct check *check, const struct draft_section *section,
                      struct policy_pinset *pinset)
{
    int r = policy_pins_take(check, section, DRAFT_SPKI, &pinset->pins, &pinset->n_pins);

    if (r == 0)
        r = policy_pins_take(check, section, DRAFT_BAD_SPKI, &pinset->bad_pins,
                             &pinset->n_bad_pins);
    if (r != 0)
        return r;
    if (pinset->n_pins == 0)
        return pins_refuse(check, section,
                           "has no pin: give the key in use and a backup (spki-sha256 = { "
                           "\"first\", \"backup\" })");
    if (pinset->n_pins == 1)
        return pins_refuse(check, section,
                           "has one pin: add a backup pin (spki-sha256 = { \"first\", \"backup\" "
                           "}), so that a lost key does not lock everybody out");
    for (size_t i = 0; i < pinset->n_bad_pins; i++)
        if (policy_pinset_has(pinset, pinset->bad_pins[i]))
            return pins_refuse(check, section,
                               "has a key both as a pin and as a forbidden one: take it out of one "
                               "of the lists");
    return 0;
}

/* Keys that take a word, into what they stand for. */
static int words_check(const struct check *check, const struct draft_section *section,
                       struct policy_pinset *pinset)
{
    static const enum draft_key keys[] = {DRAFT_MODE, DRAFT_SCOPE, DRAFT_ON_EXPIRY,
                                          DRAFT_LOCAL_ANCHORS};
    size_t chosen[] = {POLICY_MODE_ENFORCE, POLICY_SCOPE_ANY, POLICY_ON_EXPIRY_CLOSED, 0};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        int r = policy_choice_check(check, section, keys[i], &chosen[i]);

        if (r != 0)
            return r;
    }
    pinset->mode = (enum policy_mode)chosen[0];
    pinset->scope = (enum policy_scope)chosen[1];
    pinset->on_expiry = (enum policy_on_expiry)chosen[2];
    pinset->local_override = chosen[3] == 1;
    return 0;
}

/* What is said about an end needs one. */
static int end_check(const struct check *check, const struct draft_section *section)
{
    static const enum draft_key keys[] = {DRAFT_ON_EXPIRY, DRAFT_WARN_DAYS};

    if (draft_section_find(section, DRAFT_EXPIRES))
        return 0;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const struct draft_value *value = draft_section_value(section, keys[i]);

        if (value)
            return policy_value_refuse(check, section, keys[i], value,
                                       "it is without effect where there is no \"expires\": give "
                                       "that too, or take it out");
    }
    return 0;
}

static int life_check(const struct check *check, const struct draft_section *section,
                      struct policy_pinset *pinset)
{
    int r;

    pinset->from = POLICY_TIME_MIN;
    pinset->until = POLICY_TIME_MAX;
    pinset->warn_days = WARN_DAYS;
    r = policy_moment_take(check, section, DRAFT_NOT_BEFORE, false, &pinset->from);
    if (r == 0)
        r = policy_moment_take(check, section, DRAFT_EXPIRES, true, &pinset->until);
    if (r == 0)
        r = policy_count_take(check, section, DRAFT_WARN_DAYS, 0, WARN_DAYS_MAX,
                              &pinset->warn_days);
    if (r == 0)
        r = end_check(check, section);
    if (r == 0 && pinset->from >= pinset->until)
        r = pins_refuse(check, section, "expires before it begins: correct one of the two");
    return r;
}

static int pinset_check(const struct check *check, const struct draft_section *section)
{
    struct policy_pinset *pinset = &check->policy->pinsets[check->policy->n_pinsets];
    int r;

    r = policy_title_check(check, section, DRAFT_PINSET);
    if (r != 0)
        return r;
    check->policy->n_pinsets++;
    pinset->name = policy_memory_text(&check->policy->memory, section->title,
                                      strlen(section->title));
    if (!pinset->name)
        return -ENOMEM;
    r = policy_origin_make(check, section, DRAFT_PINSET, &pinset->origin);
    if (r == 0)
        r = words_check(check, section, pinset);
    if (r == 0)
        r = life_check(check, section, pinset);
    return r == 0 ? pins_check(check, section, pinset) : r;
}

static int pinset_compare(const void *a, const void *b)
{
    const struct policy_pinset *one = a;
    const struct policy_pinset *other = b;

    return strcmp(one->name, other->name);
}

static int duplicates_check(const struct check *check)
{
    const struct policy_pinset *pinsets = check->policy->pinsets;

    for (size_t i = 1; i < check->policy->n_pinsets; i++)
        if (strcmp(pinsets[i - 1].name, pinsets[i].name) == 0)
            return policy_duplicate_refuse(check, &pinsets[i].origin, &pinsets[i - 1].origin);
    return 0;
}

int policy_pinsets_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_PINSET];
    struct policy *policy = check->policy;

    policy->pinsets = policy_memory_take(&policy->memory, list->n_sections,
                                         sizeof(*policy->pinsets));
    if (!policy->pinsets)
        return -ENOMEM;
    for (size_t i = 0; i < list->n_sections; i++) {
        int r = pinset_check(check, &list->sections[i]);

        if (r != 0)
            return r;
    }
    qsort(policy->pinsets, policy->n_pinsets, sizeof(*policy->pinsets), pinset_compare);
    return duplicates_check(check);
}

static int pinset_seek(const void *key, const void *entry)
{
    const struct policy_pinset *pinset = entry;

    return strcmp(key, pinset->name);
}

const struct policy_pinset *policy_pinset_find(const struct policy *policy, const char *name)
{
    return bsearch(name, policy->pinsets, policy->n_pinsets, sizeof(*policy->pinsets), pinset_seek);
}
