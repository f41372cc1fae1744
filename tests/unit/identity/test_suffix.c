/* SPDX-License-Identifier: MIT */

/* Tests the public suffix list, and the answers without a list. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/match.h"

static struct suffix_list *suffixes;

static void open_suffixes(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
}

static void close_suffixes(void)
{
    suffixes = suffix_list_close(suffixes);
}

static const struct suffix_row {
    const char *name;
    bool expected;
} suffix_rows[] = {
    {"com", true},       {"co.uk", true},    {"example.com", false},  {"example.co.uk", false},
    {"localhost", true}, {"intranet", true}, {"github.io", false},    {"appspot.com", false},
    {"ck", true},        {"foo.ck", true},   {"www.ck", false},       {"x.kawasaki.jp", true},
    {"xn--p1ai", true},  {"", true},         {"xn--55qx5d.cn", true}, {"city.kawasaki.jp", false},
};

START_TEST(public_suffixes)
{
    const struct suffix_row *row = &suffix_rows[_i];

    ck_assert_int_eq(suffix_list_is_public(suffixes, SUFFIX_ICANN, row->name, strlen(row->name)),
                     row->expected);
}
END_TEST

/*
 * For a text that cannot be a name, and without a list, the answer is the one that makes the caller
 * refuse.
 */
START_TEST(no_suffix_no_wildcard)
{
    struct match_rules rules = {0};
    struct reference reference;
    struct identity presented = {IDENTITY_DNS, (const uint8_t *)"*.example.com", 13};
    char name[REFERENCE_NAME_BYTES + 1];

    ck_assert(suffix_list_is_public(suffixes, SUFFIX_ICANN, "example.com\0", 12));
    for (size_t i = 0; i < sizeof(name); i++)
        name[i] = i % 2 ? '.' : 'a';
    ck_assert(suffix_list_is_public(suffixes, SUFFIX_ICANN, name, sizeof(name)));
    ck_assert(!suffix_list_is_public(suffixes, SUFFIX_ICANN, name, sizeof(name) - 1));

    ck_assert(suffix_list_is_public(NULL, SUFFIX_ICANN, "example.com", 11));
    ck_assert_int_eq(
        reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)"a.example.com", 13), 0);
    ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_WILDCARD_PUBLIC_SUFFIX);
    ck_assert_ptr_null(suffix_list_close(NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("suffix");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, open_suffixes, close_suffixes);
    tcase_add_loop_test(rows, public_suffixes, 0, sizeof(suffix_rows) / sizeof(suffix_rows[0]));
    tcase_add_test(rows, no_suffix_no_wildcard);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
