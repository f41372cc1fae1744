/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/choice.h"
#include "daemon/policy/error.h"
#include "daemon/policy/pin.h"
#include "daemon/policy/serial.h"

static int serial_compare(const void *a, const void *b)
{
    return policy_serial_compare(a, b);
}

static int serials_fill(const struct check *check, const struct draft_section *section,
                        const struct draft_entry *entry, struct policy_serial *serials)
{
    for (size_t i = 0; i < entry->n_values; i++) {
        const char *fault = policy_serial_parse(&serials[i], entry->values[i].text);

        if (fault)
            return policy_value_refuse(check, section, DRAFT_SERIALS, &entry->values[i], fault);
        for (size_t j = 0; j < i; j++)
            if (policy_serial_compare(&serials[j], &serials[i]) == 0)
                return policy_value_refuse(check, section, DRAFT_SERIALS, &entry->values[i],
                                           "it is there twice");
    }
    qsort(serials, entry->n_values, sizeof(*serials), serial_compare);
    return 0;
}

/* A serial number says nothing without its issuer, nor an issuer here without one. */
static int pair_refuse(const struct check *check, const struct draft_section *section)
{
    return policy_error_set(check->error, section->file, section->line,
                            "deny \"%s\": \"serials\" and \"issuer-sha256\" need each other: a "
                            "serial number is one of an issuer's",
                            section->title);
}

static int serials_take(const struct check *check, const struct draft_section *section,
                        struct policy_deny *deny)
{
    const struct draft_entry *entry = draft_section_find(section, DRAFT_SERIALS);
    const uint8_t(*issuers)[POLICY_PIN_BYTES] = NULL;
    struct policy_serial *serials;
    size_t n_issuers = 0;
    int r;

    r = policy_pins_take(check, section, DRAFT_ISSUER, &issuers, &n_issuers);
    if (r != 0)
        return r;
    if (!entry != (n_issuers == 0))
        return pair_refuse(check, section);
    if (!entry)
        return 0;
    memcpy(deny->issuer, issuers[0], sizeof(deny->issuer));
    serials = policy_memory_take(&check->policy->memory, entry->n_values, sizeof(*serials));
    if (!serials)
        return -ENOMEM;
    r = serials_fill(check, section, entry, serials);
    deny->serials = serials;
    deny->n_serials = entry->n_values;
    return r;
}

static int lists_take(const struct check *check, const struct draft_section *section,
                      struct policy_deny *deny)
{
    int r = policy_names_take(check, section, DRAFT_NAMES, &deny->names, &deny->networks);

    if (r == 0)
        r = policy_pins_take(check, section, DRAFT_DENIED_SPKI, &deny->spkis, &deny->n_spkis);
    if (r == 0)
        r = policy_pins_take(check, section, DRAFT_ISSUER_SPKI, &deny->issuer_spkis,
                             &deny->n_issuer_spkis);
    if (r == 0)
        r = serials_take(check, section, deny);
    deny->kinds = (deny->names.n_texts + deny->networks.n_networks > 0 ? POLICY_DENY_NAMES : 0u) |
                  (deny->n_spkis > 0 ? POLICY_DENY_SPKI : 0u) |
                  (deny->n_issuer_spkis > 0 ? POLICY_DENY_ISSUER_SPKI : 0u) |
                  (deny->n_serials > 0 ? POLICY_DENY_SERIALS : 0u);
    return r;
}

static int deny_check(const struct check *check, const struct draft_section *section)
{
    struct policy *policy = check->policy;
    struct policy_deny *deny = &policy->denies[policy->n_denies];
    size_t mode = POLICY_MODE_ENFORCE;
    int r;

    r = policy_title_check(check, section, DRAFT_DENY);
    if (r == 0)
        r = policy_origin_make(check, section, DRAFT_DENY, &deny->origin);
    for (size_t i = 0; r == 0 && i < policy->n_denies; i++)
        if (strcmp(policy->denies[i].name, section->title) == 0)
            r = policy_duplicate_refuse(check, &deny->origin, &policy->denies[i].origin);
    if (r == 0)
        r = policy_choice_check(check, section, DRAFT_MODE, &mode);
    if (r == 0)
        r = lists_take(check, section, deny);
    if (r != 0)
        return r;
    if (deny->kinds == 0)
        return policy_error_set(check->error, section->file, section->line,
                                "deny \"%s\" denies nothing: give names, keys or serial numbers",
                                section->title);
    deny->mode = (enum policy_mode)mode;
    deny->name = policy_memory_text(&policy->memory, section->title, strlen(section->title));
    if (!deny->name)
        return -ENOMEM;
    policy->n_denies++;
    return 0;
}

int policy_denies_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_DENY];
    struct policy *policy = check->policy;
    int r = 0;

    policy->denies = policy_memory_take(&policy->memory, list->n_sections, sizeof(*policy->denies));
    if (!policy->denies)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < list->n_sections; i++)
        r = deny_check(check, &list->sections[i]);
    return r;
}
