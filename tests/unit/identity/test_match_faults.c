/* SPDX-License-Identifier: MIT */

/* Tests matching without a public suffix list, and matching while every library function fails. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/match.h"
#include "tests/unit/identity/library_fixture.h"

static int parse(struct reference *reference, enum reference_kind kind, const char *text)
{
    return reference_parse(reference, kind, RULES_RFC9525, (const uint8_t *)text, strlen(text));
}

/* Without a list every name counts as a public suffix, so no wildcard matches. */
START_TEST(no_list_to_ask)
{
    static const struct identity star = {IDENTITY_DNS, (const uint8_t *)"*.example.com", 13};
    struct match_rules rules = {.suffixes = NULL};
    struct reference reference;
    struct match_result result;

    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "a.example.com"), 0);
    match_all(&rules, &reference, &star, 1, &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    ck_assert_int_eq(result.why, MISS_WILDCARD_PUBLIC_SUFFIX);
}
END_TEST

/*
 * Comparing names that have no star, and explaining a mismatch, allocate nothing and call no
 * library.
 */
START_TEST(a_match_calls_nobody)
{
    static const struct identity presented[] = {
        {IDENTITY_DNS, (const uint8_t *)"b\xc3\xbc.example", 11},
        {IDENTITY_DNS, (const uint8_t *)"xn--tda.example.com", 19},
        {IDENTITY_SMTP_UTF8, (const uint8_t *)"\xc3\xbc@b\xc3\xbc.example", 14},
        {IDENTITY_EMAIL, (const uint8_t *)"a@xn--tda.example", 17},
        {IDENTITY_URI, (const uint8_t *)"https://example.com", 19},
        {IDENTITY_SRV, (const uint8_t *)"_imap.example.com", 17},
        {IDENTITY_DNS, (const uint8_t *)"a.example.com", 13},
    };
    static const struct {
        enum reference_kind kind;
        const char *text;
    } asked[] = {
        {REFERENCE_HOST, "a.example.com"},
        {REFERENCE_HOST, "b.example.com"},
        {REFERENCE_HOST, "192.0.2.1"},
        {REFERENCE_EMAIL, "\u00fc@example.com"},
        {REFERENCE_EMAIL, "a@example.com"},
        {REFERENCE_URI, "https://example.com"},
        {REFERENCE_SPIFFE, "spiffe://a/example"},
        {REFERENCE_SRV, "_imap.example.com"},
    };

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
            struct match_rules rules = {.rules = {.set = (enum rule_set)set}};
            struct reference reference;
            struct match_result result;

            ck_assert_int_eq(reference_parse(&reference, asked[i].kind, (enum rule_set)set,
                                             (const uint8_t *)asked[i].text, strlen(asked[i].text)),
                             0);
            fault.n_calls = 0;
            match_all(&rules, &reference, presented, sizeof(presented) / sizeof(presented[0]),
                      &result);
            ck_assert_uint_eq(fault.n_calls, 0);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-faults");
    TCase *faults = tcase_create("faults");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(faults, library_works, library_works);
    tcase_add_test(faults, no_list_to_ask);
    tcase_add_test(faults, a_match_calls_nobody);
    suite_add_tcase(suite, faults);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
