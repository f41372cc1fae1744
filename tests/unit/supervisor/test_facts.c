/* SPDX-License-Identifier: MIT */

/*
 * The versions of libcrypto that are reported as older than the releases without known
 * vulnerabilities, and others.
 */

#include <check.h>
#include <stdlib.h>

#include "daemon/supervisor/facts.h"

static const struct {
    const char *intent, *version;
    bool expected;
} versions[] = {
    {"the last before", "OpenSSL 3.0.19 27 Jan 2026", true},
    {"the first with", "OpenSSL 3.0.20 7 Apr 2026", false},
    {"a much later one", "OpenSSL 3.0.101 1 Jan 2030", false},
    {"a number, not text: 9 is before 20", "OpenSSL 3.0.9 30 May 2023", true},
    {"a series that ended before", "OpenSSL 3.2.6 30 Sep 2025", true},
    {"another series, the last before", "OpenSSL 3.5.5 27 Jan 2026", true},
    {"another series, the first with", "OpenSSL 3.5.6 7 Apr 2026", false},
    {"the newest series then", "OpenSSL 3.6.1 27 Jan 2026", true},
    {"a series that began since", "OpenSSL 3.7.0 1 Oct 2026", false},
    {"another major version", "OpenSSL 4.0.0 14 Apr 2026", false},
    {"before the oldest we build with", "OpenSSL 1.1.1w  11 Sep 2023", true},
    {"another library", "BoringSSL", false},
    {"no text", "", false},
};

START_TEST(dated)
{
    ck_assert_msg(facts_is_dated(versions[_i].version) == versions[_i].expected, "%s",
                  versions[_i].intent);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("facts");
    TCase *cases = tcase_create("facts");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(cases, dated, 0, (int)(sizeof(versions) / sizeof(versions[0])));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
