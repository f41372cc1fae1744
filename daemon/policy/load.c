/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "daemon/policy/check.h"
#include "daemon/policy/grammar.h"
#include "daemon/policy/internal.h"
#include "daemon/policy/trusted_file.h"

int policy_new(struct policy **policyp)
{
    struct policy *policy = calloc(1, sizeof(*policy));

    if (!policy)
        return -ENOMEM;
    *policyp = policy;
    return 0;
}

void policy_drop_config(struct policy *policy)
{
    parsed_config_deinit(&policy->config);
}

struct policy *policy_free(struct policy *policy)
{
    if (!policy)
        return NULL;
    parsed_config_deinit(&policy->config);
    policy_memory_deinit(&policy->memory);
    free(policy);
    return NULL;
}

int policy_builtin(struct policy **policyp)
{
    struct policy_error error;
    struct parsed_config config = {0};
    struct policy *policy = NULL;
    int r;

    r = policy_new(&policy);
    if (r == 0)
        r = policy_check_config(policy, &config, NULL, &error);
    if (r != 0) {
        policy_free(policy);
        return r < 0 ? r : -EINVAL;
    }
    policy->defaults.origin.section = "built-in policy";
    *policyp = policy;
    return 0;
}

int policy_parse(struct policy **policyp, const char *name, const char *text, size_t len,
                 const struct suffix_list *suffixes, struct policy_error *error)
{
    struct parsed_config config = {0};
    struct policy *policy = NULL;
    const char *file = NULL;
    int r;

    r = policy_new(&policy);
    if (r == 0)
        r = policy_add_file(policy, name, &file);
    if (r == 0)
        r = policy_grammar_parse(&config, file, text, len, error);
    if (r == 0)
        r = policy_check_config(policy, &config, suffixes, error);
    if (r != 0) {
        parsed_config_deinit(&config);
        policy_free(policy);
        return r;
    }
    policy->config = config;
    *policyp = policy;
    return 0;
}

int policy_load(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                struct policy_error *error)
{
    char *text = NULL;
    size_t len = 0;
    int r;

    r = policy_trusted_file_read(&text, &len, path, error);
    if (r != 0)
        return r;
    r = policy_parse(policyp, path, text, len, suffixes, error);
    free(text);
    return r;
}
