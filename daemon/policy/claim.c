/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/identity/reference.h"
#include "daemon/policy/internal.h"
#include "daemon/policy/pinset.h"

/*
 * Lists the refusals that a configuration demands (policy_claim_next), one claim for each. They are
 * read from the parsed sections and not from the tables that answer questions. daemon/load/proof.c
 * asks the tables one question for each claim before an epoch serves, so that a section which was
 * lost between parsing and tables is noticed.
 */

static const char *value_of(const struct parsed_section *section, enum policy_key key)
{
    const struct parsed_value *value = parsed_section_value(section, key);

    return value ? value->text : "";
}

static bool is_value(const struct parsed_section *section, enum policy_key key, const char *text)
{
    return strcmp(value_of(section, key), text) == 0;
}

/* Returns whether a domain section demands a refusal of this kind for its title. */
static bool has_domain_claim(const struct policy *policy, const struct parsed_section *section,
                             enum policy_claim_kind kind, int64_t now)
{
    const struct policy_pinset *pinset;
    struct policy_pinset_state state;

    switch (kind) {
    case POLICY_CLAIM_PATH:
        return is_value(section, POLICY_KEY_PATH, "always");
    case POLICY_CLAIM_WILDCARDS:
        return is_value(section, POLICY_KEY_WILDCARDS, "none") &&
               parsed_section_find(section, POLICY_KEY_SUBDOMAINS) &&
               !is_value(section, POLICY_KEY_SUBDOMAINS, "none");
    case POLICY_CLAIM_PINS:
        pinset = policy_pinset_find(policy, value_of(section, POLICY_KEY_PINSET_NAME));
        if (!pinset)
            return parsed_section_find(section, POLICY_KEY_PINSET_NAME) != NULL;
        state = policy_pinset_judge(pinset, now);
        return !state.report_only && state.action != POLICY_PINS_IGNORE;
    default:
        return false;
    }
}

/*
 * Fills in *claim; its name is `text` as certificates write it, or for a network the first address.
 * Returns false for a text that is no name: the policy's own checks have refused it.
 */
static bool fill_claim(struct policy_claim *claim, enum policy_claim_kind kind, const char *text,
                       const struct parsed_section *section, unsigned line)
{
    struct reference reference;
    const size_t len = strcspn(text, "/");

    *claim = (struct policy_claim){.kind = kind, .file = section->file, .line = line};
    if (reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)text, len) != 0)
        return false;
    if (strlen(reference.value) >= sizeof(claim->name))
        return false;
    strcpy(claim->name, reference.value);
    return true;
}

static bool next_of_domain(const struct policy *policy, struct policy_claim_cursor *cursor,
                           int64_t now, struct policy_claim *claim)
{
    const struct parsed_list *list = &policy->config.lists[POLICY_SECTION_DOMAIN];

    while (cursor->section < list->n_sections) {
        const struct parsed_section *section = &list->sections[cursor->section];
        enum policy_claim_kind kind = (enum policy_claim_kind)(POLICY_CLAIM_PATH + cursor->part);

        if (kind == POLICY_CLAIM_DENIED) {
            cursor->section++;
            cursor->part = 0;
            continue;
        }
        cursor->part++;
        if (has_domain_claim(policy, section, kind, now) &&
            fill_claim(claim, kind, section->title, section, section->line))
            return true;
    }
    return false;
}

static bool next_of_deny(const struct policy *policy, struct policy_claim_cursor *cursor,
                         struct policy_claim *claim)
{
    const struct parsed_list *list = &policy->config.lists[POLICY_SECTION_DENY];

    while (cursor->section < list->n_sections) {
        const struct parsed_section *section = &list->sections[cursor->section];
        const struct parsed_entry *names = parsed_section_find(section, POLICY_KEY_NAMES);
        const struct parsed_value *value;

        if (!names || cursor->part == names->n_values ||
            is_value(section, POLICY_KEY_MODE, "report")) {
            cursor->section++;
            cursor->part = 0;
            continue;
        }
        value = &names->values[cursor->part++];
        if (fill_claim(claim, POLICY_CLAIM_DENIED, value->text, section, value->line))
            return true;
    }
    return false;
}

bool policy_claim_next(const struct policy *policy, struct policy_claim_cursor *cursor, int64_t now,
                       struct policy_claim *claim)
{
    if (!cursor->denies) {
        if (next_of_domain(policy, cursor, now, claim))
            return true;
        *cursor = (struct policy_claim_cursor){.denies = true};
    }
    return next_of_deny(policy, cursor, claim);
}
