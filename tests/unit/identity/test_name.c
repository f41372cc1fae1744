/* SPDX-License-Identifier: MIT */

/*
 * Tests functions on domain names: comparison, labels, case. They have to be right also for input
 * that the rest of the matching engine never passes to them.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/name.h"
#include "tests/unit/identity/match_rows.h"

static const struct common_row {
    const char *a, *b;
    size_t n_common;
} common_rows[] = {
    {"", "a.", 0},      {"", "", 0},        {"a", "", 0},        {"", "a", 0},
    {"a", "a", 1},      {"a", "b", 0},      {"a.b", "A.B", 2},   {"x.a.b", "a.b", 2},
    {"xa.b", "a.b", 1}, {"a.b", "xa.b", 1}, {"a.b", "x.a.b", 2}, {"a.c.b", "a.d.b", 1},
    {".a", "a", 1},     {".", ".", 2},      {"a.", "a", 0},      {"ab.example", "cb.example", 1},
};

START_TEST(common_labels)
{
    const struct common_row *row = &common_rows[_i];
    uint8_t *a = exactly(row->a, strlen(row->a)), *b = exactly(row->b, strlen(row->b));

    ck_assert_uint_eq(name_common_labels(a, strlen(row->a), b, strlen(row->b)), row->n_common);
    ck_assert_uint_eq(name_common_labels(b, strlen(row->b), a, strlen(row->a)), row->n_common);
    free(a);
    free(b);
}
END_TEST

static const struct label_row {
    const char *label;
    bool ldh, xn;
} label_rows[] = {
    {"", false, false},         {"a", true, false},      {"-", false, false},
    {"-a", false, false},       {"a-", false, false},    {"a-b", true, false},
    {"a_b", false, false},      {"a*", false, false},    {"a.b", false, false},
    {"\xc3\xbc", false, false}, {LABEL_63, true, false}, {LABEL_63 "a", false, false},
    {"xn-", false, false},      {"xn--", false, true},   {"XN--a", true, true},
    {"xm--a", true, false},     {"axn--a", true, false},
};

START_TEST(labels)
{
    const struct label_row *row = &label_rows[_i];
    uint8_t *label = exactly(row->label, strlen(row->label));

    ck_assert_int_eq(name_label_is_ldh(label, strlen(row->label)), row->ldh);
    ck_assert_int_eq(name_label_is_xn(label, strlen(row->label)), row->xn);
    free(label);
}
END_TEST

/*
 * Tries all pairs of bytes at every offset within a word of eight bytes and after it: only the
 * upper and the lower case of an ASCII letter are equal.
 */
START_TEST(equal_but_for_case)
{
    uint8_t a[19], b[19];

    memset(a, 'q', sizeof(a));
    memset(b, 'Q', sizeof(b));
    for (size_t at = 0; at < sizeof(a); at++) {
        for (unsigned i = 0; i < 0x10000; i++) {
            uint8_t x = (uint8_t)(i >> 8), y = (uint8_t)i;
            bool letter = (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z');

            a[at] = x;
            b[at] = y;
            if (name_equal(a, sizeof(a), b, sizeof(b)) != (x == y || (letter && (x ^ y) == 0x20)))
                ck_abort_msg("%02x and %02x at %zu", x, y, at);
        }
        a[at] = b[at] = 'q';
    }
    ck_assert(!name_equal(a, 18, b, 19));
    ck_assert(!name_equal(a, 19, b, 18));
    ck_assert(name_equal(NULL, 0, b, 0));
}
END_TEST

/* Only ASCII letters change, and no byte beyond the given length. */
START_TEST(lower_case)
{
    char text[] = "AZ@[`{az\xc9.AZ";

    name_lower(text, sizeof(text) - 2);
    ck_assert_str_eq(text, "az@[`{az\xc9.aZ");
}
END_TEST

START_TEST(a_number_at_the_end)
{
    static const struct {
        const char *name;
        bool number;
    } rows[] = {
        {"", false},    {"1", true},     {"a", false},     {"a.1", true},
        {"1.a", false}, {"a.1b", false}, {"a.0123", true}, {"a.1.", false},
        {".", false},   {"1a", false},   {"a1", false},    {"a.1-1", false},
    };

    for (int i = 0; i < N_ROWS(rows); i++) {
        uint8_t *name = exactly(rows[i].name, strlen(rows[i].name));

        ck_assert_int_eq(name_ends_in_number(name, strlen(rows[i].name)), rows[i].number);
        free(name);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("name");
    TCase *names = tcase_create("names");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(names, 60);
    tcase_add_loop_test(names, common_labels, 0, N_ROWS(common_rows));
    tcase_add_loop_test(names, labels, 0, N_ROWS(label_rows));
    tcase_add_test(names, equal_but_for_case);
    tcase_add_test(names, lower_case);
    tcase_add_test(names, a_number_at_the_end);
    suite_add_tcase(suite, names);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
