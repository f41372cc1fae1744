/* SPDX-License-Identifier: MIT */
#include "daemon/policy/policy.h"

#include <string.h>

#include "daemon/policy/table.h"

static unsigned char fold(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The order of strcmp over canonical names. */
static int name_compare(const char *name, size_t len, const struct policy_domain *domain)
{
    size_t shorter = len < domain->len ? len : domain->len;

    for (size_t i = 0; i < shorter; i++) {
        int difference = fold(name[i]) - (unsigned char)domain->name[i];

        if (difference != 0)
            return difference;
    }
    return (len > domain->len) - (len < domain->len);
}

static const struct policy_domain *domain_find(const struct policy *policy, const char *name,
                                               size_t len)
{
    size_t low = 0;
    size_t high = policy->n_domains;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = name_compare(name, len, &policy->domains[middle]);

        if (order == 0)
            return &policy->domains[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* Whether a section reaches a name that stands `n_labels` below its domain. */
static bool domain_covers(const struct policy_domain *domain, size_t n_labels)
{
    return n_labels == 0 || domain->depth == POLICY_DEPTH_ALL ||
           (n_labels == 1 && domain->depth == POLICY_DEPTH_ONE);
}

const struct policy_rule *policy_rule_for_name(const struct policy *policy, const char *name,
                                               size_t len)
{
    if (len > 0 && name[len - 1] == '.')
        len--;
    for (size_t n_labels = 0; len > 0; n_labels++) {
        const struct policy_domain *domain = domain_find(policy, name, len);
        const char *dot;

        if (domain != NULL && domain_covers(domain, n_labels))
            return &domain->rule;
        dot = memchr(name, '.', len);
        if (dot == NULL)
            break;
        len -= (size_t)(dot + 1 - name);
        name = dot + 1;
    }
    return policy_rule_default(policy);
}

const struct policy_rule *policy_rule_default(const struct policy *policy)
{
    return &policy->defaults;
}
