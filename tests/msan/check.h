/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The parts of Check that the tests of the matching engine use, for msan.sh: a library that is not
 * compiled with MSan would make MSan report false errors. Every test is run in this process, one
 * after the other. A failed assertion ends its test and is only counted: some tests fail without
 * libidn2 and the real suffix list, and this build looks only for reads of uninitialised memory.
 */

#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void (*tests_fn)(int);
typedef void (*tests_fixture)(void);

typedef struct tests_case {
    struct {
        tests_fn run;
        int first, end;
    } tests[64];
    int n_tests;
    tests_fixture setup, teardown;
    bool each;
} TCase;

typedef struct {
    TCase *cases[8];
    int n_cases;
    int n_run, n_ended;
} Suite;

typedef Suite SRunner;

/* Where a failed assertion jumps to; weak, so that all files of a program share one. */
__attribute__((weak)) jmp_buf tests_end;

#define START_TEST(name)                                                                           \
    static void name(int _i)                                                                       \
    {                                                                                              \
        (void)_i;
#define END_TEST }

static inline void tests_fail(void)
{
    longjmp(tests_end, 1);
}

#define ck_assert(condition)           ((condition) ? (void)0 : tests_fail())
#define ck_assert_msg(condition, ...)  ((condition) ? (void)0 : tests_fail())
#define ck_abort_msg(...)              tests_fail()
#define ck_assert_int_eq(a, b)         ck_assert((a) == (b))
#define ck_assert_int_ne(a, b)         ck_assert((a) != (b))
#define ck_assert_int_gt(a, b)         ck_assert((a) > (b))
#define ck_assert_uint_eq(a, b)        ck_assert((a) == (b))
#define ck_assert_uint_ne(a, b)        ck_assert((a) != (b))
#define ck_assert_uint_gt(a, b)        ck_assert((a) > (b))
#define ck_assert_uint_ge(a, b)        ck_assert((a) >= (b))
#define ck_assert_uint_lt(a, b)        ck_assert((a) < (b))
#define ck_assert_uint_le(a, b)        ck_assert((a) <= (b))
#define ck_assert_str_eq(a, b)         ck_assert(strcmp((a), (b)) == 0)
#define ck_assert_str_ne(a, b)         ck_assert(strcmp((a), (b)) != 0)
#define ck_assert_mem_eq(a, b, len)    ck_assert(memcmp((a), (b), (len)) == 0)
#define ck_assert_ptr_nonnull(pointer) ck_assert((pointer) != NULL)
#define ck_assert_ptr_null(pointer)    ck_assert((pointer) == NULL)
#define ck_assert_double_le(a, b)      ck_assert((a) <= (b))
#define ck_assert_double_lt(a, b)      ck_assert((a) < (b))

#define CK_NORMAL 0

static inline Suite *suite_create(const char *name)
{
    (void)name;
    return calloc(1, sizeof(Suite));
}

static inline TCase *tcase_create(const char *name)
{
    (void)name;
    return calloc(1, sizeof(TCase));
}

static inline void suite_add_tcase(Suite *suite, TCase *tests)
{
    suite->cases[suite->n_cases++] = tests;
}

static inline void tcase_set_timeout(TCase *tests, double seconds)
{
    (void)tests;
    (void)seconds;
}

static inline void tcase_add_unchecked_fixture(TCase *tests, tests_fixture setup,
                                               tests_fixture teardown)
{
    tests->setup = setup;
    tests->teardown = teardown;
}

static inline void tcase_add_checked_fixture(TCase *tests, tests_fixture setup,
                                             tests_fixture teardown)
{
    tcase_add_unchecked_fixture(tests, setup, teardown);
    tests->each = true;
}

static inline void tests_add(TCase *tests, tests_fn run, int first, int end)
{
    tests->tests[tests->n_tests].run = run;
    tests->tests[tests->n_tests].first = first;
    tests->tests[tests->n_tests++].end = end;
}

#define tcase_add_test(tests, name)                  tests_add(tests, name, 0, 1)
#define tcase_add_loop_test(tests, name, first, end) tests_add(tests, name, first, end)

static inline SRunner *srunner_create(Suite *suite)
{
    return suite;
}

static inline void tests_fix(tests_fixture fixture)
{
    if (fixture)
        fixture();
}

static inline void tests_run_one(Suite *suite, const TCase *tests, tests_fn run, int i)
{
    if (tests->each)
        tests_fix(tests->setup);
    suite->n_run++;
    if (setjmp(tests_end) == 0)
        run(i);
    else
        suite->n_ended++;
    if (tests->each)
        tests_fix(tests->teardown);
}

static inline void tests_run_case(Suite *suite, const TCase *tests)
{
    if (!tests->each)
        tests_fix(tests->setup);
    for (int t = 0; t < tests->n_tests; t++) {
        for (int i = tests->tests[t].first; i < tests->tests[t].end; i++)
            tests_run_one(suite, tests, tests->tests[t].run, i);
    }
    if (!tests->each)
        tests_fix(tests->teardown);
}

static inline void srunner_run_all(SRunner *runner, int how)
{
    (void)how;
    if (setjmp(tests_end) != 0)
        abort();
    for (int i = 0; i < runner->n_cases; i++)
        tests_run_case(runner, runner->cases[i]);
    printf("%d tests run, %d of them to an assertion\n", runner->n_run, runner->n_ended);
}

static inline int srunner_ntests_failed(SRunner *runner)
{
    (void)runner;
    return 0;
}

static inline void srunner_free(SRunner *runner)
{
    for (int i = 0; i < runner->n_cases; i++)
        free(runner->cases[i]);
    free(runner);
}
