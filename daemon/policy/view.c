/* SPDX-License-Identifier: MIT */
#include "daemon/policy/table.h"

/* What a policy says besides its rules, for whoever acts on it. */

const struct policy_trust *policy_trusts(const struct policy *policy, size_t *n_trustsp)
{
    *n_trustsp = policy->n_trusts;
    return policy->trusts;
}

const struct policy_deny *policy_denies(const struct policy *policy, size_t *n_deniesp)
{
    *n_deniesp = policy->n_denies;
    return policy->denies;
}

const struct policy_pinset *policy_pinsets(const struct policy *policy, size_t *n_pinsetsp)
{
    *n_pinsetsp = policy->n_pinsets;
    return policy->pinsets;
}

const struct policy_client *policy_clients(const struct policy *policy, size_t *n_clientsp)
{
    *n_clientsp = policy->n_clients;
    return policy->clients;
}

size_t policy_n_domains(const struct policy *policy)
{
    return policy->n_domains;
}

const struct limits *policy_limits(const struct policy *policy)
{
    return &policy->limits;
}

const struct policy_record *policy_record(const struct policy *policy)
{
    return &policy->record;
}

const char *policy_metrics_socket(const struct policy *policy)
{
    return policy->metrics_socket;
}

struct policy_texts policy_files(const struct policy *policy)
{
    return policy->files;
}

int64_t policy_next_change(const struct policy *policy, int64_t now)
{
    int64_t next = POLICY_TIME_MAX;

    for (size_t i = 0; i < policy->n_pinsets; i++) {
        struct policy_pinset_state state = policy_pinset_judge(&policy->pinsets[i], now);

        if (state.until < next)
            next = state.until;
    }
    return next;
}
