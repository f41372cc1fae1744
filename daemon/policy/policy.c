/* SPDX-License-Identifier: MIT */
#include "daemon/policy/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/draft.h"
#include "daemon/policy/file.h"
#include "daemon/policy/parse.h"
#include "daemon/policy/table.h"

/*
 * A policy comes about in four steps, each in a file of its own: the bytes are read from a file
 * that nobody else can have written (file.c), their characters are checked (text.c), the grammar
 * makes a draft of them (parse.c), and the draft is judged and becomes the table that is looked up
 * in (check.c, lookup.c).
 */

int policy_new(struct policy **policyp, const char *file)
{
    struct policy *policy = calloc(1, sizeof(*policy));

    if (policy == NULL)
        return -ENOMEM;
    policy->file = strdup(file);
    if (policy->file == NULL) {
        policy_free(policy);
        return -ENOMEM;
    }
    policy->defaults.origin.section = "built-in policy";
    policy->defaults.origin.file = "";
    *policyp = policy;
    return 0;
}

struct policy *policy_free(struct policy *policy)
{
    if (policy == NULL)
        return NULL;
    for (size_t i = 0; i < policy->n_domains; i++) {
        free(policy->domains[i].name);
        free(policy->domains[i].section);
    }
    for (size_t i = 0; i < policy->n_pinsets; i++) {
        free((void *)policy->pinsets[i].name);
        free((void *)policy->pinsets[i].pins);
        free((void *)policy->pinsets[i].origin.section);
    }
    free(policy->domains);
    free(policy->pinsets);
    free(policy->file);
    free(policy);
    return NULL;
}

int policy_builtin(struct policy **policyp)
{
    return policy_new(policyp, "");
}

int policy_parse(struct policy **policyp, const char *name, const char *text, size_t len,
                 const struct suffix_list *suffixes, struct policy_error *error)
{
    struct draft draft = {0};
    struct policy *policy = NULL;
    int r;

    r = draft_parse(&draft, name, text, len, error);
    if (r == 0)
        r = policy_new(&policy, name);
    if (r == 0)
        r = policy_check(policy, &draft, suffixes, error);
    draft_deinit(&draft);
    if (r != 0) {
        policy_free(policy);
        return r;
    }
    *policyp = policy;
    return 0;
}

int policy_load(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                struct policy_error *error)
{
    char *text = NULL;
    size_t len = 0;
    int r;

    r = policy_file_read(&text, &len, path, error);
    if (r != 0)
        return r;
    r = policy_parse(policyp, path, text, len, suffixes, error);
    free(text);
    return r;
}
