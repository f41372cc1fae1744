/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory_text.h"
#include "daemon/policy/internal.h"
#include "daemon/policy/limits.h"
#include "daemon/policy/pin.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/serial.h"
#include "daemon/policy/write.h"

static bool is_trust_empty(const struct policy_trust *trust)
{
    const struct policy_texts *texts[] = {&trust->files, &trust->directories, &trust->crls,
                                          &trust->permitted_dns, &trust->excluded_dns};
    size_t n = trust->permitted_ip.n_networks + trust->excluded_ip.n_networks +
               trust->max_lifetime_days + trust->has_web_lifetime + trust->has_certificates +
               trust->has_end_entities + (trust->crlite != NULL) + (trust->crlite_owner != NULL);

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        n += texts[i]->n_texts;
    return n == 0 && trust->distrust_from == POLICY_TIME_MAX;
}

/* Appends a key and a text; nothing if the text is NULL. */
static void write_one_text(struct memory_text *out, enum policy_key key, const char *text)
{
    if (!text)
        return;
    policy_write_key(out, key);
    policy_write_text(out, text);
    memory_text_append(out, "\n");
}

static void write_trust(struct memory_text *out, const struct policy_trust *trust)
{
    static const struct policy_texts none = {NULL, 0};

    if (trust->is_system && is_trust_empty(trust))
        return;
    policy_write_section_start(out, POLICY_SECTION_TRUST, trust->name);
    policy_write_texts(out, POLICY_KEY_FILE, &trust->files);
    policy_write_texts(out, POLICY_KEY_DIRECTORY, &trust->directories);
    policy_write_texts(out, POLICY_KEY_CRLS, &trust->crls);
    write_one_text(out, POLICY_KEY_CRLITE, trust->crlite);
    write_one_text(out, POLICY_KEY_CRLITE_OWNER, trust->crlite_owner);
    policy_write_texts(out, POLICY_KEY_PERMITTED_DNS, &trust->permitted_dns);
    policy_write_texts(out, POLICY_KEY_EXCLUDED_DNS, &trust->excluded_dns);
    policy_write_names(out, POLICY_KEY_PERMITTED_IP, &none, &trust->permitted_ip);
    policy_write_names(out, POLICY_KEY_EXCLUDED_IP, &none, &trust->excluded_ip);
    policy_write_moment(out, POLICY_KEY_DISTRUST_AFTER, trust->distrust_from, true);
    if (trust->max_lifetime_days > 0)
        policy_write_number(out, POLICY_KEY_MAX_LIFETIME_DAYS, trust->max_lifetime_days,
                            POLICY_UNIT_NONE);
    if (trust->has_web_lifetime) {
        policy_write_key(out, POLICY_KEY_MAX_LIFETIME_DAYS);
        memory_text_append(out, "web\n");
    }
    if (trust->has_end_entities)
        policy_write_keyword(out, POLICY_KEY_END_ENTITIES, trust->end_entities);
    if (trust->has_certificates)
        policy_write_keyword(out, POLICY_KEY_CERTIFICATES, trust->certificates);
    policy_write_section_end(out);
}

static void write_pinset(struct memory_text *out, const struct policy_pinset *pinset)
{
    policy_write_section_start(out, POLICY_SECTION_PINSET, pinset->name);
    policy_write_keyword(out, POLICY_KEY_MODE, pinset->mode);
    policy_write_keyword(out, POLICY_KEY_SCOPE, pinset->scope);
    policy_write_digests(out, POLICY_KEY_SPKI, pinset->pins, pinset->n_pins);
    policy_write_digests(out, POLICY_KEY_BAD_SPKI, pinset->bad_pins, pinset->n_bad_pins);
    policy_write_moment(out, POLICY_KEY_NOT_BEFORE, pinset->from, false);
    if (pinset->until != POLICY_TIME_MAX) {
        policy_write_moment(out, POLICY_KEY_EXPIRES, pinset->until, true);
        policy_write_keyword(out, POLICY_KEY_ON_EXPIRY, pinset->on_expiry);
        policy_write_number(out, POLICY_KEY_WARN_DAYS, pinset->warn_days, POLICY_UNIT_NONE);
    }
    policy_write_keyword(out, POLICY_KEY_LOCAL_ANCHORS, pinset->local_override ? 1 : 0);
    policy_write_section_end(out);
}

static void write_serials(struct memory_text *out, const struct policy_deny *deny)
{
    char issuer[POLICY_PIN_TEXT_BYTES + 1];

    if (deny->n_serials == 0)
        return;
    policy_pin_encode(issuer, deny->issuer);
    policy_write_key(out, POLICY_KEY_ISSUER);
    memory_text_add(out, "\"%s\"\n", issuer);
    policy_write_key(out, POLICY_KEY_SERIALS);
    for (size_t i = 0; i < deny->n_serials; i++) {
        memory_text_append(out, i > 0 ? "\", \"" : "{ \"");
        policy_serial_print(out, &deny->serials[i]);
    }
    memory_text_append(out, "\" }\n");
}

static void write_deny(struct memory_text *out, const struct policy_deny *deny)
{
    policy_write_section_start(out, POLICY_SECTION_DENY, deny->name);
    policy_write_keyword(out, POLICY_KEY_MODE, deny->mode);
    policy_write_names(out, POLICY_KEY_NAMES, &deny->names, &deny->networks);
    policy_write_digests(out, POLICY_KEY_DENIED_SPKI, deny->spkis, deny->n_spkis);
    policy_write_digests(out, POLICY_KEY_ISSUER_SPKI, deny->issuer_spkis, deny->n_issuer_spkis);
    write_serials(out, deny);
    policy_write_section_end(out);
}

static void write_record(struct memory_text *out, const struct policy_record *record)
{
    if (!record->file)
        return;
    policy_write_section_start(out, POLICY_SECTION_RECORD, NULL);
    policy_write_key(out, POLICY_KEY_RECORD_FILE);
    policy_write_text(out, record->file);
    memory_text_append(out, "\n");
    policy_write_number(out, POLICY_KEY_SAMPLE, record->sample, POLICY_UNIT_NONE);
    policy_write_number(out, POLICY_KEY_MAX_BYTES, record->max_bytes, POLICY_UNIT_BYTES);
    policy_write_section_end(out);
}

static void write_trust_names(struct memory_text *out, const struct policy *policy,
                              enum policy_key key, uint64_t trusts)
{
    const char *before = "{ ";

    policy_write_key(out, key);
    for (size_t i = 0; i < policy->n_trusts; i++) {
        if ((trusts >> i & 1) == 0)
            continue;
        memory_text_add(out, "%s\"%s\"", before, policy->trusts[i].name);
        before = ", ";
    }
    memory_text_append(out, " }\n");
}

static void write_depth(struct memory_text *out, enum policy_key key, int max_depth)
{
    if (max_depth >= 0) {
        policy_write_number(out, key, (uint64_t)max_depth, POLICY_UNIT_NONE);
        return;
    }
    policy_write_key(out, key);
    memory_text_append(out, "none\n");
}

static void write_setting(struct memory_text *out, const struct policy *policy,
                          const struct policy_settings *settings, enum policy_key key)
{
    switch (key) {
    case POLICY_KEY_TRUST_NAMES:
        write_trust_names(out, policy, key, settings->trusts);
        break;
    case POLICY_KEY_TRUST_NAMES_REPORT:
        if (settings->chosen[key] != 0)
            write_trust_names(out, policy, key, settings->trusts_report);
        break;
    case POLICY_KEY_MAX_DEPTH:
        write_depth(out, key, settings->max_depth);
        break;
    case POLICY_KEY_MAX_DEPTH_REPORT:
        if (settings->chosen[key] != 0)
            write_depth(out, key, settings->max_depth_report);
        break;
    case POLICY_KEY_CLOCK_SKEW:
        policy_write_number(out, key, settings->clock_skew_ms, POLICY_UNIT_MS);
        break;
    case POLICY_KEY_OCSP_MAX_AGE:
        policy_write_number(out, key, settings->ocsp_max_age_ms, POLICY_UNIT_MS);
        break;
    default:
        policy_write_keyword(out, key, settings->chosen[key]);
    }
}

static bool is_setting(unsigned key)
{
    return policy_key_stands_in((enum policy_key)key, POLICY_SECTION_DEFAULTS);
}

static void write_defaults(struct memory_text *out, const struct policy *policy)
{
    memory_text_append(out, "defaults {\n");
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++)
        if (is_setting(key))
            write_setting(out, policy, &policy->default_settings, (enum policy_key)key);
    policy_write_section_end(out);
}

static bool differs_in(const struct policy_settings *one, const struct policy_settings *other,
                       unsigned key)
{
    if (one->chosen[key] != other->chosen[key])
        return true;
    switch (key) {
    case POLICY_KEY_TRUST_NAMES:
        return one->trusts != other->trusts;
    case POLICY_KEY_TRUST_NAMES_REPORT:
        return one->trusts_report != other->trusts_report;
    case POLICY_KEY_MAX_DEPTH:
        return one->max_depth != other->max_depth;
    case POLICY_KEY_MAX_DEPTH_REPORT:
        return one->max_depth_report != other->max_depth_report;
    case POLICY_KEY_CLOCK_SKEW:
        return one->clock_skew_ms != other->clock_skew_ms;
    case POLICY_KEY_OCSP_MAX_AGE:
        return one->ocsp_max_age_ms != other->ocsp_max_age_ms;
    default:
        return false;
    }
}

static void write_domain(struct memory_text *out, const struct policy *policy,
                         const struct policy_domain *domain)
{
    policy_write_section_start(out, POLICY_SECTION_DOMAIN, domain->title);
    if (!domain->is_network)
        policy_write_keyword(out, POLICY_KEY_SUBDOMAINS, domain->depth);
    if (domain->rule.pinset)
        memory_text_add(out, "    pinset = \"%s\"\n", domain->rule.pinset->name);
    policy_write_names(out, POLICY_KEY_EXEMPT, &domain->exempt, &domain->exempt_networks);
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++)
        if (is_setting(key) && differs_in(&domain->settings, &policy->default_settings, key))
            write_setting(out, policy, &domain->settings, (enum policy_key)key);
    policy_write_section_end(out);
}

static void write_client(struct memory_text *out, const struct policy *policy,
                         const struct policy_client_section *client)
{
    policy_write_section_start(out, POLICY_SECTION_CLIENT, client->name);
    policy_write_texts(out, POLICY_KEY_UID, &client->uids);
    policy_write_texts(out, POLICY_KEY_GID, &client->gids);
    policy_write_texts(out, POLICY_KEY_CLIENT_SOCKET, &client->sockets);
    for (unsigned key = 0; key < POLICY_KEY_SETTINGS_COUNT; key++)
        if (is_setting(key) && (client->settings.set_keys & 1u << key) != 0)
            write_setting(out, policy, &client->settings, (enum policy_key)key);
    policy_write_section_end(out);
}

static void write_metrics(struct memory_text *out, const char *socket)
{
    if (!socket)
        return;
    policy_write_section_start(out, POLICY_SECTION_METRICS, NULL);
    policy_write_key(out, POLICY_KEY_SOCKET);
    policy_write_text(out, socket);
    memory_text_append(out, "\n");
    policy_write_section_end(out);
}

static void write_listen(struct memory_text *out, const struct policy_listen *listen)
{
    policy_write_section_start(out, POLICY_SECTION_LISTEN, listen->name);
    policy_write_key(out, POLICY_KEY_LISTEN_PATH);
    policy_write_text(out, listen->path);
    memory_text_append(out, "\n");
    policy_write_key(out, POLICY_KEY_LISTEN_MODE);
    memory_text_add(out, "%04o\n", listen->mode);
    policy_write_section_end(out);
}

static void write_policy(struct memory_text *out, const struct policy *policy)
{
    write_defaults(out, policy);
    for (size_t i = 0; i < policy->n_trusts; i++)
        write_trust(out, &policy->trusts[i]);
    for (size_t i = 0; i < policy->n_pinsets; i++)
        write_pinset(out, &policy->pinsets[i]);
    for (size_t i = 0; i < policy->n_denies; i++)
        write_deny(out, &policy->denies[i]);
    for (size_t i = 0; i < policy->n_domains; i++)
        write_domain(out, policy, &policy->domains[i]);
    for (size_t i = 0; i < policy->n_client_sections; i++)
        write_client(out, policy, &policy->client_sections[i]);
    if (policy->unidentified)
        write_client(out, policy, policy->unidentified);
    policy_limits_print(out, policy);
    write_record(out, &policy->record);
    write_metrics(out, policy->metrics_socket);
    for (size_t i = 0; i < policy->n_listens; i++)
        write_listen(out, &policy->listens[i]);
}

int policy_print(const struct policy *policy, char **textp, size_t *lenp)
{
    struct memory_text out = {0};

    write_policy(&out, policy);
    return memory_text_finish(&out, textp, lenp);
}
