/* SPDX-License-Identifier: MIT */
#include "daemon/policy/check.h"

#include <errno.h>
#include <string.h>

static int defaults_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_DEFAULTS];
    struct policy *policy = check->policy;
    size_t system = 0;
    int r = 0;

    while (!policy->trusts[system].is_system)
        system++;
    policy->default_settings = policy_settings_builtin(system);
    policy->defaults.origin = (struct policy_origin){.section = "built-in defaults", .file = ""};
    if (list->n_sections > 0) {
        r = policy_origin_make(check, &list->sections[0], DRAFT_DEFAULTS, &policy->defaults.origin);
        if (r == 0)
            r = policy_settings_read(check, &list->sections[0], true, &policy->default_settings);
    }
    policy_settings_apply(&policy->default_settings, &policy->defaults);
    return r;
}

/* A file that was cut off to nothing is well-formed. */
static int emptiness_check(const struct check *check)
{
    const struct policy_texts files = check->policy->files;

    for (size_t kind = 0; kind < DRAFT_KINDS; kind++)
        if (check->draft->lists[kind].n_sections > 0)
            return 0;
    if (files.n_texts > 0)
        check->policy->emptiness = (struct policy_origin){
            .section = files.texts[0],
            .file = files.texts[0],
        };
    return 0;
}

int policy_check(struct policy *policy, const struct draft *draft,
                 const struct suffix_list *suffixes, struct policy_error *error)
{
    static int (*const steps[])(const struct check *) = {
        policy_trusts_check, defaults_check,       policy_pinsets_check, policy_domains_check,
        policy_lookup_build, policy_clients_check, policy_denies_check,  policy_limits_check,
        policy_record_check, emptiness_check,
    };
    struct check check = {.policy = policy, .draft = draft, .suffixes = suffixes, .error = error};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
        r = steps[i](&check);
    return r;
}
