/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "daemon/policy/choice.h"
#include "daemon/policy/moment.h"
#include "daemon/policy/table.h"

static const char expired_closed[] =
    "its pins have expired, and nobody is accepted until they are renewed";

static const char *const expired_text[] = {
    [POLICY_ON_EXPIRY_CLOSED] = expired_closed,
    [POLICY_ON_EXPIRY_REPORT] = "its pins have expired, and are only reported",
    [POLICY_ON_EXPIRY_OPEN] = "its pins have expired, and are not looked at any more",
};

/* A walk over everything worth a remark, until the one that is asked for. */
struct search {
    const struct policy *policy;
    size_t left; /* to be passed over */
    struct policy_remark *remark;
    bool found;
};

/* What loosens, said of a section. The numbers of words go from the strictest on. */
static const struct {
    enum draft_key key;
    unsigned from; /* this word and those after it */
    const char *text;
} loosenings[] = {
    {DRAFT_COMMON_NAME, RULE_COMMON_NAME_YES, "takes the common name for a host name"},
    {DRAFT_CERTIFICATES, POLICY_CERTIFICATES_RFC5280,
     "holds certificates to RFC 5280 alone (certificates = rfc5280)"},
    {DRAFT_REVOCATION, POLICY_REVOCATION_OFF, "does not look at revocation (revocation = off)"},
    {DRAFT_REQUEST_TIME, 1, "lets a request choose the time (request-time = yes)"},
    {DRAFT_REQUEST_ANCHORS, POLICY_REQUEST_ANCHORS_REPLACE,
     "lets a request bring its own trust anchors (request-anchors)"},
};

/* Returns whether the search is over. */
static bool remark_make(struct search *search, const struct policy_origin *origin, bool of_time,
                        const char *text)
{
    if (search->left > 0) {
        search->left--;
        return false;
    }
    search->remark->origin = origin;
    search->remark->of_time = of_time;
    snprintf(search->remark->text, sizeof(search->remark->text), "%s", text);
    search->found = true;
    return true;
}

/* Only what the section itself says: what it inherits is said once, of `defaults`. */
static bool settings_search(struct search *search, const struct policy_origin *origin,
                            const struct policy_settings *settings)
{
    for (size_t i = 0; i < sizeof(loosenings) / sizeof(loosenings[0]); i++) {
        enum draft_key key = loosenings[i].key;

        if ((settings->named & 1u << key) == 0 || settings->chosen[key] < loosenings[i].from)
            continue;
        if (remark_make(search, origin, false, loosenings[i].text))
            return true;
    }
    if ((settings->named & 1u << DRAFT_RULES) == 0 ||
        settings->chosen[DRAFT_RULES] == RULES_RFC9525)
        return false;
    return remark_make(search, origin, false, "matches names by older rules than rfc9525 (rules)");
}

static bool pinset_search(struct search *search, const struct policy_pinset *pinset, int64_t now)
{
    char text[128] = "its pins expire soon";
    FILE *out;

    switch (policy_pinset_phase(pinset, now)) {
    case POLICY_PINSET_EXPIRED:
        return remark_make(search, &pinset->origin, true, expired_text[pinset->on_expiry]);
    case POLICY_PINSET_WARNED:
        out = fmemopen(text, sizeof(text), "w");
        if (out) {
            fputs("its pins expire after ", out);
            policy_moment_print(out, pinset->until, true);
            fputs(" (UTC): renew them", out);
            fclose(out);
        }
        return remark_make(search, &pinset->origin, true, text);
    default:
        return false;
    }
}

/* What was meant to hold and was forgotten where it should. */
static bool unnamed_search(struct search *search)
{
    const struct policy *policy = search->policy;
    bool over = false;

    for (size_t i = 0; !over && i < policy->n_pinsets; i++)
        over = !policy->pinsets[i].is_named &&
               remark_make(search, &policy->pinsets[i].origin, false,
                           "no domain names it: its pins hold for nobody (pinset)");
    for (size_t i = 0; !over && i < policy->n_trusts; i++)
        over = !policy->trusts[i].is_named && !policy->trusts[i].is_system &&
               remark_make(search, &policy->trusts[i].origin, false,
                           "no section names it: no path ends at its anchors (trust)");
    return over;
}

static bool policy_search(struct search *search, int64_t now)
{
    const struct policy *policy = search->policy;
    bool over = policy->emptiness.file &&
                remark_make(search, &policy->emptiness, false,
                            "there is no section in it: what is built in holds");

    over = over || unnamed_search(search) ||
           settings_search(search, &policy->defaults.origin, &policy->default_settings);
    for (size_t i = 0; !over && i < policy->n_pinsets; i++)
        over = pinset_search(search, &policy->pinsets[i], now);
    for (size_t i = 0; !over && i < policy->n_domains; i++)
        over = settings_search(search, &policy->domains[i].rule.origin,
                               &policy->domains[i].settings);
    for (size_t i = 0; !over && i < policy->n_client_sections; i++)
        over = settings_search(search, &policy->client_sections[i].origin,
                               &policy->client_sections[i].settings);
    return over;
}

bool policy_remark(const struct policy *policy, int64_t now, size_t index,
                   struct policy_remark *remark)
{
    struct search search = {.policy = policy, .left = index, .remark = remark};

    return policy_search(&search, now) && search.found;
}
