/* SPDX-License-Identifier: MIT */
#include "daemon/policy/deny.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/names.h"
#include "daemon/policy/network.h"
#include "daemon/policy/pin.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/serial.h"
#include "daemon/policy/values.h"

bool policy_deny_has_certificates(const struct policy_deny *deny)
{
    return deny->n_spkis > 0 || deny->n_issuer_spkis > 0 || deny->n_serials > 0;
}

bool policy_deny_has_subject(const struct policy_deny *deny, const struct policy_subject *subject)
{
    if (subject->type == POLICY_SUBJECT_NAME)
        return policy_names_cover(&deny->names, subject->name, subject->len);
    return policy_networks_have(&deny->networks, subject);
}

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, POLICY_PIN_BYTES);
}

static bool contains_digest(const uint8_t (*digests)[POLICY_PIN_BYTES], size_t n,
                            const uint8_t *digest)
{
    return n > 0 && bsearch(digest, digests, n, POLICY_PIN_BYTES, compare_digests);
}

bool policy_deny_has_spki(const struct policy_deny *deny, const uint8_t spki[POLICY_PIN_BYTES])
{
    return contains_digest(deny->spkis, deny->n_spkis, spki);
}

bool policy_deny_has_issuer_spki(const struct policy_deny *deny,
                                 const uint8_t spki[POLICY_PIN_BYTES])
{
    return contains_digest(deny->issuer_spkis, deny->n_issuer_spkis, spki);
}

static int compare_serials(const void *a, const void *b)
{
    return policy_serial_compare(a, b);
}

bool policy_deny_has_serial(const struct policy_deny *deny, const uint8_t issuer[32],
                            const uint8_t *serial, size_t len)
{
    struct policy_serial key = {.len = 0};

    if (deny->n_serials == 0 || memcmp(deny->issuer, issuer, sizeof(deny->issuer)) != 0 ||
        !policy_serial_set(&key, serial, len))
        return false;
    return bsearch(&key, deny->serials, deny->n_serials, sizeof(key), compare_serials);
}

static int fill_serials(const struct policy_check *check, const struct parsed_section *section,
                        const struct parsed_entry *entry, struct policy_serial *serials)
{
    for (size_t i = 0; i < entry->n_values; i++) {
        const char *fault = policy_serial_parse(&serials[i], entry->values[i].text);

        if (fault)
            return policy_values_refuse(check, section, POLICY_KEY_SERIALS, &entry->values[i],
                                        fault);
        for (size_t j = 0; j < i; j++)
            if (policy_serial_compare(&serials[j], &serials[i]) == 0)
                return policy_values_refuse(check, section, POLICY_KEY_SERIALS, &entry->values[i],
                                            "it occurs twice");
    }
    qsort(serials, entry->n_values, sizeof(*serials), compare_serials);
    return 0;
}

/*
 * Refuses a section that has serial numbers without an issuer or an issuer without serial numbers:
 * a serial number is unique only together with its issuer.
 */
static int refuse_pair(const struct policy_check *check, const struct parsed_section *section)
{
    return policy_error_set(check->error, section->file, section->line,
                            "deny \"%s\": \"serials\" and \"issuer-sha256\" need each other: a "
                            "serial number is one of an issuer's",
                            section->title);
}

static int read_serials(const struct policy_check *check, const struct parsed_section *section,
                        struct policy_deny *deny)
{
    const struct parsed_entry *entry = parsed_section_find(section, POLICY_KEY_SERIALS);
    const uint8_t(*issuers)[POLICY_PIN_BYTES] = NULL;
    struct policy_serial *serials;
    size_t n_issuers = 0;
    int r;

    r = policy_values_read_digests(check, section, POLICY_KEY_ISSUER, &issuers, &n_issuers);
    if (r != 0)
        return r;
    if (!entry != (n_issuers == 0))
        return refuse_pair(check, section);
    if (!entry)
        return 0;
    memcpy(deny->issuer, issuers[0], sizeof(deny->issuer));
    serials = policy_memory_alloc(&check->policy->memory, entry->n_values, sizeof(*serials));
    if (!serials)
        return -ENOMEM;
    r = fill_serials(check, section, entry, serials);
    deny->serials = serials;
    deny->n_serials = entry->n_values;
    return r;
}

static int read_lists(const struct policy_check *check, const struct parsed_section *section,
                      struct policy_deny *deny)
{
    int r = policy_values_read_names(check, section, POLICY_KEY_NAMES, &deny->names,
                                     &deny->networks);

    if (r == 0)
        r = policy_values_read_digests(check, section, POLICY_KEY_DENIED_SPKI, &deny->spkis,
                                       &deny->n_spkis);
    if (r == 0)
        r = policy_values_read_digests(check, section, POLICY_KEY_ISSUER_SPKI, &deny->issuer_spkis,
                                       &deny->n_issuer_spkis);
    if (r == 0)
        r = read_serials(check, section, deny);
    deny->kinds = (deny->names.n_texts + deny->networks.n_networks > 0 ? POLICY_DENY_NAMES : 0u) |
                  (deny->n_spkis > 0 ? POLICY_DENY_SPKI : 0u) |
                  (deny->n_issuer_spkis > 0 ? POLICY_DENY_ISSUER_SPKI : 0u) |
                  (deny->n_serials > 0 ? POLICY_DENY_SERIALS : 0u);
    return r;
}

static int check_deny(const struct policy_check *check, const struct parsed_section *section)
{
    struct policy *policy = check->policy;
    struct policy_deny *deny = &policy->denies[policy->n_denies];
    size_t mode = POLICY_MODE_ENFORCE;
    int r;

    r = policy_section_check_title(check, section, POLICY_SECTION_DENY);
    if (r == 0)
        r = policy_section_origin(check, section, POLICY_SECTION_DENY, &deny->origin);
    for (size_t i = 0; r == 0 && i < policy->n_denies; i++)
        if (strcmp(policy->denies[i].name, section->title) == 0)
            r = policy_section_refuse_duplicate(check, &deny->origin, &policy->denies[i].origin);
    if (r == 0)
        r = policy_values_read_keyword(check, section, POLICY_KEY_MODE, &mode);
    if (r == 0)
        r = read_lists(check, section, deny);
    if (r != 0)
        return r;
    if (deny->kinds == 0)
        return policy_error_set(check->error, section->file, section->line,
                                "deny \"%s\" denies nothing: give names, keys or serial numbers",
                                section->title);
    deny->mode = (enum policy_mode)mode;
    deny->name = policy_memory_copy_text(&policy->memory, section->title, strlen(section->title));
    if (!deny->name)
        return -ENOMEM;
    policy->n_denies++;
    return 0;
}

int policy_denies_check(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_DENY];
    struct policy *policy = check->policy;
    int r = 0;

    policy->denies = policy_memory_alloc(&policy->memory, list->n_sections,
                                         sizeof(*policy->denies));
    if (!policy->denies)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < list->n_sections; i++)
        r = check_deny(check, &list->sections[i]);
    return r;
}
