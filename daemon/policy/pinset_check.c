/* SPDX-License-Identifier: MIT */
#include "daemon/policy/pinset_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/pin.h"
#include "daemon/policy/table.h"

static int pinset_name_check(const struct check *check, const struct draft_section *section)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    struct policy_excerpt excerpt;
    size_t len = strlen(section->title);

    if (len > 0 && len <= POLICY_NAME_BYTES && strspn(section->title, letters) == len)
        return 0;
    return policy_error_set(check->error, check->policy->file, section->line,
                            "pinset \"%s\" has no valid name: use 1 to %u letters, digits, dots, "
                            "underscores and hyphens",
                            policy_excerpt_make(&excerpt, section->title), POLICY_NAME_BYTES);
}

static int pin_check(const struct check *check, const struct draft_section *section, size_t index,
                     uint8_t (*pins)[POLICY_PIN_BYTES])
{
    const struct draft_value *value = &section->pins[index];
    struct policy_excerpt excerpt;
    enum policy_pin_fault fault = policy_pin_decode(pins[index], value->text);

    if (fault != POLICY_PIN_OK)
        return policy_error_set(check->error, check->policy->file, value->line,
                                "\"%s\" in pinset \"%s\" is no pin: %s; a pin is the SHA-256 of a "
                                "key (SubjectPublicKeyInfo) in base64",
                                policy_excerpt_make(&excerpt, value->text), section->title,
                                policy_pin_fault_text(fault));
    for (size_t i = 0; i < index; i++) {
        if (memcmp(pins[i], pins[index], POLICY_PIN_BYTES) == 0)
            return policy_error_set(check->error, check->policy->file, value->line,
                                    "pinset \"%s\" has the pin \"%s\" twice: the backup must be "
                                    "that of another key",
                                    section->title, value->text);
    }
    return 0;
}

static int pins_check(const struct check *check, const struct draft_section *section,
                      uint8_t (**pinsp)[POLICY_PIN_BYTES])
{
    const char *file = check->policy->file;
    int r = 0;

    if (section->n_pins == 0)
        return policy_error_set(check->error, file, section->line,
                                "pinset \"%s\" has no pin: give the key in use and a backup "
                                "(spki-sha256 = { \"first\", \"backup\" })",
                                section->title);
    if (section->n_pins == 1)
        return policy_error_set(check->error, file, section->line,
                                "pinset \"%s\" has one pin: add a backup pin (spki-sha256 = { "
                                "\"first\", \"backup\" }), so that a lost key does not lock "
                                "everybody out",
                                section->title);
    *pinsp = calloc(section->n_pins, sizeof(**pinsp));
    if (*pinsp == NULL)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < section->n_pins; i++)
        r = pin_check(check, section, i, *pinsp);
    return r;
}

/* What is allocated is put where policy_free finds it, whatever comes after. */
static int pinset_check(const struct check *check, const struct draft_section *section)
{
    struct policy_pinset *pinset = &check->policy->pinsets[check->policy->n_pinsets];
    uint8_t(*pins)[POLICY_PIN_BYTES] = NULL;
    char *text = NULL;
    int r;

    r = pinset_name_check(check, section);
    if (r != 0)
        return r;
    check->policy->n_pinsets++;
    pinset->name = strdup(section->title);
    if (pinset->name == NULL)
        return -ENOMEM;
    r = policy_origin_make(check, section, "pinset", &pinset->origin, &text);
    if (r != 0)
        return r;
    r = pins_check(check, section, &pins);
    pinset->pins = (const uint8_t(*)[POLICY_PIN_BYTES])pins;
    pinset->n_pins = section->n_pins;
    return r;
}

static int pinset_compare(const void *a, const void *b)
{
    const struct policy_pinset *one = a;
    const struct policy_pinset *other = b;
    int order = strcmp(one->name, other->name);

    return order != 0
               ? order
               : (one->origin.line > other->origin.line) - (one->origin.line < other->origin.line);
}

int policy_pinsets_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_PINSET];
    struct policy *policy = check->policy;

    policy->pinsets = calloc(list->n_sections + 1, sizeof(*policy->pinsets));
    if (policy->pinsets == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < list->n_sections; i++) {
        int r = pinset_check(check, &list->sections[i]);

        if (r != 0)
            return r;
    }
    qsort(policy->pinsets, policy->n_pinsets, sizeof(*policy->pinsets), pinset_compare);
    for (size_t i = 1; i < policy->n_pinsets; i++)
        if (strcmp(policy->pinsets[i - 1].name, policy->pinsets[i].name) == 0)
            return policy_duplicate_refuse(check, &policy->pinsets[i].origin,
                                           &policy->pinsets[i - 1].origin);
    return 0;
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
