/* SPDX-License-Identifier: MIT */

/* Tests what each of the switches that tighten a rule set does to a match. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/identity/match_fixture.h"

/* The setting of one switch, and the result with it. */
static const struct switch_row {
    const char *intent;
    struct rules rules;
    const char *reference;
    enum miss expected;
    struct identity presented[N_PRESENTED];
} switch_rows[] = {
#define NONE   .wildcards = RULE_WILDCARDS_NONE
#define LEFT   .wildcards = RULE_WILDCARDS_LEFT_LABEL
#define ICANN  .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ICANN
#define ALL    .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL
#define CN_NO  .common_name = RULE_COMMON_NAME_NO
#define CN_YES .common_name = RULE_COMMON_NAME_YES
    {"none",
     {.set = RULES_RFC9525, NONE},
     "a.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"none",
     {.set = RULES_OPENSSL, NONE},
     "a.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"none, be it for itself",
     {.set = RULES_OPENSSL, NONE},
     "*.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"none, and another matches",
     {.set = RULES_OPENSSL, NONE},
     "a.example.com",
     MISS_NONE,
     {DNS("*.example.com"), DNS("a.example.com")}},
    {"a value that is none",
     {.set = RULES_OPENSSL, .wildcards = (enum rule_wildcards)9},
     "a.example.com",
     MISS_WILDCARD_OFF,
     {DNS("*.example.com")}},
    {"left", {.set = RULES_RFC9525, LEFT}, "a.example.com", MISS_NONE, {DNS("*.example.com")}},
    {"left", {.set = RULES_PYTHON_3_5, LEFT}, "localhost", MISS_NONE, {DNS("*")}},
    {"left, and the last byte is another",
     {.set = RULES_OPENSSL, LEFT},
     "*.example.*",
     MISS_WILDCARD_PLACE,
     {DNS("*.example.*")}},
    {"left, and a star behind the name",
     {.set = RULES_RFC9525, LEFT},
     "a.example.com",
     MISS_NONE,
     {{IDENTITY_DNS, (const uint8_t *)"*.example.com*", 13}}},
    {"left, partial",
     {.set = RULES_PYTHON_3_5, LEFT},
     "www.example.com",
     MISS_WILDCARD_PLACE,
     {DNS("w*w.example.com")}},
    {"left, partial",
     {.set = RULES_OPENSSL, LEFT},
     "www.example.com",
     MISS_WILDCARD_PLACE,
     {DNS("*w.example.com")}},
    {"left, and one more for itself",
     {.set = RULES_PYTHON_3_5, LEFT},
     "a.*.com",
     MISS_WILDCARD_PLACE,
     {DNS("*.*.com")}},
    {"left, the common name",
     {.set = RULES_OPENSSL, LEFT},
     "www.example.com",
     MISS_WILDCARD_PLACE,
     {CN("w*.example.com")}},
    {"a fault stays one",
     {.set = RULES_PYTHON_3_5, NONE},
     "a.example.com",
     MISS_WILDCARD_SEVERAL,
     {DNS("**.example.com"), DNS("a.example.com")}},
    {"no list asked", {.set = RULES_OPENSSL}, "a.co.uk", MISS_NONE, {DNS("*.co.uk")}},
    {"ICANN",
     {.set = RULES_OPENSSL, ICANN},
     "a.co.uk",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.co.uk")}},
    {"ICANN, capitals, the dot",
     {.set = RULES_PYTHON_3_5, ICANN},
     "A.CO.UK.",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.Co.Uk.")}},
    {"ICANN, a company's",
     {.set = RULES_OPENSSL, ICANN},
     "a.github.io",
     MISS_NONE,
     {DNS("*.github.io")}},
    {"ICANN, a company's", {.set = RULES_RFC9525}, "a.github.io", MISS_NONE, {DNS("*.github.io")}},
    {"all",
     {.set = RULES_OPENSSL, ALL},
     "a.github.io",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.github.io")}},
    {"all",
     {.set = RULES_RFC9525, ALL},
     "a.github.io",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.github.io")}},
    {"a value that is none",
     {.set = RULES_RFC9525, .public_suffix = (enum rule_public_suffix)9},
     "a.github.io",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.github.io")}},
    {"all, partial",
     {.set = RULES_PYTHON_3_5, ALL},
     "ab.com",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("a*.com")}},
    {"all, in U-labels",
     {.set = RULES_PYTHON_3_5, ALL},
     "a.\u0440\u0444",
     MISS_WILDCARD_PUBLIC_SUFFIX,
     {DNS("*.\u0440\u0444")}},
    {"all, no star", {.set = RULES_OPENSSL, ALL}, "github.io", MISS_NONE, {DNS("github.io")}},
    {"off", {.set = RULES_PYTHON_3_5, CN_NO}, "a.example.com", MISS_CN_OFF, {CN("a.example.com")}},
    {"off, for an address",
     {.set = RULES_PYTHON_3_5, CN_NO},
     "192.0.2.1",
     MISS_CN_OFF,
     {CN("192.0.2.1")}},
    {"off", {.set = RULES_OPENSSL, CN_NO}, "a.example.com", MISS_CN_OFF, {CN("a.example.com")}},
    {"a value that is none",
     {.set = RULES_OPENSSL, .common_name = (enum rule_common_name)9},
     "a.example.com",
     MISS_CN_OFF,
     {CN("a.example.com")}},
    {"on, as ever",
     {.set = RULES_OPENSSL, CN_YES},
     "a.example.com",
     MISS_NONE,
     {CN("a.example.com")}},
    {"on, no more than as ever",
     {.set = RULES_OPENSSL, CN_YES},
     "192.0.2.1",
     MISS_CN_FOR_ADDRESS,
     {CN("192.0.2.1")}},
    {"unset", {.set = RULES_RFC9525}, "a.example.com", MISS_CN_OFF, {CN("a.example.com")}},
};

START_TEST(switches)
{
    const struct switch_row *row = &switch_rows[_i];
    struct reference reference;
    struct match_result result;

    match_ask(&row->rules, row->presented, row->reference, strlen(row->reference), &reference,
              &result);
    ck_assert_int_ne(reference.type, IDENTITY_NONE);
    ck_assert_msg((result.match == MATCH_FOUND) == (row->expected == MISS_NONE), "%s: %s",
                  row->intent, row->reference);
    ck_assert_msg(result.why == row->expected, "%s for %s: %s", row->intent, row->reference,
                  miss_name(result.why));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-switches");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, match_open_suffixes, match_close_suffixes);
    tcase_add_loop_test(rows, switches, 0, N_ROWS(switch_rows));
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
