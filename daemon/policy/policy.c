/* SPDX-License-Identifier: MIT */
#include "daemon/policy/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/internal.h"

int policy_add_file(struct policy *policy, const char *name, const char **filep)
{
    size_t n = policy->files.n_texts;
    const char **files = policy_memory_alloc(&policy->memory, n + 1, sizeof(*files));
    const char *copy = policy_memory_copy_text(&policy->memory, name, strlen(name));

    if (!files || !copy)
        return -ENOMEM;
    if (n > 0)
        memcpy(files, policy->files.texts, n * sizeof(*files));
    files[n] = copy;
    policy->files = (struct policy_texts){.texts = files, .n_texts = n + 1};
    *filep = copy;
    return 0;
}

/* Read access to a policy for other folders, which do not see its fields. */

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

const struct policy_listen *policy_listens(const struct policy *policy, size_t *n_listensp)
{
    *n_listensp = policy->n_listens;
    return policy->listens;
}

const struct policy_client_socket *policy_client_sockets(const struct policy *policy,
                                                         size_t *n_socketsp)
{
    *n_socketsp = policy->n_client_sockets;
    return policy->client_sockets;
}

size_t policy_n_domains(const struct policy *policy)
{
    return policy->n_domains;
}

const struct limits *policy_limits(const struct policy *policy)
{
    return &policy->limits;
}

const struct policy_account_blocks *policy_account_blocks(const struct policy *policy,
                                                          size_t *n_blocksp)
{
    *n_blocksp = policy->n_account_blocks;
    return policy->account_blocks;
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
