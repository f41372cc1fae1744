/* SPDX-License-Identifier: MIT */
#include "tests/unit/policy/policy_fixture.h"

#include <arpa/inet.h>
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct suffix_list *suffixes;

static void suffixes_open(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
}

static void suffixes_close(void)
{
    suffixes = suffix_list_close(suffixes);
}

struct policy *accept_bytes(const char *text, size_t len)
{
    struct policy *policy = NULL;
    struct policy_error error = {.line = 0};
    int r = policy_parse(&policy, "test.conf", text, len, suffixes, &error);

    ck_assert_msg(r == 0, "%s:%u: %s\nin: %.*s", error.file, error.line, error.message, (int)len,
                  text);
    ck_assert_ptr_nonnull(policy);
    return policy;
}

struct policy *accept_text(const char *text)
{
    return accept_bytes(text, strlen(text));
}

void refuse_bytes(const struct refusal_row *row, size_t len)
{
    struct policy *policy = NULL;
    struct policy_error error = {.line = UINT_MAX};
    int r = policy_parse(&policy, "test.conf", row->text, len, suffixes, &error);

    ck_assert_msg(r == 1, "%s: %d", row->intent, r);
    ck_assert_msg(!policy, "%s: there is a policy", row->intent);
    ck_assert_str_eq(error.file, "test.conf");
    ck_assert_msg(strstr(error.message, row->fragment), "%s: %s", row->intent, error.message);
    ck_assert_msg(error.line == row->line, "%s: line %u: %s", row->intent, error.line,
                  error.message);
}

void refuse_rows(const struct refusal_row *rows, size_t n_rows)
{
    for (size_t i = 0; i < n_rows; i++)
        refuse_bytes(&rows[i], strlen(rows[i].text));
}

char *print_text(const struct policy *policy)
{
    char *text = NULL;
    size_t len = 0;

    ck_assert_int_eq(policy_print(policy, &text, &len), 0);
    ck_assert_uint_eq(strlen(text), len);
    return text;
}

char *text_repeat(const char *head, const char *before, const char *after, size_t n,
                  const char *tail)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(out);
    fputs(head, out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s%zu%s", before, i, after);
    fputs(tail, out);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

char *text_fill(const char *head, char fill, size_t len)
{
    char *text = malloc(len + 1);

    ck_assert_ptr_nonnull(text);
    memset(text, fill, len);
    memcpy(text, head, strlen(head));
    text[len] = '\0';
    return text;
}

static const struct policy_rule *rule_get(const struct policy *policy,
                                          const struct policy_subject *subject)
{
    static struct policy_rule rules[8];
    static size_t next;
    struct policy_rule *rule = &rules[next++ % ROWS(rules)];

    policy_rule_for(policy, subject, POLICY_CLASS_NONE, rule);
    return rule;
}

const struct policy_rule *rule_at(const struct policy *policy, const char *name, size_t len)
{
    const struct policy_subject subject = {.type = POLICY_SUBJECT_NAME, .name = name, .len = len};

    return rule_get(policy, &subject);
}

const struct policy_rule *rule_of(const struct policy *policy, const char *name)
{
    return rule_at(policy, name, strlen(name));
}

const struct policy_rule *rule_default(const struct policy *policy)
{
    return rule_get(policy, &(const struct policy_subject){.type = POLICY_SUBJECT_NONE});
}

const struct policy_subject *subject_make(struct subject *subject, const char *text)
{
    *subject = (struct subject){.subject = {.name = text, .len = strlen(text)}};
    subject->subject.address = subject->address;
    if (inet_pton(AF_INET, text, subject->address) == 1)
        subject->subject.address_len = 4;
    else if (inet_pton(AF_INET6, text, subject->address) == 1)
        subject->subject.address_len = 16;
    if (subject->subject.address_len > 0)
        subject->subject.type = POLICY_SUBJECT_IP;
    else if (text[0] != '\0')
        subject->subject.type = POLICY_SUBJECT_NAME;
    return &subject->subject;
}

struct policy_rule rule_for(const struct policy *policy, const char *text, uint32_t client_class)
{
    struct policy_rule rule;
    struct subject subject;

    memset(&rule, 0xaa, sizeof(rule));
    policy_rule_for(policy, subject_make(&subject, text), client_class, &rule);
    return rule;
}

void rules_expect(const char *intent, const struct rules *rules, const struct rules *expected)
{
    ck_assert_msg(rules->set == expected->set, "%s: set %d", intent, (int)rules->set);
    ck_assert_msg(rules->common_name == expected->common_name, "%s: common name %d", intent,
                  (int)rules->common_name);
    ck_assert_msg(rules->wildcards == expected->wildcards, "%s: wildcards %d", intent,
                  (int)rules->wildcards);
    ck_assert_msg(rules->public_suffix == expected->public_suffix, "%s: public suffixes %d", intent,
                  (int)rules->public_suffix);
}

static void checks_compare(const char *intent, const struct policy_checks *one,
                           const struct policy_checks *other)
{
    ck_assert_msg(one->certificates == other->certificates, "%s: certificates", intent);
    ck_assert_msg(one->anchors == other->anchors, "%s: anchors", intent);
    ck_assert_msg(one->revocation == other->revocation, "%s: revocation", intent);
    ck_assert_msg(one->trusts == other->trusts, "%s: trusts", intent);
    ck_assert_msg(one->max_depth == other->max_depth, "%s: depth", intent);
    ck_assert_msg(one->clock_skew_s == other->clock_skew_s, "%s: clock skew", intent);
    ck_assert_msg(one->ocsp_max_age_s == other->ocsp_max_age_s, "%s: age", intent);
}

void checks_expect(const char *intent, const struct policy_rule *rule,
                   const struct policy_rule *expected)
{
    ck_assert_msg(rule->path == expected->path, "%s: path", intent);
    checks_compare(intent, &rule->checks, &expected->checks);
    ck_assert_msg(rule->has_checks_report == expected->has_checks_report, "%s: report", intent);
    checks_compare(intent, &rule->checks_report, &expected->checks_report);
    ck_assert_msg(rule->request_time == expected->request_time, "%s: time", intent);
    ck_assert_msg(rule->request_anchors == expected->request_anchors, "%s: anchors", intent);
}

static enum rule_common_name common_name_settled(const struct rules *rules)
{
    if (rules->set == RULES_RFC9525 && rules->common_name == RULE_COMMON_NAME_AS_SET)
        return RULE_COMMON_NAME_NO;
    return rules->common_name;
}

static bool rules_alike(const struct rules *one, const struct rules *other)
{
    return one->set == other->set && one->wildcards == other->wildcards &&
           one->public_suffix == other->public_suffix &&
           common_name_settled(one) == common_name_settled(other);
}

void rule_compare(const struct policy_rule *one, const struct policy_rule *other,
                  const char *intent)
{
    ck_assert_msg(rules_alike(&one->rules, &other->rules), "rules: %s", intent);
    ck_assert_msg(one->has_report == other->has_report, "has a report: %s", intent);
    ck_assert_msg(rules_alike(&one->report, &other->report), "report: %s", intent);
    checks_expect(intent, one, other);
    ck_assert_msg(!one->pinset == !other->pinset, "pinset: %s", intent);
    if (one->pinset)
        ck_assert_str_eq(one->pinset->name, other->pinset->name);
}

unsigned random_next(unsigned *state, unsigned n)
{
    *state = *state * 1103515245u + 12345u;
    return (*state >> 16) % n;
}

int policy_suite_run(const char *name, const TTest *const *tests, size_t n_tests)
{
    Suite *suite = suite_create(name);
    SRunner *runner = srunner_create(suite);
    int n_failed;

    for (size_t i = 0; i < n_tests; i++) {
        TCase *tcase = tcase_create(tests[i]->name);

        tcase_add_checked_fixture(tcase, suffixes_open, suffixes_close);
        tcase_set_timeout(tcase, 120);
        tcase_add_test(tcase, tests[i]);
        suite_add_tcase(suite, tcase);
    }
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

long policy_patience(void)
{
    const char *multiplier = getenv("CK_TIMEOUT_MULTIPLIER");
    long factor = multiplier ? strtol(multiplier, NULL, 10) : 1;

    return 2 * (factor > 0 ? factor : 1);
}
