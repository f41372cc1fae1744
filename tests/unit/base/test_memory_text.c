/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory_text.h"

/* Tests that a finished text is complete, and that a text with a failed allocation is refused. */

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);

static unsigned left; /* the number of reallocations until one fails; 0: none fails */

void *__wrap_realloc(void *old, size_t size)
{
    return left > 0 && --left == 0 ? NULL : __real_realloc(old, size);
}

static void write_lines(struct memory_text *text)
{
    for (unsigned i = 0; i < 1000; i++) {
        memory_text_add(text, "%u%%", i);
        memory_text_append(text, "%s\n");
    }
}

START_TEST(test_whole)
{
    struct memory_text text = {0};
    char expected[16];
    char *string = NULL;
    const char *at;
    size_t len = 0;

    write_lines(&text);
    ck_assert_int_eq(memory_text_finish(&text, &string, &len), 0);
    ck_assert_uint_eq(len, strlen(string));
    at = string;
    for (unsigned i = 0; i < 1000; i++) {
        int n = snprintf(expected, sizeof(expected), "%u%%%%s\n", i);

        ck_assert_int_eq(strncmp(at, expected, (size_t)n), 0);
        at += n;
    }
    ck_assert_str_eq(at, "");
    free(string);
}
END_TEST

START_TEST(test_empty)
{
    struct memory_text text = {0};
    char *string = NULL;

    ck_assert_int_eq(memory_text_finish(&text, &string, NULL), 0);
    ck_assert_str_eq(string, "");
    free(string);
}
END_TEST

/*
 * Fails each allocation in turn. No text is returned, even if the allocations after the failed one
 * succeed.
 */
START_TEST(test_failure)
{
    unsigned n_failed = 0;

    for (unsigned n = 1;; n++) {
        struct memory_text text = {0};
        char *string = NULL;
        size_t len = 7;
        int r;

        left = n;
        write_lines(&text);
        if (left > 0) {
            ck_assert_int_eq(memory_text_finish(&text, &string, &len), 0);
            free(string);
            break;
        }
        r = memory_text_finish(&text, &string, &len);
        ck_assert_int_eq(r, -ENOMEM);
        ck_assert_ptr_null(string);
        ck_assert_uint_eq(len, 7);
        n_failed++;
    }
    left = 0;
    ck_assert_uint_gt(n_failed, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory_text");
    TCase *cases = tcase_create("memory_text");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(cases, test_whole);
    tcase_add_test(cases, test_empty);
    tcase_add_test(cases, test_failure);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
