/* SPDX-License-Identifier: MIT */

/* Tests that a filter from which something is missing, as when memory ran out, is not taken. */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "daemon/os/filter.h"

/* The number of calls of `build`, in memory that the children share. */
static int *n_built;

/* Adds a rule, and another one unless this is the call number `forgetful`. */
static int build(scmp_filter_ctx context, int forgetful)
{
    int r = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(read), 0);

    if (!r && ++*n_built != forgetful)
        r = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(write), 0);
    return r;
}

static int crash(scmp_filter_ctx context, int unused)
{
    (void)context;
    (void)unused;
    abort();
}

static void setup(void)
{
    n_built = mmap(NULL, sizeof(*n_built), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                   0);
    ck_assert_ptr_ne(n_built, MAP_FAILED);
}

static void teardown(void)
{
    munmap(n_built, sizeof(*n_built));
}

/* A filter that both children build alike is taken. */
START_TEST(test_whole)
{
    struct sandbox_filter filter = {0};

    ck_assert_int_eq(filter_make(&filter, SCMP_ACT_KILL_PROCESS, build, 0), 0);
    ck_assert_int_eq(*n_built, 2);
    ck_assert_uint_gt(filter.len, 0);
    sandbox_filter_free(&filter);
}
END_TEST

/* A filter in which one of the children leaves a rule out is refused. */
START_TEST(test_forgetful)
{
    struct sandbox_filter filter = {0};

    ck_assert_int_eq(filter_make(&filter, SCMP_ACT_KILL_PROCESS, build, _i), -ENOMEM);
    ck_assert_ptr_null(filter.code);
}
END_TEST

/* A child that crashes is a failure of this process's making of the filter, and nothing more. */
START_TEST(test_crash)
{
    struct sandbox_filter filter = {0};

    ck_assert_int_eq(filter_make(&filter, SCMP_ACT_KILL_PROCESS, crash, 0), -ENOMEM);
    ck_assert_ptr_null(filter.code);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("filter");
    TCase *cases = tcase_create("filter");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_whole);
    tcase_add_loop_test(cases, test_forgetful, 1, 3);
    tcase_add_test(cases, test_crash);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
