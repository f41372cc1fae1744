/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/* Tests which section `client` applies to a client, and which of its keys hold. */

/* clang-format off */
static const char table_text[] =
    "client a { gid = { 100, 200 } }\n"          /* class 1 */
    "client b { uid = { 10, 20 } gid = 300 }\n"  /* class 2 */
    "client unidentified { }\n"
    "client c { uid = { 20, root } }\n"          /* class 3 */
    "client d { gid = { 200, root } }\n";        /* class 4 */
/* clang-format on */

struct class_row {
    const char *intent;
    uint32_t uid;
    uint32_t gids[3];
    size_t n_gids;
    uint32_t class_number;
};

static const struct class_row class_rows[] = {
    {"nobody's uid and no group", 1, {0}, 0, POLICY_CLASS_NONE},
    {"nobody's uid and group", 1, {1}, 1, POLICY_CLASS_NONE},
    {"a uid", 10, {0}, 0, 2},
    {"a uid goes before a group of an earlier section", 10, {100}, 1, 2},
    {"a uid of two sections: the first", 20, {0}, 0, 2},
    {"a uid by name", 0, {0}, 0, 3},
    {"a uid by name, before its group", 0, {0}, 1, 3},
    {"a group", 1, {100}, 1, 1},
    {"a group of two sections: the first", 1, {200}, 1, 1},
    {"two groups: the first section", 1, {300, 100}, 2, 1},
    {"a group by name", 1, {0}, 1, 4},
    {"the third of its groups", 1, {7, 8, 300}, 3, 2},
    {"a group's number is no uid's", 100, {1}, 1, POLICY_CLASS_NONE},
    {"a uid's number is no group's", 1, {10}, 1, POLICY_CLASS_NONE},
    {"no line is for a uid that cannot be named", 65534, {1}, 1, POLICY_CLASS_NONE},
    {"a group that cannot be named is none", 1, {65534}, 1, POLICY_CLASS_NONE},
};

static bool line_is_of(const struct policy_client *client, uint32_t uid, const uint32_t *gids,
                       size_t n_gids)
{
    for (size_t i = 0; client->is_group && i < n_gids; i++)
        if (gids[i] == client->id)
            return true;
    return !client->is_group && client->id == uid;
}

/*
 * Returns the class of a client as the front finds it: that of the first line of the table that
 * matches.
 */
static uint32_t class_of(const struct policy *policy, uint32_t uid, const uint32_t *gids,
                         size_t n_gids)
{
    size_t n;
    const struct policy_client *clients = policy_clients(policy, &n);

    for (size_t i = 0; i < n; i++)
        if (line_is_of(&clients[i], uid, gids, n_gids))
            return clients[i].class_number;
    return POLICY_CLASS_NONE;
}

START_TEST(test_classes)
{
    struct policy *policy = accept_text(table_text);
    size_t n;
    const struct policy_client *clients = policy_clients(policy, &n);

    ck_assert_uint_eq(n, 9);
    for (size_t i = 1; i < n; i++)
        ck_assert_int_ge(clients[i].is_group, clients[i - 1].is_group);
    ck_assert_str_eq(clients[0].origin->section, "client \"b\"");
    ck_assert_uint_eq(clients[0].origin->line, 2);
    for (size_t i = 0; i < ROWS(class_rows); i++) {
        const struct class_row *row = &class_rows[i];
        uint32_t class_number = class_of(policy, row->uid, row->gids, row->n_gids);

        ck_assert_msg(class_number == row->class_number, "%s: %u", row->intent, class_number);
    }
    policy_free(policy);
}
END_TEST

struct precedence_row {
    const char *intent;
    const char *defaults;
    const char *domain;
    const char *client;
    const char *same; /* keys of a domain section that have the same effect for a client without a
                         section */
};

static const struct precedence_row precedence_rows[] = {
    {"nobody says anything", "", "", "", ""},
    {"the client alone", "", "", "path = always", "path = always"},
    {"before the domain", "", "path = always", "path = report", "path = report"},
    {"before defaults", "path = always", "", "path = on-request", "path = on-request"},
    {"before both", "rules = openssl", "rules = python-3.5", "rules = python-3.7",
     "rules = python-3.7"},
    {"what it does not say the domain says", "path = always", "path = report", "rules = openssl",
     "rules = openssl path = report"},
    {"what neither says defaults say", "path = always max-depth = 3", "revocation = off",
     "rules = openssl", "rules = openssl revocation = off path = always max-depth = 3"},
    {"as if it were built in", "path = always", "path = report", "path = on-request", ""},
    {"times", "clock-skew = 1s ocsp-max-age = 1d", "", "clock-skew = 2s ocsp-max-age = 2d",
     "clock-skew = 2s ocsp-max-age = 2d"},
    {"no bound at all", "max-depth = 2", "max-depth = 1", "max-depth = none", ""},
    {"other trust", "trust = t", "trust = { t, u }", "trust = u", "trust = u"},
    {"what is handed to a request", "", "", "request-time = yes request-anchors = add",
     "request-time = yes request-anchors = add"},
    {"and taken back", "request-time = yes", "request-anchors = replace",
     "request-time = no request-anchors = no", ""},
    {"a report of its own", "rules = openssl", "", "rules-report = rfc9525",
     "rules = openssl rules-report = rfc9525"},
    {"a report of what is enforced there", "rules = openssl", "", "rules-report = openssl",
     "rules = openssl"},
    {"a common name that is reported", "", "common-name = no", "common-name = report",
     "common-name = report"},
    {"reports of what a path is held to", "trust-report = t", "max-depth-report = 1",
     "trust-report = { t, system } max-depth-report = 0",
     "trust-report = { t, system } max-depth-report = 0"},
    {"a report of depth taken back", "max-depth-report = 1", "", "max-depth-report = none", ""},
    {"a report of trust taken back", "", "trust-report = t", "trust-report = system", ""},
    {"reports of wildcards", "wildcards-report = none",
     "public-suffix-wildcards-report = refuse-all",
     "rules = openssl wildcards-report = left-label "
     "public-suffix-wildcards-report = refuse-icann",
     "rules = openssl wildcards-report = left-label "
     "public-suffix-wildcards-report = refuse-icann"},
    {"certificates", "certificates = rfc5280", "anchors = profile",
     "certificates = webpki anchors = as-is revocation = required", "revocation = required"},
    {"wildcards", "wildcards = left-label public-suffix-wildcards = refuse-all", "",
     "wildcards = none public-suffix-wildcards = refuse-icann",
     "wildcards = none public-suffix-wildcards = refuse-icann"},
};

#define TRUSTS "trust t { file = /t } trust u { file = /u } "

static struct policy *domain_make(const char *defaults, const char *domain, const char *client)
{
    char text[1024];

    snprintf(text, sizeof(text),
             BANK_PINS TRUSTS "\ndefaults { %s }\ndomain d.example { subdomains = all exempt = "
                              "x.d.example pinset = bank %s }\n%s",
             defaults, domain, client);
    return accept_text(text);
}

/*
 * A key that the client's section sets replaces the domain's, and a key that the domain's section
 * sets replaces that of `defaults`. The pins and the origin stay those of the domain.
 */
START_TEST(test_precedence)
{
    for (size_t i = 0; i < ROWS(precedence_rows); i++) {
        const struct precedence_row *row = &precedence_rows[i];
        char client[512];
        struct policy *policy, *plain;
        struct policy_rule rule, same;

        snprintf(client, sizeof(client), "client c { uid = 7 %s }", row->client);
        policy = domain_make(row->defaults, row->domain, client);
        plain = domain_make("", row->same, "");
        rule = rule_for(policy, "d.example", 1);
        same = rule_for(plain, "d.example", POLICY_CLASS_NONE);
        rule_compare(&rule, &same, row->intent);
        ck_assert_str_eq(rule.origin.section, "domain \"d.example\"");
        ck_assert_str_eq(rule.client_origin->section, "client \"c\"");
        ck_assert_ptr_nonnull(rule.pinset);

        policy_free(plain);
        plain = domain_make(row->defaults, row->domain, "");
        rule = rule_for(policy, "d.example", POLICY_CLASS_NONE);
        same = rule_for(plain, "d.example", POLICY_CLASS_NONE);
        rule_compare(&rule, &same, row->intent);
        ck_assert_ptr_null(rule.client_origin);
        policy_free(plain);
        policy_free(policy);
    }
}
END_TEST

/*
 * A client's section also applies where `defaults` decides: for other names, and for names that a
 * domain exempts.
 */
START_TEST(test_beside)
{
    struct policy *policy = domain_make("", "path = report", "client c { uid = 7 path = always }");
    static const char *const subjects[] = {"", "other.example", "x.d.example", "192.0.2.1"};

    for (size_t i = 0; i < ROWS(subjects); i++) {
        struct policy_rule rule = rule_for(policy, subjects[i], 1);

        ck_assert_int_eq(rule.path, POLICY_PATH_ALWAYS);
        ck_assert_str_eq(rule.origin.section, "defaults");
        ck_assert_int_eq(rule.exempted_by != NULL, i == 2);
        ck_assert_ptr_nonnull(rule.client_origin);
        ck_assert_ptr_null(rule.pinset);
    }
    policy_free(policy);
}
END_TEST

struct strict_row {
    const char *intent;
    const char *domain;
    const char *unidentified;
    const char *same;
};

static const struct strict_row strict_rows[] = {
    {"no key", "path = report", "", "path = report"},
    {"the section is stricter", "path = report", "path = always", "path = always"},
    {"the section is looser", "path = always", "path = on-request", "path = always"},
    {"stricter rules", "rules = openssl", "rules = rfc9525", "rules = rfc9525"},
    {"looser rules", "rules = rfc9525", "rules = openssl", "rules = rfc9525"},
    {"the same rules", "rules = openssl", "rules = openssl", "rules = openssl"},
    {"neither rules are the stricter", "rules = openssl", "rules = python-3.5", "rules = rfc9525"},
    {"a common name forbidden", "common-name = yes", "common-name = no", "common-name = no"},
    {"a common name allowed", "common-name = no", "common-name = yes", "common-name = no"},
    {"a common name allowed under rfc9525", "", "common-name = yes", "common-name = no"},
    {"a common name forbidden under a peer's rules", "rules = openssl", "common-name = no",
     "rules = openssl common-name = no"},
    {"a common name allowed under a peer's rules", "rules = openssl", "common-name = yes",
     "rules = openssl common-name = yes"},
    {"a common name that is reported", "common-name = yes", "common-name = report",
     "common-name = report"},
    {"a common name that stays reported", "common-name = report", "common-name = yes",
     "common-name = report"},
    {"fewer wildcards", "wildcards = left-label", "wildcards = none", "wildcards = none"},
    {"more wildcards", "wildcards = none", "wildcards = left-label", "wildcards = none"},
    {"wildcards where none were set", "", "wildcards = left-label", "wildcards = left-label"},
    {"fewer suffixes", "public-suffix-wildcards = refuse-icann",
     "public-suffix-wildcards = refuse-all", "public-suffix-wildcards = refuse-all"},
    {"more suffixes", "public-suffix-wildcards = refuse-all",
     "public-suffix-wildcards = refuse-icann", "public-suffix-wildcards = refuse-all"},
    {"suffixes where none were set", "", "public-suffix-wildcards = refuse-icann",
     "public-suffix-wildcards = refuse-icann"},
    {"stricter certificates", "certificates = rfc5280", "certificates = webpki", ""},
    {"looser certificates", "", "certificates = rfc5280", ""},
    {"stricter anchors", "", "anchors = profile", "anchors = profile"},
    {"looser anchors", "anchors = profile", "anchors = as-is", "anchors = profile"},
    {"stricter revocation", "revocation = off", "revocation = required", "revocation = required"},
    {"looser revocation", "revocation = required", "revocation = if-known",
     "revocation = required"},
    {"a shorter path", "max-depth = 3", "max-depth = 2", "max-depth = 2"},
    {"a longer path", "max-depth = 2", "max-depth = 3", "max-depth = 2"},
    {"any path", "max-depth = 2", "max-depth = none", "max-depth = 2"},
    {"a bound where there was none", "", "max-depth = 0", "max-depth = 0"},
    {"a smaller skew", "", "clock-skew = 1s", "clock-skew = 1s"},
    {"a larger skew", "clock-skew = 1s", "clock-skew = 2s", "clock-skew = 1s"},
    {"a smaller age", "", "ocsp-max-age = 1d", "ocsp-max-age = 1d"},
    {"a larger age", "ocsp-max-age = 1d", "ocsp-max-age = 2d", "ocsp-max-age = 1d"},
    {"trust that both have", "trust = { system, t }", "trust = { t, u }", "trust = t"},
    {"the request's time refused", "request-time = yes", "request-time = no", ""},
    {"the request's time allowed", "", "request-time = yes", ""},
    {"the request's anchors refused", "request-anchors = add", "request-anchors = no", ""},
    {"the request's anchors alone", "request-anchors = add", "request-anchors = replace",
     "request-anchors = replace"},
    {"the request's anchors too", "request-anchors = replace", "request-anchors = add",
     "request-anchors = replace"},
    {"the request's anchors allowed", "", "request-anchors = add", ""},
};

/*
 * For a client that cannot be identified, each key has the stricter of the client section's and the
 * domain's values. That also holds for a class that does not exist.
 */
START_TEST(test_unidentified)
{
    for (size_t i = 0; i < ROWS(strict_rows); i++) {
        const struct strict_row *row = &strict_rows[i];
        char client[512];
        struct policy *policy, *plain;
        struct policy_rule rule, same;

        snprintf(client, sizeof(client), "client unidentified { %s }", row->unidentified);
        policy = domain_make("", row->domain, client);
        plain = domain_make("", row->same, "");
        same = rule_for(plain, "d.example", POLICY_CLASS_NONE);
        rule = rule_for(policy, "d.example", POLICY_CLASS_UNIDENTIFIED);
        rule_compare(&rule, &same, row->intent);
        ck_assert_str_eq(rule.client_origin->section, "client \"unidentified\"");
        rule = rule_for(policy, "d.example", 1);
        rule_compare(&rule, &same, row->intent);
        policy_free(plain);
        policy_free(policy);
    }
}
END_TEST

/*
 * If the domain and the section `unidentified` have no trust section in common, none is left.
 * Without a section `unidentified` nothing changes.
 */
START_TEST(test_unidentified_extremes)
{
    struct policy *policy = domain_make("", "trust = t", "client unidentified { trust = u }");
    struct policy_rule rule = rule_for(policy, "d.example", POLICY_CLASS_UNIDENTIFIED);

    ck_assert_uint_eq(rule.checks.trusts, 0);
    policy_free(policy);
    policy = domain_make("", "path = report", "");
    rule = rule_for(policy, "d.example", POLICY_CLASS_UNIDENTIFIED);
    ck_assert_int_eq(rule.path, POLICY_PATH_REPORT);
    ck_assert_ptr_null(rule.client_origin);
    policy_free(policy);
}
END_TEST

static const struct refusal_row refusal_rows[] = {
    {"nobody", "\nclient a { path = always }", 2, "no client belongs to it"},
    {"a uid for the unidentified", "\nclient unidentified { uid = 1 }", 2, "who have no uid here"},
    {"a group for the unidentified", "client unidentified { gid = 1 }", 1, "who have no uid here"},
    {"pins", "client a {\n pinset = bank }", 2, "no such option 'pinset'"},
    {"subdomains", "client a {\n subdomains = all }", 2, "no such option 'subdomains'"},
    {"a client twice", "client a { uid = 1 }\nclient a { uid = 2 }", 2,
     "client \"a\" is already defined in line 1"},
    {"the unidentified twice", "client unidentified { }\nclient unidentified { }", 2,
     "is already defined in line 1"},
    {"no name", "client \"\" { uid = 1 }", 1, "no valid name"},
    {"a report that could never differ",
     "client a { uid = 1 rules = openssl common-name = no\n rules-report = openssl }", 2,
     "could never differ"},
};

START_TEST(test_refused)
{
    char *many = text_repeat("client a { uid = {", "1", ",\n", POLICY_VALUES_COUNT + 1, "1 } }");
    struct refusal_row row = {"too many of them", many, POLICY_VALUES_COUNT + 1,
                              "uid has at most 1024 values"};

    refuse_rows(refusal_rows, ROWS(refusal_rows));
    refuse_bytes(&row, strlen(many));
    free(many);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_classes, test_precedence, test_beside, test_unidentified, test_unidentified_extremes,
        test_refused,
    };

    return policy_suite_run("policy-clients", tests, ROWS(tests));
}
