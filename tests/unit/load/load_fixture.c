/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/load/load_fixture.h"

void load_fixture_init(struct load_fixture *fixture)
{
    *fixture = (struct load_fixture){.folder = "/tmp/certnamed-load-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(fixture->folder));
    snprintf(fixture->config, sizeof(fixture->config), "%s/test.conf", fixture->folder);
    fixture->sources.path = fixture->config;
}

void load_fixture_write(const struct load_fixture *fixture, const char *text)
{
    FILE *file = fopen(fixture->config, "we");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fchmod(fileno(file), 0644), 0);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

void load_fixture_deinit(struct load_fixture *fixture)
{
    unlink(fixture->config);
    ck_assert_int_eq(rmdir(fixture->folder), 0);
}

int load_fixture_run(const char *name, const TTest *const *tests, size_t n_tests)
{
    Suite *suite = suite_create(name);
    SRunner *runner = srunner_create(suite);
    int n_failed;

    for (size_t i = 0; i < n_tests; i++) {
        TCase *tcase = tcase_create(tests[i]->name);

        tcase_add_test(tcase, tests[i]);
        suite_add_tcase(suite, tcase);
    }
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
