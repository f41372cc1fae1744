/* SPDX-License-Identifier: MIT */

/*
 * Tests how the search for a path goes on where a branch ends or the caller drops a path, which end
 * entities are trusted directly, and what the cache of issuers keeps.
 */

#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "tests/unit/x509/made_engine.h"

/* Two roots have certified one issuer. Only one root is trusted, and one branch is bad. */
START_TEST(goes_back_where_a_branch_ends)
{
    EVP_PKEY *other_key = path_key_ec("P-256");
    struct path_recipe other = {.subject = "Other",
                                .issuer = "Other",
                                .key = other_key,
                                .issuer_key = other_key,
                                .is_ca = true};
    struct path_recipe cross = {.subject = "Issuer",
                                .issuer = "Other",
                                .key = made.family.issuer_key,
                                .issuer_key = other_key,
                                .is_ca = true};
    struct path_recipe expired = cross;
    struct bytes anchors[2] = {made.family.root, path_make(&other)};
    struct bytes good = path_make(&cross), bad;
    struct store *both = path_store("both", anchors, 2);
    const struct store *store = both;

    expired.until = FIXTURE_NOW - FIXTURE_DAY;
    bad = path_make(&expired);
    {
        struct bytes sets[][4] = {
            {made.family.leaf, good, made.family.issuer, bad},
            {made.family.leaf, bad, made.family.issuer, bad},
            {made.family.leaf, bad, good, bad},
            {made.family.leaf, bad, bad, bad},
        };
        static const char *const expected[] = {"", "", "", "expired/10@1"};

        for (size_t i = 0; i < 4; i++) {
            struct path_question question = path_ask(sets[i], 4, &store, 1);
            const char *got = made_first_fault(&question);

            ck_assert_msg((*got == '\0') == (*expected[i] == '\0'), "set %zu: %s", i, got);
            ck_assert(*got == '\0' || strstr(got, "/10@1"));
        }
    }
    store_free(both);
    path_drop(anchors[1]);
    path_drop(good);
    path_drop(bad);
    EVP_PKEY_free(other_key);
}
END_TEST

/* The cache changes no answer, whether an acceptance or a refusal. */
START_TEST(memory_changes_no_answer)
{
    struct bytes certificates[] = {made.family.leaf, made.family.issuer};
    const struct store *store = made.family.store;
    struct store *empty = path_store("empty", NULL, 0);
    const struct store *nothing = empty;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    struct path_question untrusted = path_ask(certificates, 2, &nothing, 1);
    struct path_question late = question;
    struct path_result result;

    late.time = FIXTURE_NOW + 61 * FIXTURE_DAY;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(made_validate(&question, &result), PATH_VALID);
        ck_assert_uint_eq(result.effort.n_signatures, i == 0 ? 2 : 1);
        path_result_deinit(&result);
        ck_assert_str_eq(made_first_fault(&untrusted), "no-anchors/20@1");
        ck_assert_ptr_nonnull(strstr(made_first_fault(&late), "/10@"));
    }
    store_free(empty);
}
END_TEST

/* A review that refuses every path with a certain certificate. */
struct test_review {
    struct bytes refused; /* the certificate; absent bytes for none */
    enum path_review review;
    size_t n_asked;
};

static int review_for_test(void *data, const struct path_certificate *path, size_t n,
                           const struct store *store, enum path_review *reviewp)
{
    struct test_review *review = data;

    ck_assert_ptr_nonnull(store);
    review->n_asked++;
    *reviewp = PATH_REVIEW_ACCEPTED;
    for (size_t i = 0; i < n; i++) {
        if (bytes_equal(path[i].der, review->refused))
            *reviewp = review->review;
    }
    return 0;
}

/*
 * If the review refuses one path the search continues, and every order of the certificates leads to
 * the same path.
 */
START_TEST(goes_on_where_the_review_drops_a_path)
{
    EVP_PKEY *other_key = path_key_ec("P-256");
    struct path_recipe other = {.subject = "Other", .issuer = "Other", .is_ca = true};
    struct path_recipe cross = {.subject = "Issuer", .issuer = "Other", .is_ca = true};
    struct bytes anchors[2] = {made.family.root}, crossed;
    struct store *both;
    const struct store *store;
    struct bytes orders[2][3];

    other.key = other.issuer_key = cross.issuer_key = other_key;
    cross.key = made.family.issuer_key;
    anchors[1] = path_make(&other);
    crossed = path_make(&cross);
    both = path_store("both", anchors, 2);
    store = both;
    for (int i = 0; i < 2; i++) {
        orders[i][0] = made.family.leaf;
        orders[i][1 + i] = made.family.issuer;
        orders[i][2 - i] = crossed;
    }
    {
        const struct {
            struct bytes refused;
            enum path_review review;
            /* the issuer in the path that is returned; absent bytes: either issuer */
            struct bytes issuer;
            size_t n_asked; /* how often the review is called; 0: depends on which path is found
                               first */
        } rows[] = {
            {{0}, PATH_REVIEW_PIN, {0}, 1},
            {made.family.issuer, PATH_REVIEW_PIN, crossed, 0},
            {crossed, PATH_REVIEW_ISSUER, made.family.issuer, 0},
            {made.family.leaf, PATH_REVIEW_PIN, {0}, 2},
            {made.family.leaf, PATH_REVIEW_END_ENTITY, {0}, 1},
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            uint8_t issuers[2][DIGEST_BYTES];

            for (size_t j = 0; j < 2; j++) {
                struct test_review review = {.refused = rows[i].refused, .review = rows[i].review};
                struct path_question question = path_ask(orders[j], 3, &store, 1);
                struct path_result result;

                question.review = review_for_test;
                question.review_context = &review;
                ck_assert_int_eq(made_validate(&question, &result), PATH_VALID);
                ck_assert_uint_eq(result.n_path, 3);
                if (rows[i].issuer.data)
                    ck_assert(bytes_equal(result.path[1].der, rows[i].issuer));
                if (rows[i].n_asked)
                    ck_assert_uint_eq(review.n_asked, rows[i].n_asked);
                memcpy(issuers[j], result.path[1].sha256, DIGEST_BYTES);
                path_result_deinit(&result);
            }
            ck_assert_mem_eq(issuers[0], issuers[1], DIGEST_BYTES);
        }
    }
    store_free(both);
    path_drop(anchors[1]);
    path_drop(crossed);
    EVP_PKEY_free(other_key);
}
END_TEST

static struct store *make_direct_store(struct bytes anchor, enum store_end_entities end_entities)
{
    struct store_limits limits = {.end_entities = end_entities};
    struct store *store = path_store("direct", &anchor, 1);

    ck_assert_int_eq(store_set_limits(store, &limits), 0);
    return store;
}

/* An end entity that is itself in a store is accepted if the store permits that. */
START_TEST(a_store_may_trust_an_end_entity_directly)
{
    static const char excluded_name[] = "www.example.com";
    const struct bytes excluded = {(const uint8_t *)excluded_name, sizeof(excluded_name) - 1};
    const struct path_extension client[] = {
        {NID_ext_key_usage, "clientAuth", NULL, NULL, 0, false}};
    struct path_recipe own = {.subject = "www.example.com", .issuer = "www.example.com"};
    struct path_recipe other;
    struct bytes ca, for_client, expired, plain;

    own.key = own.issuer_key = made.family.leaf_key;
    own.is_ca = true; /* as `openssl req -x509` makes a self-signed certificate */
    ca = path_make(&own);
    other = own;
    other.is_ca = false;
    other.extensions = client;
    other.n_extensions = 1;
    for_client = path_make(&other);
    other = own;
    other.until = FIXTURE_NOW - 1;
    expired = path_make(&other);
    other = own;
    other.is_ca = false;
    plain = path_make(&other);
    {
        const struct {
            struct bytes certificate, anchor;
            enum store_end_entities end_entities;
            enum revocation_mode mode;
            const char *expected; /* the expected result of first() */
        } rows[] = {
            {ca, ca, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, ""},
            {ca, ca, STORE_END_ENTITIES_ONLY, REVOCATION_REQUIRED, ""},
            {ca, ca, STORE_END_ENTITIES_NO, REVOCATION_IF_KNOWN, "self-signed/18@0"},
            {made.family.leaf, made.family.leaf, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, ""},
            {made.family.leaf, made.family.leaf, STORE_END_ENTITIES_YES, REVOCATION_REQUIRED,
             "revocation-unknown/3@0"},
            {made.family.leaf, made.family.issuer, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, ""},
            {made.family.leaf, made.family.issuer, STORE_END_ENTITIES_ONLY, REVOCATION_IF_KNOWN,
             "no-issuer/20@0"},
            {for_client, for_client, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, "purpose/26@0"},
            {expired, expired, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, "expired/10@0"},
            {for_client, ca, STORE_END_ENTITIES_ONLY, REVOCATION_IF_KNOWN, "self-signed/18@0"},
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            struct store *direct = make_direct_store(rows[i].anchor, rows[i].end_entities);
            const struct store *store = direct;
            struct path_question question = path_ask(&rows[i].certificate, 1, &store, 1);

            question.revocation = rows[i].mode;
            ck_assert_msg(strcmp(made_first_fault(&question), rows[i].expected) == 0, "row %zu: %s",
                          i, made_first_fault(&question));
            store_free(direct);
        }
    }
    {
        /* The limits of the store apply to the end entity. */
        struct store_limits limits = {.end_entities = STORE_END_ENTITIES_YES};
        struct store *direct = path_store("direct", &plain, 1);
        const struct store *store = direct;
        struct path_question question = path_ask(&plain, 1, &store, 1);

        limits.names.excluded_dns = &excluded;
        limits.names.n_excluded_dns = 1;
        ck_assert_int_eq(store_set_limits(direct, &limits), 0);
        ck_assert_str_eq(made_first_fault(&question), "name-excluded/48@0");
        store_free(direct);
    }
    path_drop(ca);
    path_drop(for_client);
    path_drop(expired);
    path_drop(plain);
}
END_TEST

/* Makes a SEQUENCE of `n` dNSNames of one letter. */
static struct bytes make_names(size_t n)
{
    size_t len = n * 3;
    uint8_t *octets = malloc(len + 4);

    ck_assert_ptr_nonnull(octets);
    memcpy(octets, (const uint8_t[]){0x30, 0x82, (uint8_t)(len >> 8), (uint8_t)len}, 4);
    for (size_t i = 0; i < n; i++)
        memcpy(octets + 4 + i * 3, "\x82\x01\x61", 3);
    return (struct bytes){.data = octets, .len = len + 4};
}

/*
 * Issuers that are small in DER and large in memory fill the cache up to ISSUER_CACHE_BYTES and no
 * further.
 */
START_TEST(the_cache_is_bounded_by_memory)
{
    struct bytes names = make_names(8000);
    struct path_extension extension = {
        .oid = "2.5.29.17", .octets = names.data, .n_octets = names.len};
    struct path_recipe issuer = {.subject = "Large", .issuer = "Root", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Large"};
    const struct store *store = made.family.store;
    size_t before;

    issuer.key = made.family.issuer_key;
    issuer.issuer_key = made.family.root_key;
    issuer.extensions = &extension;
    issuer.n_extensions = 1;
    leaf.key = made.family.leaf_key;
    leaf.issuer_key = made.family.issuer_key;
    before = mallinfo2().uordblks;
    for (int i = 0; i < 60; i++) {
        struct bytes certificates[2];
        struct path_question question;
        struct path_result result;

        issuer.serial = 1000 + i;
        certificates[0] = path_make(&leaf);
        certificates[1] = path_make(&issuer);
        question = path_ask(certificates, 2, &store, 1);
        question.profile = PROFILE_COMPATIBLE;
        ck_assert_int_eq(made_validate(&question, &result), PATH_VALID);
        path_result_deinit(&result);
        path_drop(certificates[0]);
        path_drop(certificates[1]);
    }
    if (!build_is_instrumented())
        ck_assert_uint_lt(mallinfo2().uordblks - before, ISSUER_CACHE_BYTES + 2097152);
    free((void *)names.data);
}
END_TEST

/* A path to a store that exists for one question only leaves nothing in the cache. */
START_TEST(forgets_what_a_passing_store_vouched_for)
{
    struct store *passing = NULL;
    struct bytes certificates[] = {made.family.leaf, made.family.issuer};
    const struct store *store;
    struct path_result result;
    int fault;

    ck_assert_int_eq(store_new(&passing, "request", false), 0);
    ck_assert_int_eq(store_add(passing, made.family.root.data, made.family.root.len, &fault), 0);
    store = passing;
    for (int i = 0; i < 2; i++) {
        struct path_question question = path_ask(certificates, 2, &store, 1);

        ck_assert_int_eq(made_validate(&question, &result), PATH_VALID);
        ck_assert_uint_eq(result.effort.n_signatures, 2);
        path_result_deinit(&result);
    }
    store_free(passing);
}
END_TEST

/*
 * Go writes no authority key identifier into a certificate that has its issuer's name. Whether such
 * a certificate is self-signed is decided by its signature. The other profiles
 * demand the identifier of every end entity.
 */
START_TEST(a_certificate_may_have_its_issuers_name)
{
    static const enum profile profiles[] = {PROFILE_WEBPKI, PROFILE_RFC5280, PROFILE_COMPATIBLE};
    const struct {
        const char *intent, *name;
        EVP_PKEY *signer;
        bool has_intermediate;
        const char *expected;
    } rows[] = {
        {"of the anchor", "Root", made.family.root_key, false, ""},
        {"of an intermediate", "Issuer", made.family.issuer_key, true, ""},
        {"signed by nobody known", "Root", made.family.issuer_key, false, "signature/7@0"},
        {"signed with its own key", "Root", made.family.leaf_key, false, "self-signed/18@0"},
        {"of an intermediate, with its own key", "Issuer", made.family.leaf_key, true,
         "self-signed/18@0"},
    };
    const struct store *store = made.family.store;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct path_recipe recipe = {.subject = rows[i].name,
                                           .issuer = rows[i].name,
                                           .key = made.family.leaf_key,
                                           .issuer_key = rows[i].signer,
                                           .without_keys = true};
        struct bytes certificates[] = {path_make(&recipe), made.family.issuer};

        for (size_t j = 0; j < sizeof(profiles) / sizeof(*profiles); j++) {
            struct path_question question = path_ask(certificates, rows[i].has_intermediate ? 2 : 1,
                                                     &store, 1);
            bool is_lenient = profiles[j] == PROFILE_COMPATIBLE;
            const char *expected = is_lenient ? rows[i].expected : "authority-key-missing/85@0",
                       *got;

            question.profile = profiles[j];
            got = made_first_fault(&question);
            ck_assert_msg(strcmp(got, expected) == 0, "%s, profile %zu: %s", rows[i].intent, j,
                          got);
        }
        path_drop(certificates[0]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path-search");
    TCase *tcase = tcase_create("search");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tcase, made_set_up, made_tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, goes_back_where_a_branch_ends);
    tcase_add_test(tcase, memory_changes_no_answer);
    tcase_add_test(tcase, goes_on_where_the_review_drops_a_path);
    tcase_add_test(tcase, a_store_may_trust_an_end_entity_directly);
    tcase_add_test(tcase, a_certificate_may_have_its_issuers_name);
    tcase_add_test(tcase, the_cache_is_bounded_by_memory);
    tcase_add_test(tcase, forgets_what_a_passing_store_vouched_for);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
