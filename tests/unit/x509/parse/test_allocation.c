/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include <openssl/crypto.h>

#include "daemon/x509/parse/allocation.h"

/*
 * Tests that no allocation of libcrypto fails unnoticed. Each test runs in a process of its own,
 * since a failure is remembered for the life of the process.
 */

#define BOUND 4096

/*
 * Makes ASan return NULL for an allocation that is too large, as libc does, instead of ending the
 * program. ASan looks for this function when the program starts.
 */
__attribute__((visibility("default"))) const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

static void setup(void)
{
    ck_assert(x509_allocation_watch());
    ck_assert(x509_allocation_watch());
}

START_TEST(test_not_watched)
{
    x509_allocation_begin(0);
    ck_assert_int_eq(x509_allocation_end(), -EIO);
    OPENSSL_free(OPENSSL_malloc(1));
    ck_assert(!x509_allocation_watch());
    ck_assert_int_eq(x509_allocation_end(), -EIO);
}
END_TEST

START_TEST(test_success)
{
    void *before = OPENSSL_malloc(2 * BOUND);
    void *block;

    x509_allocation_begin(BOUND);
    block = OPENSSL_malloc(BOUND / 2);
    ck_assert_ptr_nonnull(block);
    ck_assert_ptr_null(OPENSSL_malloc(0));
    OPENSSL_free(before);
    block = OPENSSL_realloc(block, BOUND / 4);
    ck_assert_ptr_nonnull(block);
    ck_assert_ptr_null(OPENSSL_realloc(block, 0));
    for (unsigned i = 0; i < 100; i++)
        OPENSSL_free(OPENSSL_malloc(BOUND / 2));
    ck_assert_int_eq(x509_allocation_end(), 0);
}
END_TEST

/* A question that needs more than its limit gets no more memory. */
START_TEST(test_bound)
{
    void *blocks[8];
    unsigned n = 0;

    x509_allocation_begin(BOUND);
    while (n < 8 && (blocks[n] = OPENSSL_malloc(BOUND / 4)))
        n++;
    ck_assert_uint_ge(n, 3);
    ck_assert_uint_le(n, 4);
    while (n > 0)
        OPENSSL_free(blocks[--n]);
    ck_assert_int_eq(x509_allocation_end(), -E2BIG);
    x509_allocation_begin(BOUND);
    ck_assert_int_eq(x509_allocation_end(), -E2BIG);
}
END_TEST

/* A block cannot grow beyond the limit either; it stays unchanged. */
START_TEST(test_bound_of_realloc)
{
    char *block;

    x509_allocation_begin(BOUND);
    block = OPENSSL_malloc(1);
    *block = 'x';
    ck_assert_ptr_null(OPENSSL_realloc(block, 2 * BOUND));
    ck_assert_int_eq(*block, 'x');
    OPENSSL_free(block);
    ck_assert_int_eq(x509_allocation_end(), -E2BIG);
}
END_TEST

/* A failed allocation is remembered, whatever happens afterwards. */
START_TEST(test_failure)
{
    x509_allocation_begin(0);
    ck_assert_ptr_null(OPENSSL_malloc(PTRDIFF_MAX));
    ck_assert_int_eq(x509_allocation_end(), -ENOMEM);
    x509_allocation_begin(BOUND);
    OPENSSL_free(OPENSSL_malloc(1));
    ck_assert_int_eq(x509_allocation_end(), -ENOMEM);
}
END_TEST

static const char setup_context = 0;

static void end(int failure, void *context)
{
    ck_assert_ptr_eq(context, &setup_context);
    exit(failure == -ENOMEM ? 1 : failure == -E2BIG ? 2 : 3);
}

/* If the given function ends the process, libcrypto never sees the failed allocation. */
START_TEST(test_end_of_failure)
{
    x509_allocation_end_by(end, (void *)(uintptr_t)&setup_context);
    OPENSSL_free(OPENSSL_malloc(1));
    (void)OPENSSL_malloc(PTRDIFF_MAX);
}
END_TEST

START_TEST(test_end_of_bound)
{
    x509_allocation_end_by(end, (void *)(uintptr_t)&setup_context);
    x509_allocation_begin(BOUND);
    OPENSSL_free(OPENSSL_malloc(1));
    (void)OPENSSL_malloc(2 * BOUND);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("allocation");
    TCase *watched = tcase_create("watched"), *plain = tcase_create("not watched");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(watched, setup, NULL);
    tcase_add_test(watched, test_success);
    tcase_add_test(watched, test_bound);
    tcase_add_test(watched, test_bound_of_realloc);
    tcase_add_test(watched, test_failure);
    tcase_add_exit_test(watched, test_end_of_failure, 1);
    tcase_add_exit_test(watched, test_end_of_bound, 2);
    tcase_add_test(plain, test_not_watched);
    suite_add_tcase(suite, watched);
    suite_add_tcase(suite, plain);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
