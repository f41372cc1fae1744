/* SPDX-License-Identifier: MIT */
#include "daemon/policy/trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/names.h"
#include "daemon/policy/network.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/values.h"

static bool contains_subject(const struct policy_texts *names, const struct policy_subject *subject)
{
    return subject->type == POLICY_SUBJECT_NAME &&
           policy_names_cover(names, subject->name, subject->len);
}

bool policy_trust_excludes(const struct policy_trust *trust, const struct policy_subject *subject)
{
    return contains_subject(&trust->excluded_dns, subject) ||
           policy_networks_have(&trust->excluded_ip, subject);
}

bool policy_trust_permits(const struct policy_trust *trust, const struct policy_subject *subject)
{
    if (policy_trust_excludes(trust, subject))
        return false;
    if (trust->permitted_dns.n_texts == 0 && trust->permitted_ip.n_networks == 0)
        return true;
    return contains_subject(&trust->permitted_dns, subject) ||
           policy_networks_have(&trust->permitted_ip, subject);
}

#define SYSTEM "system"

const char *policy_trust_crlite(const struct policy_trust *trust)
{
    if (!trust->crlite && trust->is_system)
        return POLICY_CRLITE_FOLDER;
    return trust->crlite;
}

/*
 * The largest `max-lifetime-days`: a hundred years, which only certificates of private authorities
 * come near.
 */
#define LIFETIME_DAYS_MAX 36500
/* The value of `max-lifetime-days` that means the schedule of the public web (profile.h). */
#define LIFETIME_WEB "web"

static int read_lists(const struct policy_check *check, const struct parsed_section *section,
                      struct policy_trust *trust)
{
    int r = policy_values_read_paths(check, section, POLICY_KEY_FILE, &trust->files);

    if (r == 0)
        r = policy_values_read_paths(check, section, POLICY_KEY_DIRECTORY, &trust->directories);
    if (r == 0)
        r = policy_values_read_paths(check, section, POLICY_KEY_CRLS, &trust->crls);
    if (r == 0)
        r = policy_values_read_names(check, section, POLICY_KEY_PERMITTED_DNS,
                                     &trust->permitted_dns, NULL);
    if (r == 0)
        r = policy_values_read_names(check, section, POLICY_KEY_EXCLUDED_DNS, &trust->excluded_dns,
                                     NULL);
    if (r == 0)
        r = policy_values_read_networks(check, section, POLICY_KEY_PERMITTED_IP,
                                        &trust->permitted_ip);
    if (r == 0)
        r = policy_values_read_networks(check, section, POLICY_KEY_EXCLUDED_IP,
                                        &trust->excluded_ip);
    return r;
}

static struct policy_trust *add_trust(const struct policy_check *check, const char *name)
{
    struct policy *policy = check->policy;
    struct policy_trust *trust = &policy->trusts[policy->n_trusts];

    trust->name = policy_memory_copy_text(&policy->memory, name, strlen(name));
    if (!trust->name)
        return NULL;
    policy->n_trusts++;
    trust->is_system = strcmp(name, SYSTEM) == 0;
    trust->distrust_from = POLICY_TIME_MAX;
    return trust;
}

static int read_profile(const struct policy_check *check, const struct parsed_section *section,
                        struct policy_trust *trust)
{
    size_t word = 0;
    int r = policy_values_read_keyword(check, section, POLICY_KEY_CERTIFICATES, &word);

    trust->has_certificates = parsed_section_find(section, POLICY_KEY_CERTIFICATES) != NULL;
    trust->certificates = (enum policy_certificates)word;
    return r;
}

/*
 * Reads `end-entities`. The section "system" may not accept end entities: the distribution chooses
 * what is in the system's store, so no certificate in it is an end entity that the administrator
 * has chosen.
 */
static int read_end_entities(const struct policy_check *check, const struct parsed_section *section,
                             struct policy_trust *trust)
{
    const struct parsed_value *value = parsed_section_value(section, POLICY_KEY_END_ENTITIES);
    size_t word = trust->is_system ? POLICY_END_ENTITIES_NO : POLICY_END_ENTITIES_YES;
    int r = policy_values_read_keyword(check, section, POLICY_KEY_END_ENTITIES, &word);

    if (r == 0 && trust->is_system && word != POLICY_END_ENTITIES_NO)
        return policy_error_set(check->error, section->file, value->line,
                                "end-entities: \"system\" trusts no end entity directly: put its "
                                "certificate into a section of its own");
    trust->has_end_entities = value != NULL;
    trust->end_entities = (enum policy_end_entities)word;
    return r;
}

static int read_lifetime(const struct policy_check *check, const struct parsed_section *section,
                         struct policy_trust *trust)
{
    const struct parsed_value *value = parsed_section_value(section, POLICY_KEY_MAX_LIFETIME_DAYS);

    trust->has_web_lifetime = value && strcmp(value->text, LIFETIME_WEB) == 0;
    if (trust->has_web_lifetime)
        return 0;
    if (value && (value->text[0] < '0' || value->text[0] > '9'))
        return policy_values_refuse(check, section, POLICY_KEY_MAX_LIFETIME_DAYS, value,
                                    "it is \"" LIFETIME_WEB "\" or a number of days");
    return policy_values_read_count(check, section, POLICY_KEY_MAX_LIFETIME_DAYS, 1,
                                    LIFETIME_DAYS_MAX, &trust->max_lifetime_days);
}

/* Reads `crlite` and `crlite-owner`. The user is looked up when the folder is read. */
static int read_crlite(const struct policy_check *check, const struct parsed_section *section,
                       struct policy_trust *trust)
{
    const struct parsed_value *folder = parsed_section_value(section, POLICY_KEY_CRLITE);
    const struct parsed_value *owner = parsed_section_value(section, POLICY_KEY_CRLITE_OWNER);
    int r = folder ? policy_values_check_path(check, section, POLICY_KEY_CRLITE, folder) : 0;

    if (r != 0)
        return r;
    if (folder)
        trust->crlite = policy_memory_copy_text(&check->policy->memory, folder->text,
                                                strlen(folder->text));
    if (folder && !trust->crlite)
        return -ENOMEM;
    if (!owner)
        return 0;
    if (owner->text[0] == '\0')
        return policy_values_refuse(check, section, POLICY_KEY_CRLITE_OWNER, owner,
                                    "it is the name or the number of a user");
    trust->crlite_owner = policy_memory_copy_text(&check->policy->memory, owner->text,
                                                  strlen(owner->text));
    return trust->crlite_owner ? 0 : -ENOMEM;
}

static int check_trust(const struct policy_check *check, const struct parsed_section *section)
{
    struct policy_trust *trust;
    int r;

    r = policy_section_check_title(check, section, POLICY_SECTION_TRUST);
    if (r != 0)
        return r;
    trust = add_trust(check, section->title);
    if (!trust)
        return -ENOMEM;
    r = policy_section_origin(check, section, POLICY_SECTION_TRUST, &trust->origin);
    if (r == 0)
        r = read_lists(check, section, trust);
    if (r == 0)
        r = policy_values_read_moment(check, section, POLICY_KEY_DISTRUST_AFTER, true,
                                      &trust->distrust_from);
    if (r == 0)
        r = read_lifetime(check, section, trust);
    if (r == 0)
        r = read_crlite(check, section, trust);
    if (r == 0)
        r = read_profile(check, section, trust);
    if (r == 0)
        r = read_end_entities(check, section, trust);
    if (r != 0 || trust->is_system || trust->files.n_texts + trust->directories.n_texts > 0)
        return r;
    return policy_error_set(check->error, section->file, section->line,
                            "trust \"%s\" has no certificates: give a \"file\" or a \"directory\"",
                            section->title);
}

static int compare_trusts(const void *a, const void *b)
{
    const struct policy_trust *one = a;
    const struct policy_trust *other = b;

    return strcmp(one->name, other->name);
}

static int add_system(const struct policy_check *check)
{
    const struct policy *policy = check->policy;
    struct policy_trust *trust;

    for (size_t i = 0; i < policy->n_trusts; i++)
        if (policy->trusts[i].is_system)
            return 0;
    trust = add_trust(check, SYSTEM);
    if (!trust)
        return -ENOMEM;
    trust->origin = (struct policy_origin){.section = "built-in trust \"" SYSTEM "\"", .file = ""};
    return 0;
}

int policy_trusts_check(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_TRUST];
    struct policy *policy = check->policy;
    int r = 0;

    policy->trusts = policy_memory_alloc(&policy->memory, list->n_sections + 1,
                                         sizeof(*policy->trusts));
    if (!policy->trusts)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < list->n_sections; i++)
        r = check_trust(check, &list->sections[i]);
    if (r == 0)
        r = add_system(check);
    if (r != 0)
        return r;
    qsort(policy->trusts, policy->n_trusts, sizeof(*policy->trusts), compare_trusts);
    for (size_t i = 1; i < policy->n_trusts; i++)
        if (strcmp(policy->trusts[i - 1].name, policy->trusts[i].name) == 0)
            return policy_section_refuse_duplicate(check, &policy->trusts[i].origin,
                                                   &policy->trusts[i - 1].origin);
    return 0;
}
