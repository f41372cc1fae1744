/* SPDX-License-Identifier: MIT */
#include "daemon/policy/values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference.h"
#include "daemon/policy/bounds.h"
#include "daemon/policy/error.h"
#include "daemon/policy/keyword.h"
#include "daemon/policy/moment.h"
#include "daemon/policy/network.h"
#include "daemon/policy/number.h"
#include "daemon/policy/pin.h"

int policy_values_refuse(const struct policy_check *check, const struct parsed_section *section,
                         enum policy_key key, const struct parsed_value *value, const char *why)
{
    struct policy_excerpt excerpt;

    return policy_error_set(check->error, section->file, value->line, "%s: \"%s\": %s",
                            policy_key_schemas[key].name,
                            policy_excerpt_make(&excerpt, value->text), why);
}

int policy_values_check_path(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, const struct parsed_value *value)
{
    if (value->text[0] == '/' && value->text[1] != '\0')
        return 0;
    return policy_values_refuse(check, section, key, value,
                                "a path begins at the root, as in \"/etc/certnamed/corp-ca.pem\"");
}

int policy_values_read_path(const struct policy_check *check, const struct parsed_section *section,
                            enum policy_section_kind kind, enum policy_key key, const char **pathp)
{
    const struct parsed_value *value = parsed_section_value(section, key);
    int r;

    if (!value)
        return policy_error_set(check->error, section->file, section->line,
                                "%s has no \"%s\": give its path, or take the section out",
                                policy_section_schemas[kind].name, policy_key_schemas[key].name);
    r = policy_values_check_path(check, section, key, value);
    if (r != 0)
        return r;
    *pathp = policy_memory_copy_text(&check->policy->memory, value->text, strlen(value->text));
    return *pathp ? 0 : -ENOMEM;
}

int policy_values_read_socket_path(const struct policy_check *check,
                                   const struct parsed_section *section,
                                   enum policy_section_kind kind, enum policy_key key,
                                   const char **pathp)
{
    const char *path = NULL;
    int r = policy_values_read_path(check, section, kind, key, &path);

    if (r != 0)
        return r;
    if (strlen(path) > POLICY_SOCKET_PATH_BYTES)
        return policy_values_refuse(check, section, key, parsed_section_value(section, key),
                                    "the path of a socket has at most 107 bytes");
    *pathp = path;
    return 0;
}

int policy_values_read_paths(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, struct policy_texts *textsp)
{
    const struct parsed_entry *entry = parsed_section_find(section, key);
    const char **texts;

    if (!entry)
        return 0;
    texts = policy_memory_alloc(&check->policy->memory, entry->n_values, sizeof(*texts));
    if (!texts)
        return -ENOMEM;
    for (size_t i = 0; i < entry->n_values; i++) {
        const struct parsed_value *value = &entry->values[i];
        int r = policy_values_check_path(check, section, key, value);

        if (r != 0)
            return r;
        for (size_t j = 0; j < i; j++)
            if (strcmp(texts[j], value->text) == 0)
                return policy_values_refuse(check, section, key, value, "it occurs twice");
        texts[i] = policy_memory_copy_text(&check->policy->memory, value->text,
                                           strlen(value->text));
        if (!texts[i])
            return -ENOMEM;
    }
    *textsp = (struct policy_texts){.texts = texts, .n_texts = entry->n_values};
    return 0;
}

static int compare_texts(const void *a, const void *b)
{
    const char *const *one = a;
    const char *const *other = b;

    return strcmp(*one, *other);
}

static int compare_networks(const void *a, const void *b)
{
    return policy_network_compare(a, b);
}

/* Reads one name of a list; *namep becomes a copy in canonical form. */
static int read_name(const struct policy_check *check, const struct parsed_section *section,
                     enum policy_key key, const struct parsed_value *value, const char **namep)
{
    struct reference reference;
    int r = reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)value->text,
                                 strlen(value->text));

    if (r < 0)
        return r;
    if (r > 0)
        return policy_values_refuse(check, section, key, value,
                                    reference_fault_text((enum reference_fault)r));
    *namep = policy_memory_copy_text(&check->policy->memory, reference.value, reference.value_len);
    return *namep ? 0 : -ENOMEM;
}

/*
 * Reads one address or network of a list. If the value is a name instead, sets *is_namep and
 * returns 0.
 */
static int read_network(const struct policy_check *check, const struct parsed_section *section,
                        enum policy_key key, const struct parsed_value *value,
                        struct policy_network *network, bool *is_namep)
{
    const char *fault;
    int r = policy_network_parse(network, value->text, &fault);

    *is_namep = r == POLICY_NETWORK_NONE;
    if (r == POLICY_NETWORK_BAD)
        return policy_values_refuse(check, section, key, value, fault);
    return r == POLICY_NETWORK_NONE ? 0 : r;
}

struct name_lists {
    const char **texts;
    size_t n_texts;
    struct policy_network *networks;
    size_t n_networks;
};

static int refuse_twice(const struct policy_check *check, const struct parsed_section *section,
                        enum policy_key key)
{
    return policy_values_refuse(
        check, section, key, parsed_section_value(section, key),
        "the list that begins with this value has a value twice, possibly in "
        "different spellings");
}

static int sort_lists(const struct policy_check *check, const struct parsed_section *section,
                      enum policy_key key, struct name_lists *lists)
{
    qsort(lists->texts, lists->n_texts, sizeof(*lists->texts), compare_texts);
    qsort(lists->networks, lists->n_networks, sizeof(*lists->networks), compare_networks);
    for (size_t i = 1; i < lists->n_texts; i++)
        if (strcmp(lists->texts[i - 1], lists->texts[i]) == 0)
            return refuse_twice(check, section, key);
    for (size_t i = 1; i < lists->n_networks; i++)
        if (policy_network_compare(&lists->networks[i - 1], &lists->networks[i]) == 0)
            return refuse_twice(check, section, key);
    return 0;
}

static int fill_lists(const struct policy_check *check, const struct parsed_section *section,
                      enum policy_key key, struct name_lists *lists)
{
    const struct parsed_entry *entry = parsed_section_find(section, key);

    for (size_t i = 0; i < entry->n_values; i++) {
        const struct parsed_value *value = &entry->values[i];
        bool is_name = false;
        int r = read_network(check, section, key, value, &lists->networks[lists->n_networks],
                             &is_name);

        if (r != 0)
            return r;
        if (!is_name) {
            lists->n_networks++;
            continue;
        }
        r = read_name(check, section, key, value, &lists->texts[lists->n_texts]);
        if (r != 0)
            return r;
        lists->n_texts++;
    }
    return sort_lists(check, section, key, lists);
}

static int read_lists(const struct policy_check *check, const struct parsed_section *section,
                      enum policy_key key, struct name_lists *lists)
{
    const struct parsed_entry *entry = parsed_section_find(section, key);
    struct policy_memory *memory = &check->policy->memory;

    if (!entry)
        return 0;
    lists->texts = policy_memory_alloc(memory, entry->n_values, sizeof(*lists->texts));
    lists->networks = policy_memory_alloc(memory, entry->n_values, sizeof(*lists->networks));
    if (!lists->texts || !lists->networks)
        return -ENOMEM;
    return fill_lists(check, section, key, lists);
}

int policy_values_read_names(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, struct policy_texts *textsp,
                             struct policy_networks *networksp)
{
    struct name_lists lists = {.n_texts = 0};
    int r = read_lists(check, section, key, &lists);

    if (r != 0)
        return r;
    if (!networksp && lists.n_networks > 0)
        return policy_values_refuse(check, section, key, parsed_section_value(section, key),
                                    "the list that begins with this value has an IP address: give "
                                    "names alone");
    *textsp = (struct policy_texts){.texts = lists.texts, .n_texts = lists.n_texts};
    if (networksp)
        *networksp = (struct policy_networks){lists.networks, lists.n_networks};
    return 0;
}

int policy_values_read_networks(const struct policy_check *check,
                                const struct parsed_section *section, enum policy_key key,
                                struct policy_networks *networksp)
{
    struct name_lists lists = {.n_texts = 0};
    int r = read_lists(check, section, key, &lists);

    if (r != 0)
        return r;
    if (lists.n_texts > 0)
        return policy_values_refuse(check, section, key, parsed_section_value(section, key),
                                    "the list that begins with this value has a name: give IP "
                                    "addresses and networks alone");
    *networksp = (struct policy_networks){lists.networks, lists.n_networks};
    return 0;
}

static int compare_digests(const void *a, const void *b)
{
    return memcmp(a, b, POLICY_PIN_BYTES);
}

static int read_digest(const struct policy_check *check, const struct parsed_section *section,
                       enum policy_key key, const struct parsed_value *value,
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
        policy_key_schemas[key].name, policy_excerpt_make(&excerpt, value->text),
        policy_pin_fault_text(fault));
}

int policy_values_read_digests(const struct policy_check *check,
                               const struct parsed_section *section, enum policy_key key,
                               const uint8_t (**pinsp)[POLICY_PIN_BYTES], size_t *n_pinsp)
{
    const struct parsed_entry *entry = parsed_section_find(section, key);
    uint8_t(*pins)[POLICY_PIN_BYTES];
    int r = 0;

    if (!entry)
        return 0;
    pins = policy_memory_alloc(&check->policy->memory, entry->n_values, sizeof(*pins));
    if (!pins)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < entry->n_values; i++) {
        r = read_digest(check, section, key, &entry->values[i], pins[i]);
        for (size_t j = 0; r == 0 && j < i; j++)
            if (compare_digests(pins[j], pins[i]) == 0)
                r = policy_values_refuse(check, section, key, &entry->values[i], "it occurs twice");
    }
    if (r != 0)
        return r;
    qsort(pins, entry->n_values, sizeof(*pins), compare_digests);
    *pinsp = (const uint8_t(*)[POLICY_PIN_BYTES])pins;
    *n_pinsp = entry->n_values;
    return 0;
}

int policy_values_read_moment(const struct policy_check *check,
                              const struct parsed_section *section, enum policy_key key,
                              bool is_end, int64_t *momentp)
{
    const struct parsed_value *value = parsed_section_value(section, key);
    const char *fault;

    if (!value)
        return 0;
    fault = policy_moment_parse(value->text, is_end, momentp);
    return fault ? policy_values_refuse(check, section, key, value, fault) : 0;
}

int policy_values_read_count(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, unsigned min, unsigned max, unsigned *numberp)
{
    const struct parsed_value *value = parsed_section_value(section, key);
    const char *fault;
    uint64_t number = 0;
    char why[64];

    if (!value)
        return 0;
    fault = policy_number_parse(value->text, POLICY_UNIT_NONE, &number);
    if (fault)
        return policy_values_refuse(check, section, key, value, fault);
    *numberp = (unsigned)number;
    if (number >= min && number <= max)
        return 0;
    snprintf(why, sizeof(why), "it is a number from %u to %u", min, max);
    return policy_values_refuse(check, section, key, value, why);
}

static int refuse_keyword(const struct policy_check *check, const struct parsed_section *section,
                          enum policy_key key, const struct parsed_value *value)
{
    const struct policy_keyword_list *list = &policy_keywords[key];
    struct policy_excerpt excerpt;
    char known[64] = "";
    size_t len = 0;

    for (size_t i = 0; i < POLICY_KEYWORDS_COUNT && len < sizeof(known); i++)
        if (list->words[i])
            len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", len == 0 ? "" : ", ",
                                    list->words[i]);
    return policy_error_set(
        check->error, section->file, value->line, "%s = \"%s\" is not known: it is one of %s",
        policy_key_schemas[key].name, policy_excerpt_make(&excerpt, value->text), known);
}

int policy_values_read_keyword(const struct policy_check *check,
                               const struct parsed_section *section, enum policy_key key,
                               size_t *indexp)
{
    const struct policy_keyword_list *list = &policy_keywords[key];
    const struct parsed_value *value = parsed_section_value(section, key);

    if (!value)
        return 0;
    for (size_t i = 0; i < POLICY_KEYWORDS_COUNT; i++)
        if (list->words[i] && strcmp(value->text, list->words[i]) == 0) {
            *indexp = i;
            return 0;
        }
    return refuse_keyword(check, section, key, value);
}
