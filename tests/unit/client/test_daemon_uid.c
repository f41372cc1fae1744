/* SPDX-License-Identifier: MIT */
/* Tests of what needs no daemon: limits, paths, and which users the library trusts. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "certname/client.h"
#include "client/lib/address.h"
#include "client/lib/daemon_uid.h"
#include "proto/error.h"
#include "tests/unit/client/client_fixture.h"

/* No other result becomes an accepting one if fewer than 12 of its bits are flipped. */
START_TEST(test_distances)
{
    static const int accepting_values[] = {CERTNAME_NAME_MATCHES, CERTNAME_VERIFIED};

    for (int value = -355; value <= 255; value++) {
        for (size_t i = 0; i < N_ELEMENTS(accepting_values); i++)
            ck_assert_int_ge(__builtin_popcount((unsigned)(value ^ accepting_values[i])), 12);
    }
    ck_assert_int_ge(__builtin_popcount(CERTNAME_NAME_MATCHES ^ CERTNAME_VERIFIED), 12);
    ck_assert_str_eq(certname_result_name(CERTNAME_NAME_MATCHES), "name-matches");
    ck_assert_str_eq(certname_result_name(CERTNAME_ERR_UNAVAILABLE), "unavailable");
    ck_assert_str_eq(certname_result_name(-9999), "unknown");
    for (unsigned code = ERROR_INTERNAL; code <= ERROR_RESOURCES; code++)
        ck_assert_str_eq(certname_result_name(-100 - (int)code), error_name(code));
}
END_TEST

/* NULL and empty objects refuse. */
START_TEST(test_nothing)
{
    struct certname_client *client = certname_client_new();
    struct certname_question *question = certname_question_new();
    struct certname_verdict *verdict;

    ck_assert_int_eq(certname_verify(NULL, NULL, &verdict), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_verify(client, NULL, &verdict), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_verify(client, question, &verdict), CERTNAME_ERR_ARGUMENT);
    ck_assert_ptr_null(verdict);
    ck_assert_int_eq(certname_verify_host(client, NULL, client_der, 1, &verdict),
                     CERTNAME_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(certname_client_error(client), "NULL"));
    ck_assert_int_eq(certname_ask(client, question, NULL, NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_process(client), 0);
    ck_assert_int_eq(certname_process(NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_verdict_result(NULL), CERTNAME_NOT_VERIFIED);
    ck_assert_int_ne(certname_verdict_verify_code(NULL), 0);
    ck_assert_ptr_null(certname_client_free(NULL));
    ck_assert_ptr_null(certname_verdict_free(NULL));
    (void)certname_question_free(question);
    (void)certname_client_free(client);
}
END_TEST

START_TEST(test_question_limits)
{
    static const uint8_t big[LIMIT_CERTIFICATE_BYTES + 1];
    struct certname_question *question = certname_question_new();
    struct certname_client *client = certname_client_new();

    ck_assert_int_eq(
        certname_question_set_host(question, (const char *)big, LIMIT_REFERENCE_BYTES + 1),
        CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_host(question, "", 0), 0);
    ck_assert_int_eq(certname_question_add_certificate(question, big, sizeof(big)),
                     CERTNAME_ERR_TOO_LARGE);
    for (size_t i = 0; i < LIMIT_CERTIFICATES_COUNT; i++)
        ck_assert_int_eq(certname_question_add_certificate(question, big, sizeof(big) - 1), 0);
    ck_assert_int_eq(certname_question_add_certificate(question, big, 1), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_purpose(question, (enum certname_purpose)3),
                     CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_TOO_LARGE);
    ck_assert_int_eq(certname_client_set_timeout(client, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_client_set_timeout(client, 3600001), CERTNAME_ERR_ARGUMENT);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
}
END_TEST

/*
 * A path that is too long is an error: it is neither cut nor replaced by the path of another
 * daemon.
 */
START_TEST(test_paths)
{
    struct certname_client *client;
    char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    (void)setenv("CERTNAMED_SOCKET", path, 1);
    client = certname_client_new();
    ck_assert_str_eq(certname_client_path(client), path);
    ck_assert_int_eq(certname_verify_host(client, "x", client_der, 1, NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_client_set_path(client, path), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_client_set_path(client, ""), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_client_set_path(client, path + 2), 0);
    ck_assert_int_eq(certname_verify_host(client, "x", client_der, 1, NULL),
                     CERTNAME_ERR_UNAVAILABLE);
    ck_assert_int_eq(certname_client_errno(client), ENOENT);
    (void)certname_client_free(client);

    (void)setenv("CERTNAMED_SOCKET", "", 1);
    client = certname_client_new();
    ck_assert_str_eq(certname_client_path(client), "/run/certnamed/certnamed.sock");
    (void)certname_client_free(client);
}
END_TEST

/* The rules for the built-in path, applied to paths that every Linux system has. */
START_TEST(test_address_check)
{
    struct failure failure;

    ck_assert_int_eq(address_check("/dev/null", false, &failure), CERTNAME_ERR_UNTRUSTED_DAEMON);
    ck_assert_int_eq(address_check("/nonexistent/x", false, &failure), CERTNAME_ERR_UNAVAILABLE);
    ck_assert_int_eq(failure.errnum, ENOENT);
    ck_assert_int_eq(address_check("/tmp/x", false, &failure), CERTNAME_ERR_UNTRUSTED_DAEMON);
    ck_assert_int_eq(address_check("/proc/self/fd/x", false, &failure),
                     CERTNAME_ERR_UNTRUSTED_DAEMON);
    ck_assert_int_eq(address_check("relative", false, &failure), CERTNAME_ERR_ARGUMENT);
}
END_TEST

/* A uid that is mapped is judged by its number; in a user namespace 65534 proves nothing. */
START_TEST(test_judge)
{
    static const char initial[] = "         0          0 4294967295\n";
    static const char container[] = "         0     100000      65536\n";
    static const char sandbox[] = "      1000       1000          1\n";
    static const struct {
        const char *intent;
        uid_t uid;
        uid_t own;
        const char *map;
        enum daemon_uid_trust expected;
    } rows[] = {
        {"root", 0, 1000, NULL, DAEMON_UID_TRUSTED},
        {"the caller's own uid", 1000, 1000, NULL, DAEMON_UID_TRUSTED},
        {"another user", 1001, 1000, NULL, DAEMON_UID_FOREIGN},
        {"another user, judged by root", 1001, 0, NULL, DAEMON_UID_FOREIGN},
        {"no uid at all", (uid_t)-1, 1000, NULL, DAEMON_UID_FOREIGN},
        {"nobody, where each uid has a number", 65534, 1000, initial, DAEMON_UID_FOREIGN},
        {"nobody's own, where each uid has a number", 65534, 65534, initial, DAEMON_UID_TRUSTED},
        {"65534 in a container with root", 65534, 1000, container, DAEMON_UID_UNMAPPED},
        {"65534 where root has no number", 65534, 1000, sandbox, DAEMON_UID_UNMAPPED},
        {"65534 to itself in a container", 65534, 65534, container, DAEMON_UID_UNMAPPED},
        {"65534, and no map", 65534, 65534, NULL, DAEMON_UID_UNMAPPED},
        {"65534, and an empty map", 65534, 1000, "", DAEMON_UID_UNMAPPED},
        {"65534, and a map of words", 65534, 1000, "one two three\n", DAEMON_UID_UNMAPPED},
        {"65534, and a map that is cut", 65534, 1000, "1000 1000 1", DAEMON_UID_UNMAPPED},
        {"65534, and a map of two lines", 65534, 1000, "1 100001 9\n0 100000 1\n",
         DAEMON_UID_UNMAPPED},
    };

    for (size_t i = 0; i < N_ELEMENTS(rows); i++)
        ck_assert_msg(daemon_uid_judge(rows[i].uid, rows[i].own, rows[i].map) == rows[i].expected,
                      "%s", rows[i].intent);
}
END_TEST

static Suite *client_suite(void)
{
    Suite *suite = suite_create("client-daemon-uid");
    TCase *tests = tcase_create("client-daemon-uid");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_distances);
    tcase_add_test(tests, test_nothing);
    tcase_add_test(tests, test_question_limits);
    tcase_add_test(tests, test_paths);
    tcase_add_test(tests, test_address_check);
    tcase_add_test(tests, test_judge);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(client_suite());
    int n_failed;

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
