/* SPDX-License-Identifier: MIT */

/*
 * Tests of the audit log: every uid gets a few lines per second, and further lines are only
 * counted.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/front/audit.h"
#include "daemon/limits.h"

static char file[65536];

/* Returns how often the text occurs in the file that standard error was redirected to. */
static size_t count_lines(int fd, const char *what)
{
    size_t n = (size_t)pread(fd, file, sizeof(file) - 1, 0), n_lines = 0;
    const char *at = file;

    ck_assert_uint_lt(n, sizeof(file));
    file[n] = '\0';
    while ((at = strstr(at, what))) {
        n_lines++;
        at++;
    }
    return n_lines;
}

/*
 * A new second of the clock may begin while the lines are written; then twice as many lines are
 * logged, which the test allows.
 */
START_TEST(log_is_bounded_for_each_uid)
{
    struct account_table accounts;
    struct event_base *base = event_base_new();
    struct audit *audit;
    int fd = memfd_create("log", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
    size_t n_a, n_b, n_more;

    account_table_init(&accounts);
    ck_assert_int_eq(audit_new(&audit, base), 0);
    dup2(fd, STDERR_FILENO);
    for (int i = 0; i < 100; i++)
        audit_log(audit, account_find(&accounts, 1), "refused a\n\xff", 11, false);
    audit_log(audit, account_find(&accounts, 2), "refused b", 9, true);
    event_base_dispatch(base);
    dup2(saved, STDERR_FILENO);
    n_a = count_lines(fd, "uid 1: refused a??\n");
    n_b = count_lines(fd, "uid 2: refused b (remembered)\n");
    n_more = count_lines(fd, "more answers were not logged: a uid gets 10 lines a second\n");
    ck_assert_uint_ge(n_a, LIMIT_LOG_LINES_PER_UID_COUNT);
    ck_assert_uint_le(n_a, 2 * LIMIT_LOG_LINES_PER_UID_COUNT);
    ck_assert_uint_eq(n_b, 1);
    ck_assert_uint_eq(n_more, 1);
    ck_assert(n_a > LIMIT_LOG_LINES_PER_UID_COUNT || count_lines(fd, "uid 1: 90 more") == 1);
    audit_free(audit);
    account_table_deinit(&accounts);
    event_base_free(base);
    close(saved);
    close(fd);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit");
    TCase *cases = tcase_create("audit");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(cases, log_is_bounded_for_each_uid);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
