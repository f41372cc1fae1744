/* SPDX-License-Identifier: MIT */
#include "daemon/policy/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/check.h"
#include "daemon/policy/draft.h"
#include "daemon/policy/error.h"
#include "daemon/policy/file.h"
#include "daemon/policy/parse.h"
#include "daemon/policy/table.h"

/*
 * A policy comes about in four steps, each in files of its own: the bytes are read from files that
 * nobody else can have written (tree.c, file.c), their characters are checked (text.c), the grammar
 * makes one draft of them all (parse.c), and the draft is judged and becomes the tables that are
 * looked up in (check.c and its like, lookup.c).
 */

int policy_new(struct policy **policyp)
{
    struct policy *policy = calloc(1, sizeof(*policy));

    if (!policy)
        return -ENOMEM;
    *policyp = policy;
    return 0;
}

struct policy *policy_free(struct policy *policy)
{
    if (!policy)
        return NULL;
    policy_memory_deinit(&policy->memory);
    free(policy);
    return NULL;
}

int policy_file_add(struct policy *policy, const char *name, const char **filep)
{
    size_t n = policy->files.n_texts;
    const char **files = policy_memory_take(&policy->memory, n + 1, sizeof(*files));
    const char *copy = policy_memory_text(&policy->memory, name, strlen(name));

    if (!files || !copy)
        return -ENOMEM;
    if (n > 0)
        memcpy(files, policy->files.texts, n * sizeof(*files));
    files[n] = copy;
    policy->files = (struct policy_texts){.texts = files, .n_texts = n + 1};
    *filep = copy;
    return 0;
}

int policy_builtin(struct policy **policyp)
{
    struct policy_error error;
    struct draft draft = {0};
    struct policy *policy = NULL;
    int r;

    r = policy_new(&policy);
    if (r == 0)
        r = policy_check(policy, &draft, NULL, &error);
    if (r != 0) {
        policy_free(policy);
        return r < 0 ? r : -EINVAL;
    }
    policy->defaults.origin.section = "built-in policy";
    *policyp = policy;
    return 0;
}

/* What is printed must be a configuration again, so it may not be larger than one. */
static int size_check(const struct policy *policy, struct policy_error *error)
{
    char *text = NULL;
    size_t len = 0;
    int r = policy_print(policy, &text, &len);

    free(text);
    if (r == 0 && len > POLICY_FILE_BYTES)
        return policy_error_set(error, policy->files.texts[0], 0,
                                "written out in full the configuration is larger than %u MiB: take "
                                "some of it out",
                                POLICY_FILE_BYTES >> 20);
    return r;
}

int policy_finish(struct policy *policy, const struct draft *draft,
                  const struct suffix_list *suffixes, struct policy_error *error)
{
    int r = policy_check(policy, draft, suffixes, error);

    return r == 0 ? size_check(policy, error) : r;
}

int policy_parse(struct policy **policyp, const char *name, const char *text, size_t len,
                 const struct suffix_list *suffixes, struct policy_error *error)
{
    struct draft draft = {0};
    struct policy *policy = NULL;
    const char *file = NULL;
    int r;

    r = policy_new(&policy);
    if (r == 0)
        r = policy_file_add(policy, name, &file);
    if (r == 0)
        r = draft_parse(&draft, file, text, len, error);
    if (r == 0)
        r = policy_finish(policy, &draft, suffixes, error);
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
