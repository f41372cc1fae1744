/* SPDX-License-Identifier: MIT */

/*
 * Tests that only a sound path is accepted, and which fault the others have.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "tests/unit/x509/made_engine.h"

START_TEST(accepts_a_sound_path_and_says_which)
{
    struct bytes certificates[] = {made.family.leaf, made.family.issuer};
    const struct store *store = made.family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    const struct bytes expected[] = {made.family.leaf, made.family.issuer, made.family.root};
    struct path_result result;

    ck_assert_int_eq(made_validate(&question, &result), PATH_VALID);
    ck_assert_uint_eq(result.n_path, 3);
    ck_assert_ptr_eq(result.store, store);
    for (size_t i = 0; i < 3; i++) {
        uint8_t digest[DIGEST_BYTES];

        ck_assert_uint_eq(result.path[i].der.len, expected[i].len);
        ck_assert_mem_eq(result.path[i].der.data, expected[i].data, expected[i].len);
        ck_assert_int_eq(x509_sha256(made.context, expected[i].data, expected[i].len, digest), 0);
        ck_assert_mem_eq(result.path[i].sha256, digest, sizeof(digest));
        ck_assert_uint_gt(result.path[i].spki.len, 0);
    }
    path_result_deinit(&result);
    path_result_deinit(&result);
}
END_TEST

START_TEST(finds_the_path_whatever_the_order_and_what_else_came_along)
{
    struct bytes junk = {.data = (const uint8_t *)"\x30\x03\x02\x01\x00", .len = 5};
    struct bytes orders[][5] = {
        {made.family.leaf, made.family.issuer, made.family.root, junk, junk},
        {made.family.leaf, made.family.root, made.family.issuer, made.family.leaf,
         made.family.issuer},
        {made.family.leaf, junk, made.family.root, made.family.root, made.family.issuer},
    };
    const struct store *store = made.family.store;

    for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
        struct path_question question = path_ask(orders[i], 5, &store, 1);

        ck_assert_str_eq(made_first_fault(&question), "");
    }
}
END_TEST

START_TEST(says_what_is_missing_as_openssl_does)
{
    struct bytes alone[] = {made.family.leaf}, without[] = {made.family.leaf, made.family.issuer},
                 with[] = {made.family.leaf, made.family.issuer, made.family.root},
                 root[] = {made.family.root};
    struct store *empty = path_store("empty", NULL, 0);
    struct store *other = path_store("other", &made.family.leaf, 1);
    const struct store *stores[] = {empty, other, made.family.store};
    const struct {
        const char *intent;
        const struct bytes *certificates;
        size_t n, store, n_stores;
        const char *expected;
    } rows[] = {
        {"the intermediate is missing", alone, 1, 2, 1, "no-issuer/20@0"},
        {"there is no anchor for it", without, 2, 1, 1, "no-issuer/20@1"},
        {"its root is not trusted", with, 3, 1, 1, "untrusted-root/19@2"},
        {"it is a root, and not trusted", root, 1, 1, 1, "self-signed/18@0"},
        {"it is the anchor itself: a path of one", root, 1, 2, 1, "self-signed/18@0"},
        {"it is an anchor itself, and not self-signed", alone, 1, 1, 1, "no-issuer/20@0"},
        {"an empty store", with, 3, 0, 1, "no-anchors/20@2"},
        {"no store at all", with, 3, 0, 0, "no-anchors/20@2"},
        {"no certificate at all", with, 0, 2, 1, "certificate-malformed/1@0"},
        {"an empty store beside a good one", with, 3, 0, 3, ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct path_question question = path_ask(rows[i].certificates, rows[i].n,
                                                 &stores[rows[i].store], rows[i].n_stores);
        const char *got = made_first_fault(&question);

        ck_assert_msg(strcmp(got, rows[i].expected) == 0, "%s: %s", rows[i].intent, got);
    }
    store_free(empty);
    store_free(other);
}
END_TEST

/* Each row makes one change to a sound path, and has the expected fault. */
START_TEST(refuses_what_is_not_sound)
{
    const struct path_extension no_sign[] = {{NID_key_usage, "cRLSign", NULL, NULL, 0, true}};
    const struct path_extension no_ca[] = {
        {NID_basic_constraints, "CA:FALSE", NULL, NULL, 0, true},
        {NID_key_usage, "digitalSignature", NULL, NULL, 0, true}};
    const struct path_extension names[] = {
        {NID_name_constraints, "excluded;DNS:example.com", NULL, NULL, 0, true}};
    const struct path_extension usage[] = {{NID_ext_key_usage, "clientAuth", NULL, NULL, 0, false}};
    EVP_PKEY *other = path_key_ec("P-256");
    const struct {
        const char *intent;
        struct path_recipe issuer, leaf;
        const char *expected;
    } rows[] = {
        {"nothing", {0}, {0}, ""},
        {"the issuer is no CA", {.extensions = no_ca, .n_extensions = 2}, {0}, "not-a-ca/79@1"},
        {"the issuer may not sign",
         {.extensions = no_sign, .n_extensions = 1},
         {0},
         "key-usage-cert-sign/32@1"},
        {"a name is excluded", {.extensions = names, .n_extensions = 1}, {0}, "/48@0"},
        {"made for a client", {0}, {.extensions = usage, .n_extensions = 1}, "/26@0"},
        {"signed with another key",
         {0},
         {.issuer_key = other, .named_key = made.family.issuer_key},
         "signature/7@0"},
        {"another key with its own identifier", {0}, {.issuer_key = other}, "signature/7@0"},
        {"the end entity has expired", {0}, {.until = FIXTURE_NOW - 1}, "/10@0"},
        {"the end entity is not valid yet", {0}, {.from = FIXTURE_NOW + 1}, "/9@0"},
        {"the issuer has expired", {.until = FIXTURE_NOW - 1}, {0}, "/10@1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct path_recipe issuer = rows[i].issuer, leaf = rows[i].leaf;
        struct bytes certificates[2];
        const struct store *store = made.family.store;
        struct path_question question = path_ask(certificates, 2, &store, 1);
        const char *got;

        issuer.subject = leaf.issuer = "Issuer";
        issuer.issuer = "Root";
        issuer.key = made.family.issuer_key;
        issuer.issuer_key = made.family.root_key;
        issuer.is_ca = true;
        leaf.subject = "www.example.com";
        leaf.key = made.family.leaf_key;
        if (!leaf.issuer_key)
            leaf.issuer_key = made.family.issuer_key;
        certificates[0] = path_make(&leaf);
        certificates[1] = path_make(&issuer);
        got = made_first_fault(&question);
        ck_assert_msg(rows[i].expected[0] == '/' ? strstr(got, rows[i].expected) != NULL
                                                 : strcmp(got, rows[i].expected) == 0,
                      "%s: %s", rows[i].intent, got);
        path_drop(certificates[0]);
        path_drop(certificates[1]);
    }
    EVP_PKEY_free(other);
}
END_TEST

/*
 * Changes each octet of the end entity and of its issuer in turn. None of the changed certificates
 * is accepted.
 */
START_TEST(refuses_every_changed_octet)
{
    struct bytes certificates[] = {made.family.leaf, made.family.issuer};
    const struct store *store = made.family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    static const uint8_t changes[] = {0x01, 0x80, 0xff};

    for (size_t which = 0; which < 2; which++) {
        struct bytes whole = certificates[which];
        uint8_t *copy = malloc(whole.len);

        ck_assert_ptr_nonnull(copy);
        for (size_t i = 0; i < whole.len * sizeof(changes); i++) {
            memcpy(copy, whole.data, whole.len);
            copy[i / sizeof(changes)] ^= changes[i % sizeof(changes)];
            certificates[which].data = copy;
            ck_assert_msg(*made_first_fault(&question), "octet %zu of %zu", i / sizeof(changes),
                          which);
        }
        certificates[which] = whole;
        free(copy);
    }
    ck_assert_str_eq(made_first_fault(&question), "");
}
END_TEST

START_TEST(refuses_every_length)
{
    uint8_t *copy = malloc(made.family.leaf.len + 1);
    struct bytes certificates[] = {{.data = copy}, made.family.issuer};
    const struct store *store = made.family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, made.family.leaf.data, made.family.leaf.len);
    copy[made.family.leaf.len] = 0;
    for (size_t len = 0; len <= made.family.leaf.len + 1; len++) {
        certificates[0].len = len;
        ck_assert_int_eq(*made_first_fault(&question) == '\0', len == made.family.leaf.len);
    }
    free(copy);
}
END_TEST

/*
 * A certificate is valid in its first and in its last second, and the window of the answer agrees
 * with that.
 */
START_TEST(dates_to_the_second)
{
    struct path_recipe recipe = {
        .subject = "www.example.com",
        .issuer = "Issuer",
        .key = made.family.leaf_key,
        .issuer_key = made.family.issuer_key,
        .from = FIXTURE_NOW - 10,
        .until = FIXTURE_NOW + 10,
    };
    struct bytes certificates[] = {path_make(&recipe), made.family.issuer};
    const struct store *store = made.family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    const struct {
        int64_t time;
        bool is_valid;
        int64_t from, until;
    } rows[] = {
        {-11, false, -30 * FIXTURE_DAY, -11},
        {-10, true, -10, 10},
        {0, true, -10, 10},
        {10, true, -10, 10},
        {11, false, 11, 60 * FIXTURE_DAY},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct path_result result;

        question.time = FIXTURE_NOW + rows[i].time;
        ck_assert_int_eq(made_validate(&question, &result) == PATH_VALID, rows[i].is_valid);
        ck_assert_int_eq(result.from - FIXTURE_NOW, rows[i].from);
        ck_assert_int_eq(result.until - FIXTURE_NOW, rows[i].until);
        if (!rows[i].is_valid) {
            ck_assert_uint_eq(result.faults.n, 0);
            ck_assert_uint_eq(result.date_faults.n, 1);
        }
        path_result_deinit(&result);
    }
    path_drop(certificates[0]);
}
END_TEST

START_TEST(depth_counts_intermediates)
{
    struct path_recipe lower = {.subject = "Lower",
                                .issuer = "Issuer",
                                .key = made.family.issuer_key,
                                .issuer_key = made.family.issuer_key,
                                .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com",
                               .issuer = "Lower",
                               .key = made.family.leaf_key,
                               .issuer_key = made.family.issuer_key};
    struct bytes certificates[] = {path_make(&leaf), path_make(&lower), made.family.issuer};
    const struct store *store = made.family.store;
    struct path_question question = path_ask(certificates, 3, &store, 1);
    static const bool expected[] = {true, false, false, true, true};

    for (int depth = -1; depth < 4; depth++) {
        question.max_depth = depth;
        ck_assert_msg((*made_first_fault(&question) == '\0') == expected[depth + 1], "%d: %s",
                      depth, made_first_fault(&question));
    }
    path_drop(certificates[0]);
    path_drop(certificates[1]);
}
END_TEST

/* A zeroed result is a refusal, and so is the result of a question that failed. */
START_TEST(zero_refuses)
{
    struct path_result result = PATH_RESULT_NULL;
    struct path_question question = {0};

    ck_assert_int_ne(result.outcome, PATH_VALID);
    ck_assert_int_eq(path_validate(made.engine, &question, &result), 0);
    ck_assert_int_eq(result.outcome, PATH_REFUSED);
    ck_assert_uint_gt(result.faults.n, 0);
    path_result_deinit(&result);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path");
    TCase *tcase = tcase_create("paths");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tcase, made_set_up, made_tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, accepts_a_sound_path_and_says_which);
    tcase_add_test(tcase, finds_the_path_whatever_the_order_and_what_else_came_along);
    tcase_add_test(tcase, says_what_is_missing_as_openssl_does);
    tcase_add_test(tcase, refuses_what_is_not_sound);
    tcase_add_test(tcase, refuses_every_changed_octet);
    tcase_add_test(tcase, refuses_every_length);
    tcase_add_test(tcase, dates_to_the_second);
    tcase_add_test(tcase, depth_counts_intermediates);
    tcase_add_test(tcase, zero_refuses);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
