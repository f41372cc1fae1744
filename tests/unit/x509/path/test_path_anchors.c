/* SPDX-License-Identifier: MIT */

/*
 * Tests that every root of the system's trust store can be the anchor of a path: a certificate that
 * names it as issuer but lacks its signature is refused only because of the signature. Also tests
 * the limits that a trust section puts on its anchors.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/x509/path_fixture.h"

/* The exit status by which automake recognises a skipped test. */
#define EXIT_SKIP 77

static struct x509_context *context;
static struct path_engine *engine;
static struct path_family family;
static EVP_PKEY *rsa; /* the key that signs if the root has an RSA key */

static void set_up(void)
{
    ck_assert_int_eq(x509_context_new(&context), 0);
    ck_assert_int_eq(path_engine_new(&engine, context), 0);
    path_family_init(&family, "P-256");
    rsa = path_key_rsa(2048);
}

static void tear_down(void)
{
    EVP_PKEY_free(rsa);
    path_family_deinit(&family);
    engine = path_engine_free(engine);
    context = x509_context_free(context);
}

/*
 * Asks about an end entity that names this root as its issuer, at a time at which the root is
 * valid.
 */
static void ask_about(const struct store *store, const struct anchor *anchor)
{
    const unsigned char *at = anchor->der;
    X509 *root = d2i_X509(NULL, &at, (long)anchor->outline.der.len);
    struct path_recipe recipe = {
        .subject = "www.example.com",
        .named_issuer = root,
        .key = family.leaf_key,
        .issuer_key = EVP_PKEY_is_a(X509_get0_pubkey(root), "RSA") ? rsa : family.leaf_key,
        .from = anchor->outline.from +
                1, /* one second later, since 0 would stand for the usual time */
        .until = anchor->outline.from + 90 * FIXTURE_DAY,
    };
    struct bytes der = path_make(&recipe);
    struct path_question question = path_ask(&der, 1, &store, 1);
    struct path_result result;

    question.time = recipe.from;
    ck_assert_int_eq(path_validate(engine, &question, &result), 0);
    ck_assert_int_ne(result.outcome, PATH_VALID);
    ck_assert_msg(result.faults.n == 1 && result.date_faults.n == 0 &&
                      result.faults.faults[0].verify_code == X509_V_ERR_CERT_SIGNATURE_FAILURE,
                  "%s: %s", X509_NAME_oneline(X509_get_subject_name(root), NULL, 0),
                  result.faults.n ? result.faults.faults[0].text : "dates");
    path_result_deinit(&result);
    path_drop(der);
    X509_free(root);
}

START_TEST(every_root_of_the_system_is_an_anchor)
{
    struct store *store = NULL;
    struct store_error error;
    const struct anchor *const *anchors;

    ck_assert_int_eq(store_new(&store, "system", true), 0);
    ck_assert_msg(store_load_system(store, store_find_system(), &error) == 0, "%s", error.text);
    ck_assert_uint_eq(store_n_left_out(store), 0);
    ck_assert_uint_gt(store_n_anchors(store), 0);
    anchors = store_anchors(store);
    for (size_t i = 0; i < store_n_anchors(store); i++)
        ask_about(store, anchors[i]);
    store_free(store);
}
END_TEST

START_TEST(warming_changes_no_answer)
{
    struct bytes certificates[] = {family.leaf, family.issuer};
    const struct store *store = family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    struct path_result result;

    ck_assert_int_eq(path_engine_warm(engine, store), 0);
    ck_assert_int_eq(path_engine_warm(engine, store), 0);
    ck_assert_int_eq(path_validate(engine, &question, &result), 0);
    ck_assert_int_eq(result.outcome, PATH_VALID);
    ck_assert_uint_eq(result.effort.n_signatures, 2);
    path_result_deinit(&result);
}
END_TEST

static struct bytes text(const char *bytes)
{
    return (struct bytes){.data = (const uint8_t *)bytes, .len = strlen(bytes)};
}

static bool is_valid(const struct path_question *question)
{
    struct path_result result;
    bool valid;

    ck_assert_int_eq(path_validate(engine, question, &result), 0);
    valid = result.outcome == PATH_VALID;
    path_result_deinit(&result);
    return valid;
}

/* Makes an end entity without key identifiers, which only profile compatible accepts. */
static struct bytes make_odd_leaf(void)
{
    return path_make(&(struct path_recipe){
        .subject = "www.example.com",
        .issuer = "Root",
        .key = family.leaf_key,
        .issuer_key = family.root_key,
        .without_keys = true,
    });
}

static struct store *make_store(const char *name, bool is_lasting, unsigned profile)
{
    struct store_limits limits = {.profile = profile};
    struct store *store;
    int fault;

    ck_assert_int_eq(store_new(&store, name, is_lasting), 0);
    ck_assert_int_eq(store_add(store, family.root.data, family.root.len, &fault), 0);
    ck_assert_int_eq(store_set_limits(store, &limits), 0);
    return store;
}

/*
 * A store's own profile is used unless the question fixes the profile. An anchor in two stores has
 * to satisfy both profiles.
 */
START_TEST(the_profile_belongs_to_the_authority)
{
    struct bytes leaf = make_odd_leaf();
    struct store *lax = make_store("lax", true, PROFILE_COMPATIBLE);
    struct store *plain = make_store("plain", true, 0);
    struct store *own = make_store("request", false, 0);
    const struct {
        const struct store *stores[2];
        size_t n;
        enum profile profile;
        bool is_fixed;
        enum path_outcome expected;
    } rows[] = {
        {{plain}, 1, PROFILE_WEBPKI, false, PATH_REFUSED},
        {{plain}, 1, PROFILE_COMPATIBLE, false, PATH_VALID},
        {{lax}, 1, PROFILE_WEBPKI, false, PATH_VALID},
        {{lax}, 1, PROFILE_WEBPKI, true, PATH_REFUSED},
        {{lax}, 1, PROFILE_COMPATIBLE, true, PATH_VALID},
        {{lax, plain}, 2, PROFILE_WEBPKI, false, PATH_REFUSED},
        {{plain, lax}, 2, PROFILE_WEBPKI, false, PATH_REFUSED},
        {{lax, plain}, 2, PROFILE_COMPATIBLE, false, PATH_VALID},
        {{own}, 1, PROFILE_WEBPKI, false, PATH_REFUSED},
        {{own, lax}, 2, PROFILE_WEBPKI, false, PATH_REFUSED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct path_question question = path_ask(&leaf, 1, rows[i].stores, rows[i].n);
        struct path_result result;

        question.profile = rows[i].profile;
        question.is_profile_fixed = rows[i].is_fixed;
        ck_assert_int_eq(path_validate(engine, &question, &result), 0);
        ck_assert_msg(result.outcome == rows[i].expected, "row %zu", i);
        path_result_deinit(&result);
    }
    store_free(lax);
    store_free(plain);
    store_free(own);
    path_drop(leaf);
}
END_TEST

static struct store_limits limit_dns(const struct bytes *permitted, const struct bytes *excluded)
{
    struct store_limits limits = {0};

    limits.names.permitted_dns = permitted;
    limits.names.n_permitted_dns = permitted ? 1 : 0;
    limits.names.excluded_dns = excluded;
    limits.names.n_excluded_dns = excluded ? 1 : 0;
    return limits;
}

static struct store_limits limit_ip(const struct constraints_net *net)
{
    struct store_limits limits = {0};

    limits.names.permitted_ip = net;
    limits.names.n_permitted_ip = 1;
    return limits;
}

static struct store_limits limit_time(const int64_t *distrust_after, unsigned max_lifetime_days)
{
    struct store_limits limits = {0};

    limits.distrusted = distrust_after != NULL;
    limits.distrust_after = distrust_after ? *distrust_after : 0;
    limits.max_lifetime_days = max_lifetime_days;
    return limits;
}

START_TEST(limits_hold_for_all_anchors)
{
    const struct bytes example[] = {text("example.com")}, other[] = {text("example.net")};
    const struct constraints_net net[] = {
        {.address = {192, 0, 2, 0}, .n_bytes = 4, .prefix_bits = 24}};
    const int64_t from = FIXTURE_NOW - 30 * FIXTURE_DAY; /* notBefore of the end entity */
    const int64_t before = from - 1;
    const struct {
        const char *intent;
        struct store_limits limits;
        bool expected;
    } rows[] = {
        {"nothing", limit_dns(NULL, NULL), true},
        {"permitted", limit_dns(example, NULL), true},
        {"not permitted", limit_dns(other, NULL), false},
        {"excluded", limit_dns(NULL, example), false},
        {"another is excluded", limit_dns(NULL, other), true},
        {"addresses are limited", limit_ip(net), true},
        {"issued on the last day", limit_time(&from, 0), true},
        {"issued a second later", limit_time(&before, 0), false},
        {"short enough", limit_time(NULL, 91), true},
        {"too long", limit_time(NULL, 89), false},
    };
    struct bytes certificates[] = {family.leaf, family.issuer};
    const struct store *store = family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ck_assert_int_eq(store_set_limits(family.store, &rows[i].limits), 0);
        ck_assert_msg(is_valid(&question) == rows[i].expected, "%s", rows[i].intent);
    }
}
END_TEST

/*
 * An excluded network is refused whatever other names the certificate has and whichever name is
 * asked about.
 */
START_TEST(excluded_networks)
{
    const struct path_extension extension = {
        .nid = NID_subject_alt_name,
        .text = "DNS:www.example.com,IP:192.0.2.7,IP:2001:db8::7",
    };
    const struct path_recipe recipe = {
        .subject = "www.example.com",
        .issuer = "Issuer",
        .key = family.leaf_key,
        .issuer_key = family.issuer_key,
        .extensions = &extension,
        .n_extensions = 1,
    };
    const struct {
        const char *intent;
        struct constraints_net nets[2];
        bool expected;
    } rows[] = {
        {"the network", {{{192, 0, 2, 0}, 4, 24}}, false},
        {"another", {{{198, 51, 100, 0}, 4, 24}}, true},
        {"another, and its IPv6 address",
         {{{198, 51, 100, 0}, 4, 24},
          {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7}, 16, 128}},
         false},
    };
    struct bytes certificates[] = {path_make(&recipe), family.issuer};
    const struct store *store = family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct store_limits limits = {0};

        limits.names.excluded_ip = rows[i].nets;
        limits.names.n_excluded_ip = rows[i].nets[1].n_bytes > 0 ? 2 : 1;
        ck_assert_int_eq(store_set_limits(family.store, &limits), 0);
        ck_assert_msg(is_valid(&question) == rows[i].expected, "%s", rows[i].intent);
    }
    path_drop(certificates[0]);
}
END_TEST

/* The limits of one store do not apply to the anchors of another, in either order. */
START_TEST(another_store_may_vouch)
{
    const struct bytes other[] = {text("example.net")};
    struct store_limits limits = limit_dns(other, NULL);
    struct store *limited = path_store("limited", &family.root, 1);
    const struct store *stores[] = {limited, family.store, limited};
    struct bytes certificates[] = {family.leaf, family.issuer};
    struct path_result result;

    ck_assert_int_eq(store_set_limits(limited, &limits), 0);
    for (size_t i = 0; i < 2; i++) {
        struct path_question question = path_ask(certificates, 2, &stores[i], 2);

        ck_assert_int_eq(path_validate(engine, &question, &result), 0);
        ck_assert_int_eq(result.outcome, PATH_VALID);
        ck_assert_ptr_eq(result.store, family.store);
        path_result_deinit(&result);
    }
    {
        struct path_question question = path_ask(certificates, 2, stores, 1);

        ck_assert(!is_valid(&question));
    }
    store_free(limited);
}
END_TEST

/* An intermediate in a store is an anchor, and needs no path to a root. */
START_TEST(an_anchor_need_not_be_self_signed)
{
    struct store *store = path_store("intermediate", &family.issuer, 1);
    const struct store *stores[] = {store};
    struct path_question question = path_ask(&family.leaf, 1, stores, 1);
    struct path_result result;

    ck_assert_int_eq(path_validate(engine, &question, &result), 0);
    ck_assert_int_eq(result.outcome, PATH_VALID);
    ck_assert_uint_eq(result.n_path, 2);
    path_result_deinit(&result);
    store_free(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path-anchors");
    TCase *tcase = tcase_create("anchors");
    SRunner *runner;
    struct store *probe = NULL;
    struct store_error error;
    int n_failed;
    bool has_system = store_new(&probe, "probe", true) == 0 &&
                      store_load_system(probe, store_find_system(), &error) == 0;

    store_free(probe);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    if (has_system)
        tcase_add_test(tcase, every_root_of_the_system_is_an_anchor);
    tcase_add_test(tcase, warming_changes_no_answer);
    tcase_add_test(tcase, the_profile_belongs_to_the_authority);
    tcase_add_test(tcase, limits_hold_for_all_anchors);
    tcase_add_test(tcase, excluded_networks);
    tcase_add_test(tcase, another_store_may_vouch);
    tcase_add_test(tcase, an_anchor_need_not_be_self_signed);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (n_failed > 0)
        return EXIT_FAILURE;
    if (!has_system)
        puts("no system trust store: its roots were not looked at");
    return has_system ? EXIT_SUCCESS : EXIT_SKIP;
}
