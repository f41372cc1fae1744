/* SPDX-License-Identifier: MIT */

/*
 * Tests that no structure inside a certificate costs more than a verifier may use: every kind of
 * name in every place, as many values as fit, names times constraints, and structures that have
 * been expensive for libraries.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/parse/der.h"
#include "tests/unit/x509/path_budget.h"

/*
 * DER that is written from its end to its beginning, so that the length of each value is known when
 * its header is written.
 */
struct octets {
    uint8_t bytes[65536];
    size_t at; /* the index of the first octet in `bytes` */
};

static void put(struct octets *octets, const void *bytes, size_t len)
{
    ck_assert_uint_ge(octets->at, len);
    octets->at -= len;
    memcpy(octets->bytes + octets->at, bytes, len);
}

/* Writes identifier and length before everything that was written since `end`. */
static void wrap(struct octets *octets, uint8_t tag, size_t end)
{
    size_t len = end - octets->at;
    uint8_t head[] = {tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len};

    if (len >= 0x100) {
        put(octets, head, 4);
    } else if (len >= 0x80) {
        head[1] = 0x81;
        head[2] = (uint8_t)len;
        put(octets, head, 3);
    } else {
        head[1] = (uint8_t)len;
        put(octets, head, 2);
    }
}

static void judge_octets(const char *intent, const struct path_family *family, const char *oid,
                         const struct octets *octets, bool in_issuer)
{
    struct path_extension extensions[] = {
        {NID_subject_alt_name, NULL, NULL, NULL, 0, false},
        {.oid = oid,
         .octets = octets->bytes + octets->at,
         .n_octets = sizeof(octets->bytes) - octets->at},
    };
    struct path_recipe recipe = {.extensions = extensions, .n_extensions = 2};
    struct bytes certificates[] = {family->leaf, family->issuer};
    struct bytes made;

    recipe.subject = in_issuer ? "Issuer" : "www.example.com";
    recipe.issuer = in_issuer ? "Root" : "Issuer";
    recipe.is_ca = in_issuer;
    recipe.key = in_issuer ? family->issuer_key : family->leaf_key;
    recipe.issuer_key = in_issuer ? family->root_key : family->issuer_key;
    /* The usual subjectAltName is left out only if this extension takes its place. */
    if (strcmp(oid, "2.5.29.17") != 0)
        memmove(&extensions[0], &extensions[1], sizeof(extensions[0])), recipe.n_extensions = 1;
    made = path_make(&recipe);
    certificates[in_issuer ? 1 : 0] = made;
    path_budget_judge(intent, certificates, 2, family->store, PROFILE_RFC5280);
    path_drop(made);
}

/* Writes every kind of GeneralName: empty, with a wrong content, and one inside another. */
static void put_general_name(struct octets *octets, unsigned kind, unsigned variant)
{
    /* otherName, x400Address, directoryName and ediPartyName are constructed. */
    bool is_constructed = kind == 0 || kind == 3 || kind == 4 || kind == 5;
    size_t end = octets->at;

    if (variant == 1)
        put(octets, "\x05\x00", 2);
    if (variant == 2)
        put(octets, "\x30\x06\xa4\x04\x30\x02\x31\x00", 8);
    wrap(octets, (uint8_t)(DER_CONTEXT_0 | kind | (is_constructed ? DER_CONSTRUCTED : 0)), end);
}

struct place {
    const char *name, *oid;
    uint8_t around[6];  /* identifiers of the values around a name, the innermost first; 0 ends the
                           list */
    const char *before; /* octets before the name in the innermost value, n_before of them */
    size_t n_before;
};

static const struct place places[] = {
    {"subjectAltName", "2.5.29.17", {0x30}, "", 0},
    {"issuerAltName", "2.5.29.18", {0x30}, "", 0},
    {"permitted subtree", "2.5.29.30", {0x30, 0xa0, 0x30}, "", 0},
    {"excluded subtree", "2.5.29.30", {0x30, 0xa1, 0x30}, "", 0},
    {"distribution point", "2.5.29.31", {0xa0, 0xa0, 0x30, 0x30}, "", 0},
    {"CRL issuer", "2.5.29.31", {0xa2, 0x30, 0x30}, "", 0},
    {"authorityCertIssuer", "2.5.29.35", {0xa1, 0x30}, "", 0},
    {"access location",
     "1.3.6.1.5.5.7.1.1",
     {0x30, 0x30},
     "\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01",
     10},
};

START_TEST(general_names_everywhere)
{
    static struct octets octets;
    struct path_family family;

    path_family_init(&family, "P-256");
    for (size_t i = 0; i < sizeof(places) / sizeof(*places) * 9 * 3 * 2; i++) {
        const struct place *place = &places[i / 54];
        unsigned kind = (unsigned)(i / 6 % 9), variant = (unsigned)(i / 2 % 3);
        char intent[64];

        octets.at = sizeof(octets.bytes);
        put_general_name(&octets, kind, variant);
        put(&octets, place->before, place->n_before);
        for (size_t j = 0; j < sizeof(place->around) && place->around[j]; j++)
            wrap(&octets, place->around[j], sizeof(octets.bytes));
        snprintf(intent, sizeof(intent), "%s, kind %u, %u", place->name, kind, variant);
        judge_octets(intent, &family, place->oid, &octets, i % 2 == 1);
    }
    path_family_deinit(&family);
}
END_TEST

/* Tests as many small names or values as fit into a certificate. */
START_TEST(wide_structures)
{
    static struct octets octets;
    struct path_family family;
    const struct {
        const char *intent, *oid;
        const char *item;
        size_t n_item, n;
        uint8_t around[4];
    } rows[] = {
        {"names, as many as fit",
         "2.5.29.17",
         "\x82\x01"
         "a",
         3,
         5000,
         {0x30}},
        {"empty names", "2.5.29.17", "\x82\x00", 2, 7000, {0x30}},
        {"addresses", "2.5.29.17", "\x87\x04\x01\x02\x03\x04", 6, 2500, {0x30}},
        {"distribution points", "2.5.29.31", "\x30\x00", 2, 7000, {0x30}},
        {"a large OID", "2.5.29.37", "\x01\x01\x01\x01", 4, 3500, {0x06, 0x30}},
        {"many OIDs", "2.5.29.37", "\x06\x01\x01", 3, 5000, {0x30}},
        {"many policies", "2.5.29.32", "\x30\x03\x06\x01\x01", 5, 3000, {0x30}},
    };

    path_family_init(&family, "P-256");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        octets.at = sizeof(octets.bytes);
        for (size_t j = 0; j < rows[i].n; j++)
            put(&octets, rows[i].item, rows[i].n_item);
        for (size_t j = 0; j < sizeof(rows[i].around) && rows[i].around[j]; j++)
            wrap(&octets, rows[i].around[j], sizeof(octets.bytes));
        judge_octets(rows[i].intent, &family, rows[i].oid, &octets, false);
        judge_octets(rows[i].intent, &family, rows[i].oid, &octets, true);
    }
    path_family_deinit(&family);
}
END_TEST

/* Makes a certificate that has only this extension and is as large as a certificate may be. */
static struct bytes make_with(const struct path_recipe *usual, const char *oid,
                              const struct octets *octets)
{
    struct path_extension extensions[] = {
        {.oid = oid,
         .octets = octets->bytes + octets->at,
         .n_octets = sizeof(octets->bytes) - octets->at,
         .critical = usual->is_ca},
        {NID_subject_alt_name, NULL, NULL, NULL, 0, false},
    };
    struct path_recipe recipe = *usual;

    recipe.extensions = extensions;
    recipe.n_extensions = usual->is_ca ? 1 : 2;
    return path_make(&recipe);
}

/* Tests thousands of names with thousands of constraints. */
START_TEST(names_times_constraints)
{
    static struct octets octets;
    struct path_family family;
    struct path_recipe issuer = {.subject = "Issuer", .issuer = "Root", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Issuer"};
    struct bytes certificates[2];

    path_family_init(&family, "P-256");
    issuer.key = leaf.issuer_key = family.issuer_key;
    issuer.issuer_key = family.root_key;
    leaf.key = family.leaf_key;
    for (unsigned variant = 0; variant < 2; variant++) {
        octets.at = sizeof(octets.bytes);
        for (unsigned i = 0; i < 2000; i++) {
            char name[8];
            size_t end = octets.at;

            put(&octets, name, (size_t)sprintf(name, "%x", i));
            wrap(&octets, 0x82, end);
            wrap(&octets, 0x30, end);
        }
        wrap(&octets, variant ? 0xa0 : 0xa1, sizeof(octets.bytes));
        wrap(&octets, 0x30, sizeof(octets.bytes));
        certificates[1] = make_with(&issuer, "2.5.29.30", &octets);
        octets.at = sizeof(octets.bytes);
        for (unsigned i = 0; i < 2300; i++) {
            char name[8];
            size_t end = octets.at;

            put(&octets, name, (size_t)sprintf(name, "z%x", i));
            wrap(&octets, 0x82, end);
        }
        wrap(&octets, 0x30, sizeof(octets.bytes));
        certificates[0] = make_with(&leaf, "2.5.29.17", &octets);
        ck_assert_str_ne(path_budget_judge(variant ? "2,300 names x 2,000 permitted"
                                                   : "2,300 names x 2,000 excluded",
                                           certificates, 2, family.store, PROFILE_RFC5280),
                         "");
        path_budget_drop(certificates, 2);
    }
    path_family_deinit(&family);
}
END_TEST

/*
 * Tests large certificates that have issued each other, so that each path has thousands of
 * constraints.
 */
START_TEST(constraints_in_a_mesh)
{
    static struct octets octets;
    EVP_PKEY *keys[] = {path_key_ec("P-256"), path_key_ec("P-256")};
    struct path_recipe root = {.subject = "Root", .issuer = "Root", .is_ca = true};
    struct path_recipe link = {.subject = "Mesh", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Mesh"};
    struct bytes certificates[12], anchor;
    struct store *store;

    root.key = root.issuer_key = leaf.key = leaf.named_key = keys[0];
    leaf.issuer_key = keys[1];
    anchor = path_make(&root);
    store = path_store("mesh", &anchor, 1);
    certificates[0] = path_make(&leaf);
    octets.at = sizeof(octets.bytes);
    for (unsigned i = 0; i < 1500; i++) {
        char name[8];
        size_t end = octets.at;

        put(&octets, name, (size_t)sprintf(name, "%x", i * 7919 % 4096));
        wrap(&octets, 0x82, end);
        wrap(&octets, 0x30, end);
    }
    wrap(&octets, 0xa1, sizeof(octets.bytes));
    wrap(&octets, 0x30, sizeof(octets.bytes));
    for (int i = 1; i < 12; i++) {
        bool by_root = i > 8;

        link.serial = i;
        link.issuer = by_root ? "Root" : "Mesh";
        link.key = keys[by_root ? 1 : i % 2];
        link.issuer_key = keys[by_root ? 0 : (i + 1) % 2];
        certificates[i] = make_with(&link, "2.5.29.30", &octets);
    }
    ck_assert_str_ne(path_budget_judge("mesh with 1,500 constraints each", certificates, 12, store,
                                       PROFILE_WEBPKI),
                     "");
    path_budget_drop(certificates, 12);
    path_drop(anchor);
    store_free(store);
    EVP_PKEY_free(keys[0]);
    EVP_PKEY_free(keys[1]);
}
END_TEST

/* Tests many distribution points with a name relative to the issuer. */
START_TEST(relative_distribution_points)
{
    static struct octets octets;
    struct path_family family;

    path_family_init(&family, "P-256");
    for (size_t n = 32; n <= 33; n++) {
        octets.at = sizeof(octets.bytes);
        for (size_t i = 0; i < n; i++) {
            size_t end = octets.at;

            put(&octets, "x", 1);
            wrap(&octets, 0x0c, end);
            put(&octets, "\x06\x03\x55\x04\x03", 5);
            wrap(&octets, 0x30, end);
            wrap(&octets, 0xa1, end);
            wrap(&octets, 0xa0, end);
            wrap(&octets, 0x30, end);
        }
        wrap(&octets, 0x30, sizeof(octets.bytes));
        judge_octets(n == 32 ? "32 relative points" : "33 relative points", &family, "2.5.29.31",
                     &octets, false);
    }
    path_family_deinit(&family);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path-octets");
    TCase *tcase = tcase_create("sets");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tcase, path_budget_set_up, path_budget_tear_down);
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, general_names_everywhere);
    tcase_add_test(tcase, wide_structures);
    tcase_add_test(tcase, names_times_constraints);
    tcase_add_test(tcase, constraints_in_a_mesh);
    tcase_add_test(tcase, relative_distribution_points);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
