/* SPDX-License-Identifier: MIT */

/* Tests that an issuer's certificate never takes the place of the end entity's. */

#include "client/run/server.h"

#include <check.h>
#include <stdlib.h>

static const unsigned char der[] = {0x30, 0};

START_TEST(end_entity_is_first)
{
    struct tls_server server = {0};

    ck_assert(tls_server_add(&server, true, der, 2));
    ck_assert(!tls_server_add(&server, true, der, 2));
    while (server.n_chain < SERVER_CERTIFICATES_COUNT)
        ck_assert(tls_server_add(&server, false, der, 2));
    ck_assert(!tls_server_add(&server, false, der, 2));
    ck_assert_uint_eq(server.n_chain, SERVER_CERTIFICATES_COUNT);
}
END_TEST

/* The length of a certificate that OpenSSL cannot encode, for want of memory, is -1. */
START_TEST(without_end_entity_there_is_nothing)
{
    struct tls_server server = {0};

    ck_assert(!tls_server_add(&server, true, NULL, -1));
    ck_assert(!tls_server_add(&server, false, der, 2));
    ck_assert_uint_eq(server.n_chain, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server");
    TCase *cases = tcase_create("server");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(cases, end_entity_is_first);
    tcase_add_test(cases, without_end_entity_there_is_nothing);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
