/* SPDX-License-Identifier: MIT */

/* Tests the rule sets directly, with a reference that the parser never returns. */

#include <check.h>
#include <stdlib.h>

#include "daemon/identity/rule_set.h"
#include "tests/unit/identity/match_rows.h"

static const uint8_t *bytes(const char *text)
{
    return (const uint8_t *)text;
}

/* In a reference that begins with a dot, a star does not stand for the empty label. */
START_TEST(a_star_for_nothing)
{
    static const struct reference reference = {
        .kind = REFERENCE_HOST,
        .type = IDENTITY_DNS,
        .given = ".example.com",
        .given_len = 12,
    };
    static const struct identity star = DNS("*.example.com");

    ck_assert_int_eq(rule_set_openssl_miss(&reference, &star, true), MISS_WILDCARD_LABEL);
    ck_assert_int_eq(rule_set_openssl_miss(&reference, &star, false), MISS_WILDCARD_LABEL);
    ck_assert_int_eq(rule_set_python_3_5_miss(&reference, &star), MISS_WILDCARD_LABEL);
    ck_assert_int_eq(rule_set_rfc9525_miss(bytes(".example.com"), 12, &star), MISS_WILDCARD_LABEL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rule-set");
    TCase *rule_set = tcase_create("rule_set");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(rule_set, a_star_for_nothing);
    suite_add_tcase(suite, rule_set);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
