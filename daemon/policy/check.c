/* SPDX-License-Identifier: MIT */
#include "daemon/policy/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/settings_read.h"

static int check_defaults(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_DEFAULTS];
    struct policy *policy = check->policy;
    size_t system = 0;
    int r = 0;

    while (!policy->trusts[system].is_system)
        system++;
    policy->default_settings = policy_settings_builtin(system);
    policy->defaults.origin = (struct policy_origin){.section = "built-in defaults", .file = ""};
    if (list->n_sections > 0) {
        r = policy_section_origin(check, &list->sections[0], POLICY_SECTION_DEFAULTS,
                                  &policy->defaults.origin);
        if (r == 0)
            r = policy_settings_read(check, &list->sections[0], true, &policy->default_settings);
    }
    policy_settings_apply(&policy->default_settings, &policy->defaults);
    return r;
}

/*
 * Remembers in policy->emptiness that the configuration has files but no section, so that a warning
 * can report it: a file that was cut off at its beginning is well-formed.
 */
static int note_emptiness(const struct policy_check *check)
{
    const struct policy_texts files = check->policy->files;

    for (size_t kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++)
        if (check->config->lists[kind].n_sections > 0)
            return 0;
    if (files.n_texts > 0)
        check->policy->emptiness = (struct policy_origin){
            .section = files.texts[0],
            .file = files.texts[0],
        };
    return 0;
}

/*
 * Refuses a policy whose printed text is larger than POLICY_FILE_BYTES, since that text has to be
 * loadable as a configuration.
 */
static int check_size(const struct policy_check *check)
{
    const struct policy_texts *files = &check->policy->files;
    char *text = NULL;
    size_t len = 0;
    int r = policy_print(check->policy, &text, &len);

    free(text);
    if (r == 0 && len > POLICY_FILE_BYTES)
        return policy_error_set(check->error, files->n_texts > 0 ? files->texts[0] : "", 0,
                                "the configuration, printed in full, is larger than %u MiB: take "
                                "some of it out",
                                POLICY_FILE_BYTES >> 20);
    return r;
}

int policy_check_config(struct policy *policy, const struct parsed_config *config,
                        const struct suffix_list *suffixes, struct policy_error *error)
{
    static int (*const steps[])(const struct policy_check *) = {
        policy_trusts_check, check_defaults,       policy_pinsets_check, policy_domains_check,
        policy_lookup_build, policy_listens_check, policy_clients_check, policy_denies_check,
        policy_limits_check, policy_record_check,  note_emptiness,       check_size,
    };
    struct policy_check check = {
        .policy = policy, .config = config, .suffixes = suffixes, .error = error};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
        r = steps[i](&check);
    return r;
}
