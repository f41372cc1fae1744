/* SPDX-License-Identifier: MIT */

/*
 * Tests that hostile sets of certificates (many paths, expensive keys, exploding policies) are
 * refused and cost no more than a verifier may use: 100 ms of CPU and 64 MiB.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>

#include "tests/unit/x509/path_budget.h"

#define N_MANY 64

/* Asks about many intermediates with the right names and key identifiers and a wrong signature. */
static void judge_forged(const char *kind)
{
    struct path_family family;
    struct bytes certificates[N_MANY];
    EVP_PKEY *key = path_key_ec("P-256");
    struct path_recipe recipe = {.subject = "Issuer", .issuer = "Root", .is_ca = true};
    const char *code;
    char intent[64];

    path_family_init(&family, kind);
    recipe.key = family.issuer_key;
    recipe.issuer_key = strcmp(kind, "rsa") == 0 ? family.leaf_key : key;
    recipe.named_key = family.root_key;
    for (int i = 1; i < N_MANY; i++) {
        recipe.serial = i;
        certificates[i] = path_make(&recipe);
    }
    certificates[0] = family.leaf;
    snprintf(intent, sizeof(intent), "%d forged intermediates, %s", N_MANY - 1, kind);
    code = path_budget_judge(intent, certificates, N_MANY, family.store, PROFILE_WEBPKI);
    ck_assert_str_ne(code, "");
    path_budget_drop(certificates + 1, N_MANY - 1);
    path_family_deinit(&family);
    EVP_PKEY_free(key);
}

START_TEST(forged_intermediates)
{
    judge_forged("P-256");
    judge_forged("P-384");
    judge_forged("P-521");
    judge_forged("rsa");
}
END_TEST

/*
 * Asks about one name with two keys that have certified each other in every way, with right
 * signatures, so that there are too many paths to try. The signature of the end entity is wrong,
 * which is noticed last.
 */
static void judge_mesh(const char *kind, bool reaches_anchor, enum profile profile)
{
    EVP_PKEY *keys[] = {path_key_ec(kind), path_key_ec(kind)};
    struct path_recipe root = {.subject = "Root", .issuer = "Root", .is_ca = true};
    struct path_recipe link = {.subject = "Mesh", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Mesh"};
    struct bytes certificates[N_MANY], anchor;
    struct store *store;
    char intent[64];

    root.key = root.issuer_key = leaf.key = leaf.named_key = keys[0];
    leaf.issuer_key = keys[1];
    anchor = path_make(&root);
    certificates[0] = path_make(&leaf);
    for (int i = 1; i < N_MANY; i++) {
        bool by_root = reaches_anchor && i % 8 == 0;

        link.serial = i;
        link.issuer = by_root ? "Root" : "Mesh";
        link.key = keys[by_root ? 1 : i % 2];
        link.issuer_key = keys[by_root ? 0 : (i + 1) % 2];
        certificates[i] = path_make(&link);
    }
    store = path_store("mesh", &anchor, 1);
    snprintf(intent, sizeof(intent), "mesh of %s%s", kind, reaches_anchor ? "" : ", no anchor");
    ck_assert_str_ne(path_budget_judge(intent, certificates, N_MANY, store, profile), "");
    path_budget_drop(certificates, N_MANY);
    path_drop(anchor);
    store_free(store);
    EVP_PKEY_free(keys[0]);
    EVP_PKEY_free(keys[1]);
}

START_TEST(meshes)
{
    judge_mesh("P-256", false, PROFILE_WEBPKI);
    judge_mesh("P-256", true, PROFILE_WEBPKI);
    judge_mesh("P-384", true, PROFILE_WEBPKI);
    judge_mesh("P-521", true, PROFILE_RFC5280);
}
END_TEST

/*
 * Layers of intermediates, in which each certificate of a layer could have issued each one of the
 * next.
 */
START_TEST(layers)
{
    EVP_PKEY *key = path_key_ec("P-384"), *other = path_key_ec("P-384");
    struct path_recipe root = {.subject = "L0", .issuer = "L0", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "L13"};
    struct bytes certificates[53], anchor;
    struct store *store;
    size_t n = 1;

    root.key = root.issuer_key = leaf.key = leaf.named_key = key;
    leaf.issuer_key = other;
    anchor = path_make(&root);
    certificates[0] = path_make(&leaf);
    for (int layer = 1; layer <= 13; layer++) {
        for (int i = 0; i < 4; i++) {
            char subject[16], issuer[16];
            struct path_recipe link = {.subject = subject,
                                       .issuer = issuer,
                                       .is_ca = true,
                                       .key = key,
                                       .issuer_key = key,
                                       .serial = i + 1};

            snprintf(subject, sizeof(subject), "L%d", layer);
            snprintf(issuer, sizeof(issuer), "L%d", layer - 1);
            certificates[n++] = path_make(&link);
        }
    }
    store = path_store("layers", &anchor, 1);
    ck_assert_str_ne(
        path_budget_judge("13 layers of 4, P-384", certificates, n, store, PROFILE_WEBPKI), "");
    path_budget_drop(certificates, n);
    path_drop(anchor);
    store_free(store);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}
END_TEST

START_TEST(cycles)
{
    EVP_PKEY *key = path_key_ec("P-256");
    struct path_recipe a = {.subject = "A", .issuer = "B", .is_ca = true};
    struct path_recipe b = {.subject = "B", .issuer = "A", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "A"};
    struct path_family family;
    struct bytes certificates[3];

    path_family_init(&family, "P-256");
    a.key = a.issuer_key = b.key = b.issuer_key = leaf.key = leaf.issuer_key = key;
    certificates[0] = path_make(&leaf);
    certificates[1] = path_make(&a);
    certificates[2] = path_make(&b);
    ck_assert_str_eq(path_budget_judge("a cycle", certificates, 3, family.store, PROFILE_WEBPKI),
                     "no-issuer");
    path_budget_drop(certificates, 3);
    path_family_deinit(&family);
    EVP_PKEY_free(key);
}
END_TEST

/* A correctly signed end entity whose key is expensive to decode or to verify with. */
START_TEST(keys)
{
    struct path_family family;
    const struct {
        const char *intent;
        EVP_PKEY *key;
        const char *expected;
    } rows[] = {
        {"RSA of 16,384 bits", path_key_of(16384, "10001"), "key-too-large"},
        {"RSA of 8,193 bits", path_key_of(8193, "10001"), "key-too-large"},
        {"RSA exponent of 2,048 bits", path_key_of(2048, NULL), "key-too-large"},
        {"explicit curve", path_key_encoded(OSSL_PKEY_PARAM_EC_ENCODING, "explicit"),
         "key-explicit-curve"},
        {"compressed point",
         path_key_encoded(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"),
         "key-compressed-point"},
        {"P-521", path_key_ec("P-521"), ""},
    };

    path_family_init(&family, "P-256");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct path_recipe recipe = {.subject = "www.example.com",
                                     .issuer = "Issuer",
                                     .key = rows[i].key,
                                     .issuer_key = family.issuer_key};
        struct bytes certificates[] = {path_make(&recipe), family.issuer};

        ck_assert_str_eq(
            path_budget_judge(rows[i].intent, certificates, 2, family.store, PROFILE_WEBPKI),
            rows[i].expected);
        path_drop(certificates[0]);
        EVP_PKEY_free(rows[i].key);
    }
    path_family_deinit(&family);
}
END_TEST

/*
 * Each CA maps each of two policies to both of them, and the first CA demands an explicit policy.
 */
START_TEST(policy_mappings)
{
    const struct path_extension extensions[] = {
        {NID_certificate_policies, "1.2.3.1,1.2.3.2", NULL, NULL, 0, true},
        {NID_policy_mappings, "1.2.3.1:1.2.3.1,1.2.3.1:1.2.3.2,1.2.3.2:1.2.3.1,1.2.3.2:1.2.3.2",
         NULL, NULL, 0, true},
        {NID_policy_constraints, "requireExplicitPolicy:0", NULL, NULL, 0, true},
    };
    EVP_PKEY *key = path_key_ec("P-256");
    struct path_recipe leaf = {.subject = "www.example.com",
                               .issuer = "P14",
                               .key = key,
                               .issuer_key = key,
                               .extensions = extensions,
                               .n_extensions = 1};
    struct path_recipe root = {
        .subject = "P0", .issuer = "P0", .is_ca = true, .key = key, .issuer_key = key};
    struct bytes certificates[15], anchor = path_make(&root);
    struct store *store = path_store("policies", &anchor, 1);

    certificates[0] = path_make(&leaf);
    for (int i = 1; i < 15; i++) {
        char subject[16], issuer[16];
        struct path_recipe link = {.subject = subject,
                                   .issuer = issuer,
                                   .is_ca = true,
                                   .key = key,
                                   .issuer_key = key,
                                   .extensions = extensions,
                                   .n_extensions = 3};

        snprintf(subject, sizeof(subject), "P%d", i);
        snprintf(issuer, sizeof(issuer), "P%d", i - 1);
        certificates[i] = path_make(&link);
    }
    path_budget_judge("policy mappings", certificates, 15, store, PROFILE_RFC5280);
    path_budget_drop(certificates, 15);
    path_drop(anchor);
    store_free(store);
    EVP_PKEY_free(key);
}
END_TEST

#define ADDRESSES_COUNT 2500
#define WARDENS_COUNT   13 /* the number of CAs in one chain, each of which excludes networks */
#define WARDENS_TWINS   8  /* the number of copies of the chain's first CA; each copy adds a path */

/* Writes a SEQUENCE of ADDRESSES_COUNT iPAddresses of four octets. Returns its length. */
static size_t write_addresses(uint8_t names[static 4 + ADDRESSES_COUNT * 6])
{
    size_t len = ADDRESSES_COUNT * 6;

    memcpy(names, (uint8_t[]){0x30, 0x82, (uint8_t)(len >> 8), (uint8_t)len}, 4);
    for (unsigned i = 0; i < ADDRESSES_COUNT; i++)
        memcpy(names + 4 + (size_t)i * 6,
               (uint8_t[]){0x87, 4, 10, 0, (uint8_t)(i >> 8), (uint8_t)i}, 6);
    return 4 + len;
}

static struct bytes make_warden(EVP_PKEY *key, int above, int serial)
{
    const struct path_extension networks[] = {
        {NID_name_constraints, "excluded;IP:192.0.2.0/255.255.255.0", NULL, NULL, 0, true}};
    char subject[16], issuer[16];
    struct path_recipe recipe = {.subject = subject,
                                 .issuer = issuer,
                                 .is_ca = true,
                                 .key = key,
                                 .issuer_key = key,
                                 .serial = serial,
                                 .extensions = networks,
                                 .n_extensions = 1};

    snprintf(subject, sizeof(subject), "W%d", above + 1);
    snprintf(issuer, sizeof(issuer), "W%d", above);
    return path_make(&recipe);
}

/* Each address is compared with the networks of each CA on each path, and every path is refused. */
START_TEST(addresses)
{
    static uint8_t names[4 + ADDRESSES_COUNT * 6];
    const struct path_extension extensions[] = {
        {0, NULL, "2.5.29.17", names, write_addresses(names), false},
        {NID_subject_alt_name, NULL, NULL, NULL, 0, false},
        {NID_ext_key_usage, "clientAuth", NULL, NULL, 0, false}};
    EVP_PKEY *key = path_key_ec("P-256");
    struct path_recipe leaf = {.subject = "www.example.com",
                               .issuer = "W13",
                               .key = key,
                               .issuer_key = key,
                               .extensions = extensions,
                               .n_extensions = 3};
    struct path_recipe root = {
        .subject = "W0", .issuer = "W0", .is_ca = true, .key = key, .issuer_key = key};
    struct bytes certificates[WARDENS_COUNT + WARDENS_TWINS], anchor = path_make(&root);
    struct store *store = path_store("wardens", &anchor, 1);
    size_t n = 0;

    certificates[n++] = path_make(&leaf);
    for (int i = 0; i < WARDENS_COUNT; i++)
        certificates[n++] = make_warden(key, i, 1);
    for (int i = 1; i < WARDENS_TWINS; i++)
        certificates[n++] = make_warden(key, 0, 1 + i);
    ck_assert_str_eq(path_budget_judge("addresses", certificates, n, store, PROFILE_WEBPKI),
                     "purpose");
    path_budget_drop(certificates, n);
    path_drop(anchor);
    store_free(store);
    EVP_PKEY_free(key);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path-hostile");
    TCase *tcase = tcase_create("sets");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tcase, path_budget_set_up, path_budget_tear_down);
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, forged_intermediates);
    tcase_add_test(tcase, meshes);
    tcase_add_test(tcase, layers);
    tcase_add_test(tcase, cycles);
    tcase_add_test(tcase, keys);
    tcase_add_test(tcase, policy_mappings);
    tcase_add_test(tcase, addresses);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
