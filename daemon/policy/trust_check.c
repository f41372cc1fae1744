/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/error.h"

#define SYSTEM "system"

/* No certificate of a public authority lives a tenth of it; a private one may. */
#define LIFETIME_DAYS_MAX 36500

static int lists_take(const struct check *check, const struct draft_section *section,
                      struct policy_trust *trust)
{
    int r = policy_paths_take(check, section, DRAFT_FILE, &trust->files);

    if (r == 0)
        r = policy_paths_take(check, section, DRAFT_DIRECTORY, &trust->directories);
    if (r == 0)
        r = policy_paths_take(check, section, DRAFT_CRLS, &trust->crls);
    if (r == 0)
        r = policy_names_take(check, section, DRAFT_PERMITTED_DNS, &trust->permitted_dns, NULL);
    if (r == 0)
        r = policy_names_take(check, section, DRAFT_EXCLUDED_DNS, &trust->excluded_dns, NULL);
    if (r == 0)
        r = policy_networks_take(check, section, DRAFT_PERMITTED_IP, &trust->permitted_ip);
    if (r == 0)
        r = policy_networks_take(check, section, DRAFT_EXCLUDED_IP, &trust->excluded_ip);
    return r;
}

static struct policy_trust *trust_add(const struct check *check, const char *name)
{
    struct policy *policy = check->policy;
    struct policy_trust *trust = &policy->trusts[policy->n_trusts];

    trust->name = policy_memory_text(&policy->memory, name, strlen(name));
    if (!trust->name)
        return NULL;
    policy->n_trusts++;
    trust->is_system = strcmp(name, SYSTEM) == 0;
    trust->distrust_from = POLICY_TIME_MAX;
    return trust;
}

static int trust_check(const struct check *check, const struct draft_section *section)
{
    struct policy_trust *trust;
    int r;

    r = policy_title_check(check, section, DRAFT_TRUST);
    if (r != 0)
        return r;
    trust = trust_add(check, section->title);
    if (!trust)
        return -ENOMEM;
    r = policy_origin_make(check, section, DRAFT_TRUST, &trust->origin);
    if (r == 0)
        r = lists_take(check, section, trust);
    if (r == 0)
        r = policy_moment_take(check, section, DRAFT_DISTRUST_AFTER, true, &trust->distrust_from);
    if (r == 0)
        r = policy_count_take(check, section, DRAFT_MAX_LIFETIME_DAYS, 1, LIFETIME_DAYS_MAX,
                              &trust->max_lifetime_days);
    if (r != 0 || trust->is_system || trust->files.n_texts + trust->directories.n_texts > 0)
        return r;
    return policy_error_set(check->error, section->file, section->line,
                            "trust \"%s\" has no certificates: give a \"file\" or a \"directory\"",
                            section->title);
}

static int trust_compare(const void *a, const void *b)
{
    const struct policy_trust *one = a;
    const struct policy_trust *other = b;

    return strcmp(one->name, other->name);
}

static int system_add(const struct check *check)
{
    const struct policy *policy = check->policy;
    struct policy_trust *trust;

    for (size_t i = 0; i < policy->n_trusts; i++)
        if (policy->trusts[i].is_system)
            return 0;
    trust = trust_add(check, SYSTEM);
    if (!trust)
        return -ENOMEM;
    trust->origin = (struct policy_origin){.section = "built-in trust \"" SYSTEM "\"", .file = ""};
    return 0;
}

int policy_trusts_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_TRUST];
    struct policy *policy = check->policy;
    int r = 0;

    policy->trusts = policy_memory_take(&policy->memory, list->n_sections + 1,
                                        sizeof(*policy->trusts));
    if (!policy->trusts)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < list->n_sections; i++)
        r = trust_check(check, &list->sections[i]);
    if (r == 0)
        r = system_add(check);
    if (r != 0)
        return r;
    qsort(policy->trusts, policy->n_trusts, sizeof(*policy->trusts), trust_compare);
    for (size_t i = 1; i < policy->n_trusts; i++)
        if (strcmp(policy->trusts[i - 1].name, policy->trusts[i].name) == 0)
            return policy_duplicate_refuse(check, &policy->trusts[i].origin,
                                           &policy->trusts[i - 1].origin);
    return 0;
}
