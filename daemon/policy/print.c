/* SPDX-License-Identifier: MIT */
#include "daemon/policy/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/policy/table.h"
#include "daemon/policy/write.h"

static void trusts_write(FILE *out, const struct policy *policy, enum draft_key key,
                         uint64_t trusts)
{
    const char *before = "{ ";

    policy_key_write(out, key);
    for (size_t i = 0; i < policy->n_trusts; i++) {
        if ((trusts >> i & 1) == 0)
            continue;
        fprintf(out, "%s\"%s\"", before, policy->trusts[i].name);
        before = ", ";
    }
    fputs(" }\n", out);
}

static void depth_write(FILE *out, enum draft_key key, int max_depth)
{
    if (max_depth >= 0) {
        policy_number_write(out, key, (uint64_t)max_depth, POLICY_UNIT_NONE);
        return;
    }
    policy_key_write(out, key);
    fputs("none\n", out);
}

static void setting_write(FILE *out, const struct policy *policy,
                          const struct policy_settings *settings, enum draft_key key)
{
    switch (key) {
    case DRAFT_TRUST_NAMES:
        trusts_write(out, policy, key, settings->trusts);
        break;
    case DRAFT_TRUST_NAMES_REPORT:
        if (settings->chosen[key] != 0)
            trusts_write(out, policy, key, settings->trusts_report);
        break;
    case DRAFT_MAX_DEPTH:
        depth_write(out, key, settings->max_depth);
        break;
    case DRAFT_MAX_DEPTH_REPORT:
        if (settings->chosen[key] != 0)
            depth_write(out, key, settings->max_depth_report);
        break;
    default:
        policy_word_write(out, key, settings->chosen[key]);
    }
}

static bool is_setting(unsigned key)
{
    return policy_key_stands_in((enum draft_key)key, DRAFT_DEFAULTS);
}

static void defaults_write(FILE *out, const struct policy *policy)
{
    fputs("defaults {\n", out);
    for (unsigned key = 0; key < DRAFT_SETTINGS; key++)
        if (is_setting(key))
            setting_write(out, policy, &policy->default_settings, (enum draft_key)key);
    policy_section_close(out);
}

static bool setting_differs(const struct policy_settings *one, const struct policy_settings *other,
                            unsigned key)
{
    if (one->chosen[key] != other->chosen[key])
        return true;
    switch (key) {
    case DRAFT_TRUST_NAMES:
        return one->trusts != other->trusts;
    case DRAFT_TRUST_NAMES_REPORT:
        return one->trusts_report != other->trusts_report;
    case DRAFT_MAX_DEPTH:
        return one->max_depth != other->max_depth;
    case DRAFT_MAX_DEPTH_REPORT:
        return one->max_depth_report != other->max_depth_report;
    default:
        return false;
    }
}

static void domain_write(FILE *out, const struct policy *policy, const struct policy_domain *domain)
{
    policy_section_open(out, DRAFT_DOMAIN, domain->title);
    if (!domain->is_network)
        policy_word_write(out, DRAFT_SUBDOMAINS, domain->depth);
    if (domain->rule.pinset)
        fprintf(out, "    pinset = \"%s\"\n", domain->rule.pinset->name);
    policy_names_write(out, DRAFT_EXEMPT, &domain->exempt, &domain->exempt_networks);
    for (unsigned key = 0; key < DRAFT_SETTINGS; key++)
        if (is_setting(key) && setting_differs(&domain->settings, &policy->default_settings, key))
            setting_write(out, policy, &domain->settings, (enum draft_key)key);
    policy_section_close(out);
}

static void client_write(FILE *out, const struct policy *policy,
                         const struct policy_client_section *client)
{
    policy_section_open(out, DRAFT_CLIENT, client->name);
    policy_texts_write(out, DRAFT_UID, &client->uids);
    policy_texts_write(out, DRAFT_GID, &client->gids);
    for (unsigned key = 0; key < DRAFT_SETTINGS; key++)
        if (is_setting(key) && (client->settings.named & 1u << key) != 0)
            setting_write(out, policy, &client->settings, (enum draft_key)key);
    policy_section_close(out);
}

static void metrics_write(FILE *out, const char *socket)
{
    if (!socket)
        return;
    policy_section_open(out, DRAFT_METRICS, NULL);
    policy_key_write(out, DRAFT_SOCKET);
    policy_text_write(out, socket);
    fputs("\n", out);
    policy_section_close(out);
}

static void policy_write(FILE *out, const struct policy *policy)
{
    defaults_write(out, policy);
    for (size_t i = 0; i < policy->n_trusts; i++)
        policy_trust_write(out, &policy->trusts[i]);
    for (size_t i = 0; i < policy->n_pinsets; i++)
        policy_pinset_write(out, &policy->pinsets[i]);
    for (size_t i = 0; i < policy->n_denies; i++)
        policy_deny_write(out, &policy->denies[i]);
    for (size_t i = 0; i < policy->n_domains; i++)
        domain_write(out, policy, &policy->domains[i]);
    for (size_t i = 0; i < policy->n_client_sections; i++)
        client_write(out, policy, &policy->client_sections[i]);
    if (policy->unidentified)
        client_write(out, policy, policy->unidentified);
    policy_limits_write(out, &policy->limits);
    policy_record_write(out, &policy->record);
    metrics_write(out, policy->metrics_socket);
}

int policy_print(const struct policy *policy, char **textp, size_t *lenp)
{
    char *text = NULL;
    size_t len = 0;
    bool failed;
    FILE *out;

    out = open_memstream(&text, &len);
    if (!out)
        return -ENOMEM;
    policy_write(out, policy);
    failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return -ENOMEM;
    }
    *textp = text;
    *lenp = len;
    return 0;
}
