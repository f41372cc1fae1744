/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory_text.h"
#include "daemon/policy/internal.h"
#include "daemon/policy/keyword.h"
#include "daemon/policy/moment.h"
#include "daemon/policy/pinset.h"

static const char expired_closed[] =
    "its pins have expired, and nobody is accepted until they are renewed";

static const char *const expired_text[] = {
    [POLICY_ON_EXPIRY_CLOSED] = expired_closed,
    [POLICY_ON_EXPIRY_REPORT] = "its pins have expired, and are only reported",
    [POLICY_ON_EXPIRY_OPEN] = "its pins have expired, and are ignored",
};

/* The state while the warnings are counted up to the one that policy_warning was asked for. */
struct warning_search {
    const struct policy *policy;
    size_t left; /* warnings still to be skipped before the wanted one */
    struct policy_warning *warning;
    bool found;
};

/* The keywords that loosen the policy. A smaller index is a stricter keyword. */
static const struct {
    enum policy_key key;
    unsigned from; /* the smallest index that a warning is given for */
    const char *text;
} loosenings[] = {
    {POLICY_KEY_COMMON_NAME, RULE_COMMON_NAME_YES, "accepts the common name as a host name"},
    {POLICY_KEY_CERTIFICATES, POLICY_CERTIFICATES_RFC5280,
     "holds certificates to RFC 5280 alone, or to less (certificates)"},
    {POLICY_KEY_REVOCATION, POLICY_REVOCATION_OFF, "does not check revocation (revocation = off)"},
    {POLICY_KEY_REQUEST_TIME, 1, "lets a request choose the time (request-time = yes)"},
    {POLICY_KEY_REQUEST_ANCHORS, POLICY_REQUEST_ANCHORS_REPLACE,
     "lets a request bring its own trust anchors (request-anchors)"},
};

/* Counts a warning, and fills in the result if it is the wanted one. Returns whether the search is
 * over. */
static bool make_warning(struct warning_search *search, const struct policy_origin *origin,
                         bool of_time, const char *text)
{
    if (search->left > 0) {
        search->left--;
        return false;
    }
    search->warning->origin = origin;
    search->warning->of_time = of_time;
    snprintf(search->warning->text, sizeof(search->warning->text), "%s", text);
    search->found = true;
    return true;
}

/*
 * Searches the keys that the section itself sets. For a value that it inherits, the warning is
 * given at `defaults`.
 */
static bool search_settings(struct warning_search *search, const struct policy_origin *origin,
                            const struct policy_settings *settings)
{
    for (size_t i = 0; i < sizeof(loosenings) / sizeof(loosenings[0]); i++) {
        enum policy_key key = loosenings[i].key;

        if ((settings->set_keys & 1u << key) == 0 || settings->chosen[key] < loosenings[i].from)
            continue;
        if (make_warning(search, origin, false, loosenings[i].text))
            return true;
    }
    if ((settings->set_keys & 1u << POLICY_KEY_RULES) == 0 ||
        settings->chosen[POLICY_KEY_RULES] == RULES_RFC9525)
        return false;
    return make_warning(search, origin, false, "matches names by older rules than rfc9525 (rules)");
}

/*
 * Returns whether every path that the policy may accept is checked against profile webpki, which
 * requires a subjectAltName of servers. The profile of a trust section applies unless the rule sets
 * one.
 */
static bool is_name_demanded(const struct policy *policy, const struct policy_checks *checks)
{
    if (checks->certificates_set)
        return checks->certificates == POLICY_CERTIFICATES_WEBPKI;
    for (size_t i = 0; i < policy->n_trusts; i++) {
        const struct policy_trust *trust = &policy->trusts[i];
        enum policy_certificates certificates = trust->has_certificates ? trust->certificates
                                                                        : checks->certificates;

        if ((checks->trusts >> i & 1) && certificates != POLICY_CERTIFICATES_WEBPKI)
            return false;
    }
    return true;
}

/*
 * Searches for settings that conflict. A section is warned of only if it sets one of the
 * conflicting settings itself.
 */
static bool search_conflicts(struct warning_search *search, const struct policy_origin *origin,
                             const struct policy_settings *settings, const struct policy_rule *rule)
{
    static const uint32_t of_names = 1u << POLICY_KEY_COMMON_NAME | 1u << POLICY_KEY_PATH |
                                     1u << POLICY_KEY_CERTIFICATES | 1u << POLICY_KEY_TRUST_NAMES;
    static const uint32_t of_pins = 1u << POLICY_KEY_PINSET_NAME | 1u << POLICY_KEY_PATH;
    bool over = false;

    if ((settings->set_keys & of_names) && rule->rules.common_name == RULE_COMMON_NAME_YES &&
        rule->path != POLICY_PATH_ON_REQUEST && is_name_demanded(search->policy, &rule->checks))
        over = make_warning(search, origin, false,
                            "accepts the common name, but validates paths by profile webpki, which "
                            "demands a subjectAltName: set certificates = compatible, or rfc5280 "
                            "(common-name)");
    if (!over && (settings->set_keys & of_pins) && rule->pinset &&
        (rule->pinset->scope == POLICY_SCOPE_ISSUER ||
         rule->pinset->scope == POLICY_SCOPE_ANCHOR) &&
        rule->path == POLICY_PATH_ON_REQUEST)
        over = make_warning(search, origin, false,
                            "its pins are of authorities, which only a path shows, so that a "
                            "question without a path is refused: set path = always (pinset)");
    return over;
}

/*
 * Warns that pins expire soon. If memory for the date runs out, the warning is given without the
 * date.
 */
static bool warn_of_expiry(struct warning_search *search, const struct policy_pinset *pinset)
{
    struct memory_text out = {0};
    char *text = NULL;
    bool over;

    memory_text_append(&out, "its pins expire after ");
    policy_moment_print(&out, pinset->until, true);
    memory_text_append(&out, " (UTC): renew them");
    if (memory_text_finish(&out, &text, NULL))
        return make_warning(search, &pinset->origin, true, "its pins expire soon: renew them");
    over = make_warning(search, &pinset->origin, true, text);
    free(text);
    return over;
}

static bool search_pinset(struct warning_search *search, const struct policy_pinset *pinset,
                          int64_t now)
{
    switch (policy_pinset_phase(pinset, now)) {
    case POLICY_PINSET_EXPIRED:
        return make_warning(search, &pinset->origin, true, expired_text[pinset->on_expiry]);
    case POLICY_PINSET_WARNED:
        return warn_of_expiry(search, pinset);
    default:
        return false;
    }
}

/*
 * Warns of a trust section with the laxest profile and without permitted names: any name is only as
 * safe as the weakest authority that may issue for it.
 */
static bool search_trust(struct warning_search *search, const struct policy_trust *trust)
{
    if (!trust->has_certificates || trust->certificates != POLICY_CERTIFICATES_COMPATIBLE ||
        trust->permitted_dns.n_texts + trust->permitted_ip.n_networks > 0)
        return false;
    return make_warning(search, &trust->origin, false,
                        "its authorities may issue for any name by the laxest profile: give it "
                        "permitted-dns or permitted-ip (certificates = compatible)");
}

/* Searches for sockets to which no section `client` refers. */
static bool search_listens(struct warning_search *search)
{
    const struct policy *policy = search->policy;
    bool over = false;

    for (size_t i = 0; !over && i < policy->n_listens; i++)
        over = !policy->listens[i].is_named &&
               make_warning(search, &policy->listens[i].origin, false,
                            "no section client names it, so its clients have the policy of their "
                            "user (listen)");
    return over;
}

/* Searches for pinsets and trust sections that no other section refers to. */
static bool search_unnamed(struct warning_search *search)
{
    const struct policy *policy = search->policy;
    bool over = false;

    for (size_t i = 0; !over && i < policy->n_pinsets; i++)
        over = !policy->pinsets[i].is_named &&
               make_warning(search, &policy->pinsets[i].origin, false,
                            "no domain refers to it, so its pins have no effect (pinset)");
    for (size_t i = 0; !over && i < policy->n_trusts; i++)
        over = search_trust(search, &policy->trusts[i]);
    for (size_t i = 0; !over && i < policy->n_trusts; i++)
        over = !policy->trusts[i].is_named && !policy->trusts[i].is_system &&
               make_warning(search, &policy->trusts[i].origin, false,
                            "no section refers to it, so no path ends at its anchors (trust)");
    return over;
}

static bool search_section(struct warning_search *search, const struct policy_origin *origin,
                           const struct policy_settings *settings, const struct policy_rule *rule)
{
    return search_settings(search, origin, settings) ||
           search_conflicts(search, origin, settings, rule);
}

static bool search_policy(struct warning_search *search, int64_t now)
{
    static const struct policy_subject no_subject = {.type = POLICY_SUBJECT_NONE};
    const struct policy *policy = search->policy;
    bool over = policy->emptiness.file &&
                make_warning(search, &policy->emptiness, false,
                             "it has no section, so the built-in policy holds");

    over = over || search_unnamed(search) || search_listens(search) ||
           search_section(search, &policy->defaults.origin, &policy->default_settings,
                          &policy->defaults);
    for (size_t i = 0; !over && i < policy->n_pinsets; i++)
        over = search_pinset(search, &policy->pinsets[i], now);
    for (size_t i = 0; !over && i < policy->n_domains; i++)
        over = search_section(search, &policy->domains[i].rule.origin, &policy->domains[i].settings,
                              &policy->domains[i].rule);
    for (size_t i = 0; !over && i < policy->n_client_sections; i++) {
        const struct policy_client_section *section = &policy->client_sections[i];
        struct policy_rule rule;

        policy_rule_for(policy, &no_subject, (uint32_t)i + 1, &rule);
        over = search_section(search, &section->origin, &section->settings, &rule);
    }
    return over;
}

bool policy_warning(const struct policy *policy, int64_t now, size_t index,
                    struct policy_warning *warning)
{
    struct warning_search search = {.policy = policy, .left = index, .warning = warning};

    return search_policy(&search, now) && search.found;
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
