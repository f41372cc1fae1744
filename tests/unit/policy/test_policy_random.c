/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "daemon/policy/schema.h"
#include "tests/unit/policy/policy_fixture.h"

/* Tests random configurations with every kind of section and key. */

#define WORDS_COUNT 6

/* The values that are chosen for each key. A key without a row here is left out. */
static const struct {
    enum policy_key key;
    const char *words[WORDS_COUNT];
} values[] = {
    {POLICY_KEY_SUBDOMAINS, {"none", "one", "'all'", "all"}},
    {POLICY_KEY_RULES, {"rfc9525", "python-3.7", "\"python-3.5\"", "openssl"}},
    {POLICY_KEY_COMMON_NAME, {"no", "yes", "'report'"}},
    {POLICY_KEY_WILDCARDS, {"none", "left-label"}},
    {POLICY_KEY_PUBLIC_SUFFIX_WILDCARDS, {"refuse-icann", "refuse-all"}},
    {POLICY_KEY_PINSET_NAME, {"s0", "'s1'"}},
    {POLICY_KEY_UID, {"7", "{ root, 8 }", "{ 8, 7 }"}},
    {POLICY_KEY_GID, {"7", "{ \"root\" }", "{ 9, 7 }"}},
    {POLICY_KEY_PATH, {"always", "report", "on-request"}},
    {POLICY_KEY_TRUST_NAMES, {"s0", "{ s1, system }", "{ system, s0, s1 }", "system"}},
    /* Report keys only have values that are never enforced. */
    {POLICY_KEY_TRUST_NAMES_REPORT, {"s1", "{ s0, s1 }", "{ system, s0 }"}},
    {POLICY_KEY_CERTIFICATES, {"webpki", "rfc5280"}},
    {POLICY_KEY_ANCHORS, {"profile", "as-is"}},
    {POLICY_KEY_REVOCATION, {"required", "if-known", "off"}},
    {POLICY_KEY_MAX_DEPTH, {"none", "0", "3", "16"}},
    {POLICY_KEY_MAX_DEPTH_REPORT, {"1", "2"}},
    {POLICY_KEY_REQUEST_TIME, {"no", "yes"}},
    {POLICY_KEY_REQUEST_ANCHORS, {"no", "add", "replace"}},
    {POLICY_KEY_FILE, {"/a.pem", "{ /b.pem, '/c\"d.pem' }"}},
    {POLICY_KEY_DIRECTORY, {"\"/e f\"", "{ /g }"}},
    {POLICY_KEY_CRLS, {"/h", "{ /i, /j }"}},
    {POLICY_KEY_PERMITTED_DNS, {"corp", "{ Z.example., a.example }"}},
    {POLICY_KEY_EXCLUDED_DNS, {"b\xc3\xbcro.example"}},
    {POLICY_KEY_PERMITTED_IP, {"192.0.2.1", "{ \"2001:DB8::/32\", \"10.0.0.0/8\" }"}},
    {POLICY_KEY_EXCLUDED_IP, {"\"0.0.0.0/0\""}},
    {POLICY_KEY_DISTRUST_AFTER, {"\"2027-06-30\"", "\"2027-06-30T12:00:00+02:00\""}},
    {POLICY_KEY_MAX_LIFETIME_DAYS, {"1", "398"}},
    {POLICY_KEY_MODE, {"enforce", "report"}},
    {POLICY_KEY_SCOPE, {"leaf", "issuer", "anchor", "any"}},
    {POLICY_KEY_BAD_SPKI, {"\"" PIN_C "\"", "{ \"" PIN_D "\", \"" PIN_C "\" }"}},
    {POLICY_KEY_NOT_BEFORE, {"1970-01-01", "\"2027-01-01T00:00:01Z\""}},
    {POLICY_KEY_LOCAL_ANCHORS, {"apply", "override"}},
    {POLICY_KEY_NAMES, {"zip", "{ a.example, 10.1.2.3, \"::/0\" }"}},
    {POLICY_KEY_DENIED_SPKI, {"\"" PIN_A "\"", "{ \"" PIN_D "\", \"" PIN_C "\" }"}},
    {POLICY_KEY_ISSUER_SPKI, {"\"" PIN_B "\""}},
    {POLICY_KEY_CONNECTIONS, {"16", "65536"}},
    {POLICY_KEY_CONNECTIONS_PER_UID, {"1", "77"}},
    {POLICY_KEY_IN_FLIGHT_PER_CONNECTION, {"1", "1024"}},
    {POLICY_KEY_IN_FLIGHT_PER_UID, {"9"}},
    {POLICY_KEY_QUEUE_TIME, {"1000ms", "7s"}},
    {POLICY_KEY_FRAME_TIME, {"60s", "1min"}},
    {POLICY_KEY_UNREAD_OUTPUT, {"64K", "65537"}},
    {POLICY_KEY_UNREAD_TIME, {"60min"}},
    {POLICY_KEY_IDLE_TIME, {"0", "24h", "90s"}},
    {POLICY_KEY_CPU_PER_UID, {"0", "1ms"}},
    {POLICY_KEY_CPU_BURST, {"3s"}},
    {POLICY_KEY_CACHE, {"0", "1024K"}},
    {POLICY_KEY_SHARED_CACHE, {"yes", "no"}},
    {POLICY_KEY_WORKERS, {"0", "2"}},
    {POLICY_KEY_RECORD_FILE, {"/r", "'/s\"t'"}},
    {POLICY_KEY_SAMPLE, {"1", "1000000"}},
    {POLICY_KEY_MAX_BYTES, {"64K", "1G"}},
    {POLICY_KEY_SOCKET, {"/m"}},
    {POLICY_KEY_LISTEN_MODE, {"0600", "666"}},
};

/*
 * The text that a section of this kind needs in any case, and the key that is therefore not chosen
 * at random.
 */
static const struct {
    const char *text;
    enum policy_key key; /* POLICY_KEYS_COUNT: no key */
} needs[POLICY_SECTION_KINDS_COUNT] = {
    [POLICY_SECTION_DEFAULTS] = {"", POLICY_KEYS_COUNT},
    [POLICY_SECTION_TRUST] = {"file = /n.pem", POLICY_KEY_FILE},
    [POLICY_SECTION_PINSET] = {"spki-sha256 = { \"" PIN_B "\", \"" PIN_A "\" }", POLICY_KEYS_COUNT},
    [POLICY_SECTION_DENY] = {"names = { z.example, b.example }", POLICY_KEY_NAMES},
    [POLICY_SECTION_DOMAIN] = {"", POLICY_KEYS_COUNT},
    [POLICY_SECTION_CLIENT] = {"uid = { 5, 6 }", POLICY_KEY_UID},
    [POLICY_SECTION_LIMITS] = {"", POLICY_KEYS_COUNT},
    [POLICY_SECTION_RECORD] = {"file = /r", POLICY_KEY_RECORD_FILE},
    [POLICY_SECTION_METRICS] = {"socket = /m", POLICY_KEY_SOCKET},
    [POLICY_SECTION_LISTEN] = {"path = /l", POLICY_KEY_LISTEN_PATH},
};

/* Further texts for a section, for keys that only go together. */
static const struct {
    enum policy_section_kind kind;
    const char *words[WORDS_COUNT];
} extras[] = {
    {POLICY_SECTION_PINSET,
     {"expires = \"2027-06-30\"", "expires = \"2028-02-29T00:00:00Z\" on-expiry = open",
      "expires = \"2027-06-30\" on-expiry = report warn-days = 0", "", ""}},
    {POLICY_SECTION_DENY, {"issuer-sha256 = \"" PIN_B "\" serials = { 0a, \"1:02\" }", "", ""}},
    {POLICY_SECTION_DEFAULTS, {"", ""}},
};

static const char *const titles[] = {"s0", "S1.example", "10.0.0.0/8", "b\xc3\xbcro.example",
                                     "2001:db8::1"};

static unsigned words_count(const char *const *words)
{
    unsigned n = 0;

    while (n < WORDS_COUNT && words[n])
        n++;
    return n;
}

static void keys_write(FILE *out, unsigned *state, enum policy_section_kind kind, bool is_network)
{
    unsigned start = random_next(state, ROWS(values));

    for (size_t i = 0; i < ROWS(values); i++) {
        size_t at = (start + i) % ROWS(values);
        enum policy_key key = values[at].key;
        unsigned word = random_next(state, words_count(values[at].words));

        if (!policy_key_stands_in(key, kind) || key == needs[kind].key ||
            (is_network && key == POLICY_KEY_SUBDOMAINS) || random_next(state, 3) > 0)
            continue;
        fprintf(out, " %s = %s\n", policy_key_schemas[key].name, values[at].words[word]);
    }
    for (size_t i = 0; i < ROWS(extras); i++)
        if (extras[i].kind == kind)
            fprintf(out, " %s\n",
                    extras[i].words[random_next(state, words_count(extras[i].words))]);
}

static void section_write(FILE *out, unsigned *state, enum policy_section_kind kind, unsigned index)
{
    char title[64] = "";
    bool is_network = false;

    if (kind == POLICY_SECTION_DOMAIN) {
        snprintf(title, sizeof(title), "\"%s%s\"", index == 0 ? "d." : "", titles[index]);
        is_network = index == 2 || index == 4;
        if (index == 0)
            snprintf(title, sizeof(title), "d.example");
    } else if (policy_section_schemas[kind].has_title) {
        snprintf(title, sizeof(title), "s%u", index);
    }
    fprintf(out, "%s %s {%s\n", policy_section_schemas[kind].name, title, needs[kind].text);
    keys_write(out, state, kind, is_network);
    fputs("}\n", out);
}

/* If steps of this size are taken as often as there are kinds, each kind is reached once. */
#define STEP 3
_Static_assert(POLICY_SECTION_KINDS_COUNT % STEP != 0,
               "the step has no factor in common with the kinds");

/*
 * Writes random sections of every kind in any order. The trust sections s0 and s1 and the pinsets
 * s0 and s1 always exist.
 */
static char *random_text(unsigned *state)
{
    static const unsigned counts[POLICY_SECTION_KINDS_COUNT] = {1, 3, 3, 2, 5, 3, 1, 1, 1, 1};
    unsigned start = random_next(state, POLICY_SECTION_KINDS_COUNT);
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    for (unsigned i = 0; i < POLICY_SECTION_KINDS_COUNT; i++) {
        enum policy_section_kind kind = (enum policy_section_kind)((start + STEP * i) %
                                                                   POLICY_SECTION_KINDS_COUNT);
        unsigned first = random_next(state, counts[kind]);

        for (unsigned j = 0; j < counts[kind]; j++) {
            unsigned index = (first + j) % counts[kind];
            bool is_needed = (kind == POLICY_SECTION_TRUST || kind == POLICY_SECTION_PINSET) &&
                             index < 2;

            if (is_needed || random_next(state, 3) > 0)
                section_write(out, state, kind, index);
        }
    }
    if (random_next(state, 2) == 0) {
        fputs("client unidentified {\n", out);
        keys_write(out, state, POLICY_SECTION_DEFAULTS, false);
        fputs("}\n", out);
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

static const char *const subjects[] = {
    "",
    "other.example",
    "d.example",
    "x.d.example",
    "y.x.d.example",
    "s1.example",
    "a.xn--bro-hoa.example",
    "10.1.2.3",
    "192.0.2.1",
    "2001:db8::1",
    "x.s1.example",
};

/* Asserts that two policies have the same rule for every subject and every class of clients. */
static void rules_compare(const struct policy *one, const struct policy *other)
{
    static const uint32_t classes[] = {0, 1, 2, 3, POLICY_CLASS_UNIDENTIFIED};

    for (size_t i = 0; i < ROWS(subjects); i++) {
        for (size_t j = 0; j < ROWS(classes); j++) {
            struct policy_rule rule = rule_for(one, subjects[i], classes[j]);
            struct policy_rule same = rule_for(other, subjects[i], classes[j]);

            rule_compare(&rule, &same, subjects[i]);
        }
    }
}

/*
 * The printed text, whose digest is in every verdict, is parsed to a policy that answers every
 * question alike and prints to the same bytes.
 */
START_TEST(test_round_trip)
{
    unsigned state = 1;

    for (unsigned i = 0; i < 1000; i++) {
        char *text = random_text(&state);
        struct policy *policy = accept_text(text);
        char *printed = print_text(policy);
        struct policy *again = accept_text(printed);
        char *printed_again = print_text(again);

        ck_assert_str_eq(printed, printed_again);
        rules_compare(policy, again);
        policy_free(policy);
        policy_free(again);
        free(printed_again);
        free(printed);
        free(text);
    }
}
END_TEST

static bool is_stricter(const struct policy_rule *rule, const struct policy_rule *than)
{
    return rule->path <= than->path && rule->checks.certificates <= than->checks.certificates &&
           rule->checks.anchors <= than->checks.anchors &&
           rule->checks.revocation <= than->checks.revocation &&
           (rule->checks.trusts & ~than->checks.trusts) == 0 &&
           rule->request_time <= than->request_time &&
           rule->request_anchors <= than->request_anchors && rule->pinset == than->pinset &&
           rule->checks.clock_skew_s <= than->checks.clock_skew_s &&
           rule->checks.ocsp_max_age_s <= than->checks.ocsp_max_age_s &&
           (than->checks.max_depth < 0 ||
            (rule->checks.max_depth >= 0 && rule->checks.max_depth <= than->checks.max_depth)) &&
           (rule->rules.set == than->rules.set || rule->rules.set == RULES_RFC9525);
}

/* A client that cannot be identified never has a more permissive rule than a client without a
 * section. */
START_TEST(test_unidentified)
{
    unsigned state = 99;

    for (unsigned i = 0; i < 1000; i++) {
        char *text = random_text(&state);
        struct policy *policy = accept_text(text);

        for (size_t j = 0; j < ROWS(subjects); j++) {
            struct policy_rule plain = rule_for(policy, subjects[j], POLICY_CLASS_NONE);
            struct policy_rule rule = rule_for(policy, subjects[j], POLICY_CLASS_UNIDENTIFIED);

            ck_assert_msg(is_stricter(&rule, &plain), "%s: %s", subjects[j], text);
        }
        policy_free(policy);
        free(text);
    }
}
END_TEST

/*
 * A text in which a few bytes were changed is accepted, or refused with a line and a cause. If it
 * is accepted, its printed text is accepted too.
 */
START_TEST(test_mutations)
{
    static const char bytes[] = "{}\"'=#/*\n ,+$\\|a.01:-\001\r\xc3(";
    unsigned state = 7, n_refused = 0;

    for (unsigned i = 0; i < 4000; i++) {
        char *text = random_text(&state);
        struct policy *policy = NULL;
        struct policy_error error = {.line = UINT_MAX};
        unsigned n_lines = 1;
        int r;

        for (unsigned n = random_next(&state, 3) + 1; n > 0; n--)
            text[random_next(&state, (unsigned)strlen(text))] =
                bytes[random_next(&state, sizeof(bytes) - 1)];
        for (const char *c = text; *c != '\0'; c++)
            n_lines += *c == '\n';
        r = policy_parse(&policy, "test.conf", text, strlen(text), suffixes, &error);
        ck_assert_msg(r == 0 || r == 1, "%d", r);
        ck_assert_int_eq(r == 0, policy != NULL);
        if (r == 1) {
            n_refused++;
            ck_assert_msg(error.line >= 1 && error.line <= n_lines && error.message[0] != '\0',
                          "line %u: %s\nin:\n%s", error.line, error.message, text);
        } else {
            char *printed = print_text(policy);

            policy_free(accept_text(printed));
            free(printed);
        }
        policy_free(policy);
        free(text);
    }
    printf("%u of 4000 mutated texts were refused\n", n_refused);
    ck_assert_uint_gt(n_refused, 1000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_round_trip, test_unidentified, test_mutations};

    return policy_suite_run("policy-random", tests, ROWS(tests));
}
