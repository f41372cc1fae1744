/* SPDX-License-Identifier: MIT */

/*
 * Tests which paths are found, that only a sound one is accepted, and which fault the others have.
 */

#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "tests/unit/x509/path_fixture.h"

static struct x509_context *context;
static struct path_engine *engine;
static struct path_family family;

static void set_up(void)
{
    ck_assert_int_eq(x509_context_new(&context), 0);
    ck_assert_int_eq(path_engine_new(&engine, context), 0);
    path_family_init(&family, "P-256");
}

static void tear_down(void)
{
    path_family_deinit(&family);
    engine = path_engine_free(engine);
    context = x509_context_free(context);
}

static enum path_outcome validate(const struct path_question *question, struct path_result *result)
{
    ck_assert_int_eq(path_validate(engine, question, result), 0);
    if (result->outcome == PATH_VALID)
        ck_assert_uint_eq(result->faults.n + result->date_faults.n, 0);
    else
        ck_assert_uint_gt(result->faults.n + result->date_faults.n, 0);
    return result->outcome;
}

/* Returns the first fault of a refusal as "code/verify_code@depth", or "" for an acceptance. */
static const char *first(const struct path_question *question)
{
    static char text[128];
    struct path_result result;
    const struct fault *fault;

    text[0] = '\0';
    if (validate(question, &result) != PATH_VALID) {
        fault = result.faults.n ? &result.faults.faults[0] : &result.date_faults.faults[0];
        snprintf(text, sizeof(text), "%s/%d@%u", fault->code, fault->verify_code, fault->depth);
    }
    path_result_deinit(&result);
    return text;
}

START_TEST(accepts_a_sound_path_and_says_which)
{
    struct bytes certificates[] = {family.leaf, family.issuer};
    const struct store *store = family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    const struct bytes expected[] = {family.leaf, family.issuer, family.root};
    struct path_result result;

    ck_assert_int_eq(validate(&question, &result), PATH_VALID);
    ck_assert_uint_eq(result.n_path, 3);
    ck_assert_ptr_eq(result.store, store);
    for (size_t i = 0; i < 3; i++) {
        uint8_t digest[DIGEST_BYTES];

        ck_assert_uint_eq(result.path[i].der.len, expected[i].len);
        ck_assert_mem_eq(result.path[i].der.data, expected[i].data, expected[i].len);
        ck_assert_int_eq(x509_sha256(context, expected[i].data, expected[i].len, digest), 0);
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
        {family.leaf, family.issuer, family.root, junk, junk},
        {family.leaf, family.root, family.issuer, family.leaf, family.issuer},
        {family.leaf, junk, family.root, family.root, family.issuer},
    };
    const struct store *store = family.store;

    for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
        struct path_question question = path_ask(orders[i], 5, &store, 1);

        ck_assert_str_eq(first(&question), "");
    }
}
END_TEST

START_TEST(says_what_is_missing_as_openssl_does)
{
    struct bytes alone[] = {family.leaf}, without[] = {family.leaf, family.issuer},
                 with[] = {family.leaf, family.issuer, family.root}, root[] = {family.root};
    struct store *empty = path_store("empty", NULL, 0);
    struct store *other = path_store("other", &family.leaf, 1);
    const struct store *stores[] = {empty, other, family.store};
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
        const char *got = first(&question);

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
         {.issuer_key = other, .named_key = family.issuer_key},
         "signature/7@0"},
        {"another key with its own identifier", {0}, {.issuer_key = other}, "signature/7@0"},
        {"the end entity has expired", {0}, {.until = FIXTURE_NOW - 1}, "/10@0"},
        {"the end entity is not valid yet", {0}, {.from = FIXTURE_NOW + 1}, "/9@0"},
        {"the issuer has expired", {.until = FIXTURE_NOW - 1}, {0}, "/10@1"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct path_recipe issuer = rows[i].issuer, leaf = rows[i].leaf;
        struct bytes certificates[2];
        const struct store *store = family.store;
        struct path_question question = path_ask(certificates, 2, &store, 1);
        const char *got;

        issuer.subject = leaf.issuer = "Issuer";
        issuer.issuer = "Root";
        issuer.key = family.issuer_key;
        issuer.issuer_key = family.root_key;
        issuer.is_ca = true;
        leaf.subject = "www.example.com";
        leaf.key = family.leaf_key;
        if (!leaf.issuer_key)
            leaf.issuer_key = family.issuer_key;
        certificates[0] = path_make(&leaf);
        certificates[1] = path_make(&issuer);
        got = first(&question);
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
    struct bytes certificates[] = {family.leaf, family.issuer};
    const struct store *store = family.store;
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
            ck_assert_msg(*first(&question), "octet %zu of %zu", i / sizeof(changes), which);
        }
        certificates[which] = whole;
        free(copy);
    }
    ck_assert_str_eq(first(&question), "");
}
END_TEST

START_TEST(refuses_every_length)
{
    uint8_t *copy = malloc(family.leaf.len + 1);
    struct bytes certificates[] = {{.data = copy}, family.issuer};
    const struct store *store = family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, family.leaf.data, family.leaf.len);
    copy[family.leaf.len] = 0;
    for (size_t len = 0; len <= family.leaf.len + 1; len++) {
        certificates[0].len = len;
        ck_assert_int_eq(*first(&question) == '\0', len == family.leaf.len);
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
        .key = family.leaf_key,
        .issuer_key = family.issuer_key,
        .from = FIXTURE_NOW - 10,
        .until = FIXTURE_NOW + 10,
    };
    struct bytes certificates[] = {path_make(&recipe), family.issuer};
    const struct store *store = family.store;
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
        ck_assert_int_eq(validate(&question, &result) == PATH_VALID, rows[i].is_valid);
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
                                .key = family.issuer_key,
                                .issuer_key = other_key,
                                .is_ca = true};
    struct path_recipe expired = cross;
    struct bytes anchors[2] = {family.root, path_make(&other)};
    struct bytes good = path_make(&cross), bad;
    struct store *both = path_store("both", anchors, 2);
    const struct store *store = both;

    expired.until = FIXTURE_NOW - FIXTURE_DAY;
    bad = path_make(&expired);
    {
        struct bytes sets[][4] = {
            {family.leaf, good, family.issuer, bad},
            {family.leaf, bad, family.issuer, bad},
            {family.leaf, bad, good, bad},
            {family.leaf, bad, bad, bad},
        };
        static const char *const expected[] = {"", "", "", "expired/10@1"};

        for (size_t i = 0; i < 4; i++) {
            struct path_question question = path_ask(sets[i], 4, &store, 1);
            const char *got = first(&question);

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
    struct bytes certificates[] = {family.leaf, family.issuer};
    const struct store *store = family.store;
    struct store *empty = path_store("empty", NULL, 0);
    const struct store *nothing = empty;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    struct path_question untrusted = path_ask(certificates, 2, &nothing, 1);
    struct path_question late = question;
    struct path_result result;

    late.time = FIXTURE_NOW + 61 * FIXTURE_DAY;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(validate(&question, &result), PATH_VALID);
        ck_assert_uint_eq(result.effort.n_signatures, i == 0 ? 2 : 1);
        path_result_deinit(&result);
        ck_assert_str_eq(first(&untrusted), "no-anchors/20@1");
        ck_assert_ptr_nonnull(strstr(first(&late), "/10@"));
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
    struct bytes anchors[2] = {family.root}, crossed;
    struct store *both;
    const struct store *store;
    struct bytes orders[2][3];

    other.key = other.issuer_key = cross.issuer_key = other_key;
    cross.key = family.issuer_key;
    anchors[1] = path_make(&other);
    crossed = path_make(&cross);
    both = path_store("both", anchors, 2);
    store = both;
    for (int i = 0; i < 2; i++) {
        orders[i][0] = family.leaf;
        orders[i][1 + i] = family.issuer;
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
            {family.issuer, PATH_REVIEW_PIN, crossed, 0},
            {crossed, PATH_REVIEW_ISSUER, family.issuer, 0},
            {family.leaf, PATH_REVIEW_PIN, {0}, 2},
            {family.leaf, PATH_REVIEW_END_ENTITY, {0}, 1},
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            uint8_t issuers[2][DIGEST_BYTES];

            for (size_t j = 0; j < 2; j++) {
                struct test_review review = {.refused = rows[i].refused, .review = rows[i].review};
                struct path_question question = path_ask(orders[j], 3, &store, 1);
                struct path_result result;

                question.review = review_for_test;
                question.review_context = &review;
                ck_assert_int_eq(validate(&question, &result), PATH_VALID);
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

    own.key = own.issuer_key = family.leaf_key;
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
            {family.leaf, family.leaf, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, ""},
            {family.leaf, family.leaf, STORE_END_ENTITIES_YES, REVOCATION_REQUIRED,
             "revocation-unknown/3@0"},
            {family.leaf, family.issuer, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, ""},
            {family.leaf, family.issuer, STORE_END_ENTITIES_ONLY, REVOCATION_IF_KNOWN,
             "no-issuer/20@0"},
            {for_client, for_client, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, "purpose/26@0"},
            {expired, expired, STORE_END_ENTITIES_YES, REVOCATION_IF_KNOWN, "expired/10@0"},
            {for_client, ca, STORE_END_ENTITIES_ONLY, REVOCATION_IF_KNOWN, "self-signed/18@0"},
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            struct store *made = make_direct_store(rows[i].anchor, rows[i].end_entities);
            const struct store *store = made;
            struct path_question question = path_ask(&rows[i].certificate, 1, &store, 1);

            question.revocation = rows[i].mode;
            ck_assert_msg(strcmp(first(&question), rows[i].expected) == 0, "row %zu: %s", i,
                          first(&question));
            store_free(made);
        }
    }
    {
        /* The limits of the store apply to the end entity. */
        struct store_limits limits = {.end_entities = STORE_END_ENTITIES_YES};
        struct store *made = path_store("direct", &plain, 1);
        const struct store *store = made;
        struct path_question question = path_ask(&plain, 1, &store, 1);

        limits.names.excluded_dns = &excluded;
        limits.names.n_excluded_dns = 1;
        ck_assert_int_eq(store_set_limits(made, &limits), 0);
        ck_assert_str_eq(first(&question), "name-excluded/48@0");
        store_free(made);
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
    const struct store *store = family.store;
    size_t before;

    issuer.key = family.issuer_key;
    issuer.issuer_key = family.root_key;
    issuer.extensions = &extension;
    issuer.n_extensions = 1;
    leaf.key = family.leaf_key;
    leaf.issuer_key = family.issuer_key;
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
        ck_assert_int_eq(validate(&question, &result), PATH_VALID);
        path_result_deinit(&result);
        path_drop(certificates[0]);
        path_drop(certificates[1]);
    }
    if (!path_is_instrumented())
        ck_assert_uint_lt(mallinfo2().uordblks - before, ISSUER_CACHE_BYTES + 2097152);
    free((void *)names.data);
}
END_TEST

/* A path to a store that exists for one question only leaves nothing in the cache. */
START_TEST(forgets_what_a_passing_store_vouched_for)
{
    struct store *passing = NULL;
    struct bytes certificates[] = {family.leaf, family.issuer};
    const struct store *store;
    struct path_result result;
    int fault;

    ck_assert_int_eq(store_new(&passing, "request", false), 0);
    ck_assert_int_eq(store_add(passing, family.root.data, family.root.len, &fault), 0);
    store = passing;
    for (int i = 0; i < 2; i++) {
        struct path_question question = path_ask(certificates, 2, &store, 1);

        ck_assert_int_eq(validate(&question, &result), PATH_VALID);
        ck_assert_uint_eq(result.effort.n_signatures, 2);
        path_result_deinit(&result);
    }
    store_free(passing);
}
END_TEST

START_TEST(depth_counts_intermediates)
{
    struct path_recipe lower = {.subject = "Lower",
                                .issuer = "Issuer",
                                .key = family.issuer_key,
                                .issuer_key = family.issuer_key,
                                .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com",
                               .issuer = "Lower",
                               .key = family.leaf_key,
                               .issuer_key = family.issuer_key};
    struct bytes certificates[] = {path_make(&leaf), path_make(&lower), family.issuer};
    const struct store *store = family.store;
    struct path_question question = path_ask(certificates, 3, &store, 1);
    static const bool expected[] = {true, false, false, true, true};

    for (int depth = -1; depth < 4; depth++) {
        question.max_depth = depth;
        ck_assert_msg((*first(&question) == '\0') == expected[depth + 1], "%d: %s", depth,
                      first(&question));
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
    ck_assert_int_eq(path_validate(engine, &question, &result), 0);
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

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, accepts_a_sound_path_and_says_which);
    tcase_add_test(tcase, finds_the_path_whatever_the_order_and_what_else_came_along);
    tcase_add_test(tcase, says_what_is_missing_as_openssl_does);
    tcase_add_test(tcase, refuses_what_is_not_sound);
    tcase_add_test(tcase, refuses_every_changed_octet);
    tcase_add_test(tcase, refuses_every_length);
    tcase_add_test(tcase, dates_to_the_second);
    tcase_add_test(tcase, goes_back_where_a_branch_ends);
    tcase_add_test(tcase, memory_changes_no_answer);
    tcase_add_test(tcase, goes_on_where_the_review_drops_a_path);
    tcase_add_test(tcase, a_store_may_trust_an_end_entity_directly);
    tcase_add_test(tcase, the_cache_is_bounded_by_memory);
    tcase_add_test(tcase, forgets_what_a_passing_store_vouched_for);
    tcase_add_test(tcase, depth_counts_intermediates);
    tcase_add_test(tcase, zero_refuses);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
