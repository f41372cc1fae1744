/* SPDX-License-Identifier: MIT */

/*
 * Tests that a serial number is denied under every known encoding of the issuer's name: that of the
 * certificate itself, that of another certificate in the request, and that of a trust anchor.
 */

#include <check.h>
#include <stdlib.h>

#include "daemon/verify/context.h"
#include "daemon/verify/fingerprints.h"
#include "daemon/x509/parse/certificate.h"
#include "proto/request.h"
#include "tests/unit/policy/policy_fixture.h"
#include "tests/unit/x509/x509_fixture.h"

static const struct {
    const char *intent;
    const char *leaf, *ca, *anchor;
    size_t n_issuers;
} rows[] = {
    {"the same encoding", "issuer=CN:Corp_CA", "subject=CN:Corp_CA", "subject=CN:Corp_CA", 1},
    {"another string type", "issuer=CN:Corp_CA", "subject=CN~:Corp_CA", "subject=CN:other", 2},
    {"another case", "issuer=CN:Corp_CA", "subject=CN:CORP_CA", "subject=CN:other", 2},
    {"two blanks", "issuer=CN:Corp_CA", "subject=CN:Corp__CA", "subject=CN:other", 2},
    {"an anchor's", "issuer=CN:Corp_CA", "subject=CN:other", "subject=CN~:Corp_CA", 2},
    {"both", "issuer=CN:Corp_CA", "subject=CN:CORP_CA", "subject=CN~:Corp_CA", 3},
    {"another name", "issuer=CN:Corp_CA", "subject=CN:Corp", "subject=CN:CA", 1},
};

static struct bytes bytes_of(const struct fixture *fixture)
{
    return (struct bytes){.data = fixture->der, .len = fixture->len};
}

START_TEST(encodings)
{
    struct policy *policy = accept_text("deny d { issuer-sha256 = \"" PIN_C
                                        "\" serials = { 31 } }\n");
    struct x509_context *x509 = NULL;
    struct fixture leaf, ca, root;
    struct fingerprints certificates;
    struct certificate *parsed = NULL;
    struct request request = {.n_certificates = 2};
    struct store *store = NULL;
    const struct store *stores[POLICY_TRUSTS_COUNT] = {NULL};
    struct verify_context context = {.policy = policy, .stores = stores};
    int fault;

    ck_assert_int_eq(x509_context_new(&x509), 0);
    context.x509 = x509;
    fixture_init(&leaf, FIXTURE_LEAF, rows[_i].leaf);
    fixture_init(&ca, FIXTURE_CA, rows[_i].ca);
    fixture_init(&root, FIXTURE_ROOT, rows[_i].anchor);
    request.certificates[0] = bytes_of(&leaf);
    request.certificates[1] = bytes_of(&ca);
    ck_assert_int_eq(store_new(&store, "system", true), 0);
    ck_assert_int_eq(store_add(store, root.der, root.len, &fault), 0);
    stores[0] = store;
    ck_assert_int_eq(certificate_parse(&parsed, x509, leaf.der, leaf.len), 0);

    ck_assert_int_eq(fingerprints_init(&certificates, &context, NULL, parsed, &request), 0);
    ck_assert_uint_eq(certificates.n, 2);
    ck_assert_msg(certificates.list[0].n_issuers == rows[_i].n_issuers, "%s: %zu", rows[_i].intent,
                  certificates.list[0].n_issuers);

    certificate_free(parsed);
    store_free(store);
    fixture_deinit(&leaf);
    fixture_deinit(&ca);
    fixture_deinit(&root);
    x509_context_free(x509);
    policy_free(policy);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fingerprints");
    TCase *cases = tcase_create("encodings");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(cases, encodings, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
