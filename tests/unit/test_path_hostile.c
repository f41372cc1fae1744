/* SPDX-License-Identifier: MIT */

/*
 * Proves that no set of certificates costs more than a verifier may take, 100 ms of CPU and 64 MiB,
 * and that none of them is accepted: made to have many paths, dear keys, deep or wide structures,
 * or what made libraries stumble before.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <openssl/core_names.h>

#include "daemon/x509/der.h"
#include "tests/unit/path_fixture.h"

#define MAX_CPU_MS  100
#define MAX_GROWTH_KIB (64 * 1024)
#define N_MANY      64

static struct x509_context *context;
static struct path_engine *engine;

static void set_up(void)
{
    ck_assert_int_eq(x509_context_new(&context), 0);
    ck_assert_int_eq(path_engine_new(&engine, context), 0);
}

static void tear_down(void)
{
    engine = path_engine_free(engine);
    context = x509_context_free(context);
}

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Asks, and holds the answer to the limits. The first fault's code; "" for an acceptance. */
static const char *judge(const char *intent, const struct span *certificates, size_t n,
                         const struct store *store, enum profile profile)
{
    struct path_question question = path_ask(certificates, n, &store, 1);
    struct path_result result;
    const char *code = "";
    long peak = peak_kib();
    double start = cpu_ms(), took;

    question.profile = profile;
    ck_assert_int_eq(path_validate(engine, &question, &result), 0);
    took = cpu_ms() - start;
    peak = peak_kib() - peak;
    printf("%-44s %7.2f ms %6ld KiB  %4u nodes %2u judged %u verified %2u signatures", intent, took,
           peak, result.effort.n_nodes, result.effort.n_judged, result.effort.n_verified,
           result.effort.n_signatures);
    if (result.outcome != PATH_VALID)
        code = result.faults.n ? result.faults.faults[0].code : result.date_faults.faults[0].code;
    printf("  %s\n", code);
    ck_assert(result.is_size || result.outcome == PATH_VALID || *code != '\0');
    path_result_deinit(&result);
    if (!path_is_instrumented()) {
        ck_assert_msg(took <= MAX_CPU_MS, "%s: %.1f ms", intent, took);
        ck_assert_msg(peak <= MAX_GROWTH_KIB, "%s: %ld KiB", intent, peak);
    }
    return code;
}

static void drop_all(struct span *certificates, size_t n)
{
    for (size_t i = 0; i < n; i++)
        path_drop(certificates[i]);
}

/* Intermediates that bear the right names and key identifiers, and no right signature. */
static void judge_forged(const char *kind)
{
    struct path_family family;
    struct span certificates[N_MANY];
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
    code = judge(intent, certificates, N_MANY, family.store, PROFILE_WEBPKI);
    ck_assert_str_ne(code, "");
    drop_all(certificates + 1, N_MANY - 1);
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
 * One name with two keys, whose certificates have issued each other in every way, signed as they
 * should: there are more paths than anybody could try. The end entity's own signature is wrong,
 * which comes out last.
 */
static void judge_mesh(const char *kind, bool reaches_anchor, enum profile profile)
{
    EVP_PKEY *keys[] = {path_key_ec(kind), path_key_ec(kind)};
    struct path_recipe root = {.subject = "Root", .issuer = "Root", .is_ca = true};
    struct path_recipe link = {.subject = "Mesh", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Mesh"};
    struct span certificates[N_MANY], anchor;
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
    ck_assert_str_ne(judge(intent, certificates, N_MANY, store, profile), "");
    drop_all(certificates, N_MANY);
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

/* Layers of intermediates: each of one layer has the name of each of the next one's issuers. */
START_TEST(layers)
{
    EVP_PKEY *key = path_key_ec("P-384"), *other = path_key_ec("P-384");
    struct path_recipe root = {.subject = "L0", .issuer = "L0", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "L13"};
    struct span certificates[53], anchor;
    struct store *store;
    size_t n = 1;

    root.key = root.issuer_key = leaf.key = leaf.named_key = key;
    leaf.issuer_key = other;
    anchor = path_make(&root);
    certificates[0] = path_make(&leaf);
    for (int layer = 1; layer <= 13; layer++) {
        for (int i = 0; i < 4; i++) {
            char subject[8], issuer[8];
            struct path_recipe link = {.subject = subject, .issuer = issuer, .is_ca = true,
                                       .key = key, .issuer_key = key, .serial = i + 1};

            snprintf(subject, sizeof(subject), "L%d", layer);
            snprintf(issuer, sizeof(issuer), "L%d", layer - 1);
            certificates[n++] = path_make(&link);
        }
    }
    store = path_store("layers", &anchor, 1);
    ck_assert_str_ne(judge("13 layers of 4, P-384", certificates, n, store, PROFILE_WEBPKI), "");
    drop_all(certificates, n);
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
    struct span certificates[3];

    path_family_init(&family, "P-256");
    a.key = a.issuer_key = b.key = b.issuer_key = leaf.key = leaf.issuer_key = key;
    certificates[0] = path_make(&leaf);
    certificates[1] = path_make(&a);
    certificates[2] = path_make(&b);
    ck_assert_str_eq(judge("a cycle", certificates, 3, family.store, PROFILE_WEBPKI), "no-issuer");
    drop_all(certificates, 3);
    path_family_deinit(&family);
    EVP_PKEY_free(key);
}
END_TEST

/* Keys that are dear to decode or to verify with, in an end entity that is signed as it should. */
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
        struct path_recipe recipe = {.subject = "www.example.com", .issuer = "Issuer",
                                     .key = rows[i].key, .issuer_key = family.issuer_key};
        struct span certificates[] = {path_make(&recipe), family.issuer};

        ck_assert_str_eq(judge(rows[i].intent, certificates, 2, family.store, PROFILE_WEBPKI),
                         rows[i].expected);
        path_drop(certificates[0]);
        EVP_PKEY_free(rows[i].key);
    }
    path_family_deinit(&family);
}
END_TEST

/* Each CA maps two policies to both, and the first wants one to be explicit. */
START_TEST(policy_mappings)
{
    const struct path_extension extensions[] = {
        {NID_certificate_policies, "1.2.3.1,1.2.3.2", NULL, NULL, 0, true},
        {NID_policy_mappings,
         "1.2.3.1:1.2.3.1,1.2.3.1:1.2.3.2,1.2.3.2:1.2.3.1,1.2.3.2:1.2.3.2", NULL, NULL, 0, true},
        {NID_policy_constraints, "requireExplicitPolicy:0", NULL, NULL, 0, true},
    };
    EVP_PKEY *key = path_key_ec("P-256");
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "P14", .key = key,
                               .issuer_key = key, .extensions = extensions, .n_extensions = 1};
    struct path_recipe root = {.subject = "P0", .issuer = "P0", .is_ca = true, .key = key,
                               .issuer_key = key};
    struct span certificates[15], anchor = path_make(&root);
    struct store *store = path_store("policies", &anchor, 1);

    certificates[0] = path_make(&leaf);
    for (int i = 1; i < 15; i++) {
        char subject[8], issuer[8];
        struct path_recipe link = {.subject = subject, .issuer = issuer, .is_ca = true, .key = key,
                                   .issuer_key = key, .extensions = extensions, .n_extensions = 3};

        snprintf(subject, sizeof(subject), "P%d", i);
        snprintf(issuer, sizeof(issuer), "P%d", i - 1);
        certificates[i] = path_make(&link);
    }
    judge("policy mappings", certificates, 15, store, PROFILE_RFC5280);
    drop_all(certificates, 15);
    path_drop(anchor);
    store_free(store);
    EVP_PKEY_free(key);
}
END_TEST

/* --- octets --- */

/* Octets at work: written from the end, so that lengths are known. */
struct octets {
    uint8_t bytes[32768];
    size_t at; /* where they begin */
};

static void put(struct octets *octets, const void *bytes, size_t len)
{
    ck_assert_uint_ge(octets->at, len);
    octets->at -= len;
    memcpy(octets->bytes + octets->at, bytes, len);
}

/* Identifier and length of what has been put since `end`. */
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
        {.oid = oid, .octets = octets->bytes + octets->at,
         .n_octets = sizeof(octets->bytes) - octets->at},
    };
    struct path_recipe recipe = {.extensions = extensions, .n_extensions = 2};
    struct span certificates[] = {family->leaf, family->issuer};
    struct span made;

    recipe.subject = in_issuer ? "Issuer" : "www.example.com";
    recipe.issuer = in_issuer ? "Root" : "Issuer";
    recipe.is_ca = in_issuer;
    recipe.key = in_issuer ? family->issuer_key : family->leaf_key;
    recipe.issuer_key = in_issuer ? family->root_key : family->issuer_key;
    /* its own subjectAltName stays away only where this one stands for it */
    if (strcmp(oid, "2.5.29.17") != 0)
        memmove(&extensions[0], &extensions[1], sizeof(extensions[0])), recipe.n_extensions = 1;
    made = path_make(&recipe);
    certificates[in_issuer ? 1 : 0] = made;
    judge(intent, certificates, 2, family->store, PROFILE_RFC5280);
    path_drop(made);
}

/* Every kind of GeneralName: nothing in it, something that it is not, and one within another. */
static void put_general_name(struct octets *octets, unsigned kind, unsigned variant)
{
    /* otherName, x400Address, directoryName and ediPartyName are constructed */
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
    uint8_t around[6]; /* identifiers around a name, the inner first; 0 ends them */
    const char *before; /* what stands before the name in the innermost, and how long that is */
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
    {"access location", "1.3.6.1.5.5.7.1.1", {0x30, 0x30},
     "\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x01", 10},
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

/* As many small names or values as fit into a certificate. */
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
        {"names, as many as fit", "2.5.29.17", "\x82\x01" "a", 3, 5000, {0x30}},
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

/* A certificate of that extension alone, as large as they may be. */
static struct span make_with(const struct path_recipe *usual, const char *oid,
                             const struct octets *octets)
{
    struct path_extension extensions[] = {
        {.oid = oid, .octets = octets->bytes + octets->at,
         .n_octets = sizeof(octets->bytes) - octets->at, .critical = usual->is_ca},
        {NID_subject_alt_name, NULL, NULL, NULL, 0, false},
    };
    struct path_recipe recipe = *usual;

    recipe.extensions = extensions;
    recipe.n_extensions = usual->is_ca ? 1 : 2;
    return path_make(&recipe);
}

/* Every name is compared with every constraint, or would be: thousands of each. */
START_TEST(names_times_constraints)
{
    static struct octets octets;
    struct path_family family;
    struct path_recipe issuer = {.subject = "Issuer", .issuer = "Root", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Issuer"};
    struct span certificates[2];

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
        ck_assert_str_ne(judge(variant ? "2,300 names x 2,000 permitted" :
                                         "2,300 names x 2,000 excluded",
                               certificates, 2, family.store, PROFILE_RFC5280),
                         "");
        drop_all(certificates, 2);
    }
    path_family_deinit(&family);
}
END_TEST

/* A name relative to the issuer's in each distribution point. */
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
    Suite *suite = suite_create("path-hostile");
    TCase *tcase = tcase_create("sets");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, forged_intermediates);
    tcase_add_test(tcase, meshes);
    tcase_add_test(tcase, layers);
    tcase_add_test(tcase, cycles);
    tcase_add_test(tcase, keys);
    tcase_add_test(tcase, policy_mappings);
    tcase_add_test(tcase, general_names_everywhere);
    tcase_add_test(tcase, wide_structures);
    tcase_add_test(tcase, names_times_constraints);
    tcase_add_test(tcase, relative_distribution_points);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
