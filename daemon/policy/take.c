/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference.h"
#include "daemon/policy/check.h"
#include "daemon/policy/error.h"
#include "daemon/policy/moment.h"
#include "daemon/policy/number.h"
#include "daemon/policy/pin.h"

int policy_value_refuse(const struct check *check, const struct draft_section *section,
                        enum draft_key key, const struct draft_value *value, const char *why)
{
    struct policy_excerpt excerpt;

    return policy_error_set(check->error, section->file, value->line, "%s: \"%s\": %s",
                            policy_keys[key].name, policy_excerpt_make(&excerpt, value->text), why);
}

int policy_path_check(const struct check *check, const struct draft_section *section,
                      enum draft_key key, const struct draft_value *value)
{
    if (value->text[0] == '/' && value->text[1] != '\0')
        return 0;
    return policy_value_refuse(check, section, key, value,
                               "a path begins at the root, as in \"/etc/certnamed/corp-ca.pem\"");
}

int policy_paths_take(const struct check *check, const struct draft_section *section,
                      enum draft_key key, struct policy_texts *textsp)
{
    const struct draft_entry *entry = draft_section_find(section, key);
    const char **texts;

    if (!entry)
        return 0;
    texts = policy_memory_take(&check->policy->memory, entry->n_values, sizeof(*texts));
    if (!texts)
        return -ENOMEM;
    for (size_t i = 0; i < entry->n_values; i++) {
        const struct draft_value *value = &entry->values[i];
        int r = policy_path_check(check, section, key, value);

        if (r != 0)
            return r;
        for (size_t j = 0; j < i; j++)
            if (strcmp(texts[j], value->text) == 0)
                return policy_value_refuse(check, section, key, value, "it is there twice");
        texts[i] = policy_memory_text(&check->policy->memory, value->text, strlen(value->text));
        if (!texts[i])
            return -ENOMEM;
    }
    *textsp = (struct policy_texts){.texts = texts, .n_texts = entry->n_values};
    return 0;
}

static int text_compare(const void *a, const void *b)
{
    const char *const *one = a;
    const char *const *other = b;

    return strcmp(*one, *other);
}

static int network_compare(const void *a, const void *b)
{
    return policy_network_compare(a, b);
}

/* A name of a list: a canonical copy, or why there is none. */
static int name_take(const struct check *check, const struct draft_section *section,
                     enum draft_key key, const struct draft_value *value, const char **namep)
{
    struct reference reference;
    int r = reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)value->text,
                                 strlen(value->text));

    if (r < 0)
        return r;
    if (r > 0)
        return policy_value_refuse(check, section, key, value,
                                   reference_fault_text((enum reference_fault)r));
    *namep = policy_memory_text(&check->policy->memory, reference.value, reference.value_len);
    return *namep ? 0 : -ENOMEM;
}

/* 1 also for a name: `POLICY_NETWORK_NONE` is told apart by *is_namep. */
static int network_take(const struct check *check, const struct draft_section *section,
                        enum draft_key key, const struct draft_value *value,
                        struct policy_network *network, bool *is_namep)
{
    const char *fault;
    int r = policy_network_parse(network, value->text, &fault);

    *is_namep = r == POLICY_NETWORK_NONE;
    if (r == POLICY_NETWORK_BAD)
        return policy_value_refuse(check, section, key, value, fault);
    return r == POLICY_NETWORK_NONE ? 0 : r;
}

struct lists {
    const char **texts;
    size_t n_texts;
    struct policy_network *networks;
    size_t n_networks;
};

static int twice_refuse(const struct check *check, const struct draft_section *section,
                        enum draft_key key)
{
    return policy_value_refuse(check, section, key, draft_section_value(section, key),
                               "in the list that begins with this a value is there twice, be it in "
                               "another spelling");
}

static int lists_sort(const struct check *check, const struct draft_section *section,
                      enum draft_key key, struct lists *lists)
{
    qsort(lists->texts, lists->n_texts, sizeof(*lists->texts), text_compare);
    qsort(lists->networks, lists->n_networks, sizeof(*lists->networks), network_compare);
    for (size_t i = 1; i < lists->n_texts; i++)
        if (strcmp(lists->texts[i - 1], lists->texts[i]) == 0)
            return twice_refuse(check, section, key);
    for (size_t i = 1; i < lists->n_networks; i++)
        if (policy_network_compare(&lists->networks[i - 1], &lists->networks[i]) == 0)
            return twice_refuse(check, section, key);
    return 0;
}

static int lists_fill(const struct check *check, const struct draft_section *section,
                      enum draft_key key, struct lists *lists)
{
    const struct draft_entry *entry = draft_section_find(section, key);

    for (size_t i = 0; i < entry->n_values; i++) {
        const struct draft_value *value = &entry->values[i];
        bool is_name = false;
        int r = network_take(check, section, key, value, &lists->networks[lists->n_networks],
                             &is_name);

        if (r != 0)
            return r;
        if (!is_name) {
            lists->n_networks++;
            continue;
        }
        r = name_take(check, section, key, value, &lists->texts[lists->n_texts]);
        if (r != 0)
            return r;
        lists->n_texts++;
    }
    return lists_sort(check, section, key, lists);
}

static int lists_take(const struct check *check, const struct draft_section *section,
                      enum draft_key key, struct lists *lists)
{
    const struct draft_entry *entry = draft_section_find(section, key);
    struct policy_memory *memory = &check->policy->memory;

    if (!entry)
        return 0;
    lists->texts = policy_memory_take(memory, entry->n_values, sizeof(*lists->texts));
    lists->networks = policy_memory_take(memory, entry->n_values, sizeof(*lists->networks));
    if (!lists->texts || !lists->networks)
        return -ENOMEM;
    return lists_fill(check, section, key, lists);
}

int policy_names_take(const struct check *check, const struct draft_section *section,
                      enum draft_key key, struct policy_texts *textsp,
                      struct policy_networks *networksp)
{
    struct lists lists = {.n_texts = 0};
    int r = lists_take(check, section, key, &lists);

    if (r != 0)
        return r;
    if (!networksp && lists.n_networks > 0)
        return policy_value_refuse(check, section, key, draft_section_value(section, key),
                                   "in the list that begins with this there is an IP address: give "
                                   "names alone");
    *textsp = (struct policy_texts){.texts = lists.texts, .n_texts = lists.n_texts};
    if (networksp)
        *networksp = (struct policy_networks){lists.networks, lists.n_networks};
    return 0;
}

int policy_networks_take(const struct check *check, const struct draft_section *section,
                         enum draft_key key, struct policy_networks *networksp)
{
    struct lists lists = {.n_texts = 0};
    int r = lists_take(check, section, key, &lists);

    if (r != 0)
        return r;
    if (lists.n_texts > 0)
        return policy_value_refuse(check, section, key, draft_section_value(section, key),
                                   "in the list that begins with this there is a name: give IP "
                                   "addresses and networks alone");
    *networksp = (struct policy_networks){lists.networks, lists.n_networks};
    return 0;
}

static int pin_compare(const void *a, const void *b)
{
    return memcmp(a, b, POLICY_PIN_BYTES);
}

static int pin_take(const struct check *check, const struct draft_section *section,
                    enum draft_key key, const struct draft_value *value,
                    uint8_t pin[POLICY_PIN_BYTES])
{
    enum policy_pin_fault fault = policy_pin_decode(pin, value->text);
    struct policy_excerpt excerpt;

    if (fault == POLICY_PIN_OK)
        return 0;
    return policy_error_set(
        check->error, section->file, value->line,
        "%s: \"%s\" is no digest: %s; it is a SHA-256 in base64, that of a key "
        "(SubjectPublicKeyInfo) or, for an issuer, of its name: certnamectl pin "
        "prints it",
        policy_keys[key].name, policy_excerpt_make(&excerpt, value->text),
        policy_pin_fault_text(fault));
}

int policy_pins_take(const struct check *check, const struct draft_section *section,
                     enum draft_key key, const uint8_t (**pinsp)[POLICY_PIN_BYTES], size_t *n_pinsp)
{
    const struct draft_entry *entry = draft_section_find(section, key);
    uint8_t(*pins)[POLICY_PIN_BYTES];
    int r = 0;

    if (!entry)
        return 0;
    pins = policy_memory_take(&check->policy->memory, entry->n_values, sizeof(*pins));
    if (!pins)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < entry->n_values; i++) {
        r = pin_take(check, section, key, &entry->values[i], pins[i]);
        for (size_t j = 0; r == 0 && j < i; j++)
            if (pin_compare(pins[j], pins[i]) == 0)
                r = policy_value_refuse(check, section, key, &entry->values[i],
                                        "it is there twice");
    }
    if (r != 0)
        return r;
    qsort(pins, entry->n_values, sizeof(*pins), pin_compare);
    *pinsp = (const uint8_t(*)[POLICY_PIN_BYTES])pins;
    *n_pinsp = entry->n_values;
    return 0;
}

int policy_moment_take(const struct check *check, const struct draft_section *section,
                       enum draft_key key, bool is_end, int64_t *momentp)
{
    const struct draft_value *value = draft_section_value(section, key);
    const char *fault;

    if (!value)
        return 0;
    fault = policy_moment_parse(value->text, is_end, momentp);
    return fault ? policy_value_refuse(check, section, key, value, fault) : 0;
}

int policy_count_take(const struct check *check, const struct draft_section *section,
                      enum draft_key key, unsigned min, unsigned max, unsigned *numberp)
{
    const struct draft_value *value = draft_section_value(section, key);
    const char *fault;
    uint64_t number = 0;
    char why[64];

    if (!value)
        return 0;
    fault = policy_number_parse(value->text, POLICY_UNIT_NONE, &number);
    if (fault)
        return policy_value_refuse(check, section, key, value, fault);
    *numberp = (unsigned)number;
    if (number >= min && number <= max)
        return 0;
    snprintf(why, sizeof(why), "it is a number from %u to %u", min, max);
    return policy_value_refuse(check, section, key, value, why);
}
