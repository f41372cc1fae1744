/* SPDX-License-Identifier: MIT */
#include "tests/unit/policy_fixture.h"

#include <check.h>
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
