/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/path_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

static void need(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "fixture: %s\n", what);
    exit(EXIT_FAILURE);
}

EVP_PKEY *path_key_rsa(unsigned n_bits)
{
    EVP_PKEY *key = EVP_RSA_gen(n_bits);

    need(key, "no RSA key");
    return key;
}

EVP_PKEY *path_key_ec(const char *curve)
{
    EVP_PKEY *key = EVP_EC_gen(curve);

    need(key, "no EC key");
    return key;
}

EVP_PKEY *path_key_of(int n_bits, const char *exponent)
{
    BIGNUM *n = BN_new(), *e = BN_new();
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *params;
    EVP_PKEY *key = NULL;

    need(n && e && builder && ctx &&
             (exponent ? BN_hex2bn(&e, exponent) > 0
                       : BN_rand(e, n_bits - 1, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) == 1) &&
             BN_rand(n, n_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD) == 1 &&
             OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
             OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1,
         "RSA key of that size");
    params = OSSL_PARAM_BLD_to_param(builder);
    need(params && EVP_PKEY_fromdata_init(ctx) == 1 &&
             EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) == 1,
         "RSA key of that size");
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(ctx);
    BN_free(n);
    BN_free(e);
    return key;
}

EVP_PKEY *path_key_encoded(const char *parameter, const char *value)
{
    EVP_PKEY *key = path_key_ec("P-256");

    need(EVP_PKEY_set_utf8_string_param(key, parameter, value) == 1, value);
    return key;
}

bool build_is_instrumented(void)
{
    const char *sanitizers = getenv("CERTNAMED_SANITIZERS"), *relaxed = getenv("CERTNAMED_RELAXED");

    return (sanitizers && strcmp(sanitizers, "yes") == 0) ||
           (relaxed && strcmp(relaxed, "yes") == 0);
}

static void set_name(X509_NAME *name, const char *text)
{
    if (!text || !*text)
        return;
    need(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    (const unsigned char *)text, -1, -1, 0) == 1,
         text);
}

static void add_text(X509 *x509, X509V3_CTX *ctx, int nid, const char *text, bool critical)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, ctx, nid, text);

    need(extension && X509_EXTENSION_set_critical(extension, critical) == 1 &&
             X509_add_ext(x509, extension, -1) == 1,
         text);
    X509_EXTENSION_free(extension);
}

static void add_octets(X509 *x509, const struct path_extension *from)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(from->oid, 1);
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension;

    need(oid && octets && ASN1_OCTET_STRING_set(octets, from->octets, (int)from->n_octets) == 1,
         from->oid);
    extension = X509_EXTENSION_create_by_OBJ(NULL, oid, from->critical, octets);
    need(extension && X509_add_ext(x509, extension, -1) == 1, from->oid);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(octets);
    ASN1_OBJECT_free(oid);
}

static bool brings(const struct path_recipe *recipe, int nid)
{
    for (size_t i = 0; i < recipe->n_extensions; i++) {
        if (!recipe->extensions[i].oid && recipe->extensions[i].nid == nid)
            return true;
    }
    return false;
}

/* Adds an extension unless the recipe has one of this kind. */
static void add_usual(X509 *x509, X509V3_CTX *ctx, const struct path_recipe *recipe, int nid,
                      const char *text, bool critical)
{
    if (!brings(recipe, nid))
        add_text(x509, ctx, nid, text, critical);
}

static void add_ca(X509 *x509, X509V3_CTX *ctx, const struct path_recipe *recipe)
{
    char text[64] = "CA:TRUE";

    if (recipe->path_length > 0)
        snprintf(text, sizeof(text), "CA:TRUE,pathlen:%d", recipe->path_length - 1);
    add_usual(x509, ctx, recipe, NID_basic_constraints, text, true);
    add_usual(x509, ctx, recipe, NID_key_usage, "keyCertSign,cRLSign", true);
}

static void add_end_entity(X509 *x509, X509V3_CTX *ctx, const struct path_recipe *recipe)
{
    char text[300];

    snprintf(text, sizeof(text), "DNS:%s", recipe->subject);
    add_usual(x509, ctx, recipe, NID_subject_alt_name, text, false);
    add_usual(x509, ctx, recipe, NID_key_usage, "digitalSignature", true);
    add_usual(x509, ctx, recipe, NID_ext_key_usage, "serverAuth", false);
}

/* Computes the identifier of a key for which there is no certificate yet. */
static ASN1_OCTET_STRING *identify(EVP_PKEY *key)
{
    X509 *holder = X509_new();
    ASN1_OCTET_STRING *identifier = ASN1_OCTET_STRING_new();
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    need(holder && identifier && X509_set_pubkey(holder, key) == 1 &&
             X509_pubkey_digest(holder, EVP_sha1(), hash, &n) == 1 &&
             ASN1_OCTET_STRING_set(identifier, hash, (int)n) == 1,
         "key identifier");
    X509_free(holder);
    return identifier;
}

static void add_authority(X509 *x509, const struct path_recipe *recipe)
{
    EVP_PKEY *key = recipe->named_key ? recipe->named_key : recipe->issuer_key;
    AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();

    need(authority, "authority key identifier");
    if (!recipe->named_issuer)
        authority->keyid = identify(key);
    else if (X509_get0_subject_key_id((X509 *)(uintptr_t)recipe->named_issuer))
        authority->keyid = ASN1_OCTET_STRING_dup(
            X509_get0_subject_key_id((X509 *)(uintptr_t)recipe->named_issuer));
    else
        authority->keyid = identify(key);
    need(authority->keyid &&
             X509_add1_ext_i2d(x509, NID_authority_key_identifier, authority, 0, 0) == 1,
         "authority key identifier");
    AUTHORITY_KEYID_free(authority);
}

static void add_extensions(X509 *x509, const struct path_recipe *recipe)
{
    CONF *conf = NCONF_new(NULL);
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, x509, x509, NULL, NULL, 0);
    /* `conf` is empty, but libcrypto reads no policies without it. */
    X509V3_set_nconf(&ctx, conf);
    if (!recipe->without_keys) {
        add_usual(x509, &ctx, recipe, NID_subject_key_identifier, "hash", false);
        if (!brings(recipe, NID_authority_key_identifier))
            add_authority(x509, recipe);
    }
    if (recipe->is_ca)
        add_ca(x509, &ctx, recipe);
    else
        add_end_entity(x509, &ctx, recipe);
    for (size_t i = 0; i < recipe->n_extensions; i++) {
        const struct path_extension *extension = &recipe->extensions[i];

        if (extension->oid)
            add_octets(x509, extension);
        else if (extension->text)
            add_text(x509, &ctx, extension->nid, extension->text, extension->critical);
    }
    NCONF_free(conf);
}

static void set_dates(X509 *x509, const struct path_recipe *recipe)
{
    int64_t from = recipe->from ? recipe->from : FIXTURE_NOW - 30 * FIXTURE_DAY;
    int64_t until = recipe->until ? recipe->until : FIXTURE_NOW + 60 * FIXTURE_DAY;

    need(ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)from) &&
             ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)until),
         "dates");
}

struct bytes path_make(const struct path_recipe *recipe)
{
    X509 *x509 = X509_new();
    unsigned char *der = NULL;
    const EVP_MD *digest = recipe->digest ? recipe->digest : EVP_sha256();
    int len;

    need(x509 && X509_set_version(x509, X509_VERSION_3) == 1, "certificate");
    need(ASN1_INTEGER_set(X509_get_serialNumber(x509), recipe->serial ? recipe->serial : 4711) == 1,
         "serial");
    set_name(X509_get_subject_name(x509), recipe->subject);
    set_name(X509_get_issuer_name(x509), recipe->issuer);
    if (recipe->named_issuer)
        need(X509_set_issuer_name(x509, X509_get_subject_name(recipe->named_issuer)) == 1, "name");
    set_dates(x509, recipe);
    need(X509_set_pubkey(x509, recipe->key) == 1, "key");
    add_extensions(x509, recipe);
    need(X509_sign(x509, recipe->issuer_key, digest) > 0, "signature");
    len = i2d_X509(x509, &der);
    need(len > 0, "encoding");
    X509_free(x509);
    return (struct bytes){.data = der, .len = (size_t)len};
}

void path_drop(struct bytes der)
{
    OPENSSL_free((void *)(uintptr_t)der.data);
}

struct store *path_store(const char *name, const struct bytes *anchors, size_t n)
{
    struct store *store = NULL;
    int fault = 0;

    need(store_new(&store, name, true) == 0, "store");
    for (size_t i = 0; i < n; i++)
        need(store_add(store, anchors[i].data, anchors[i].len, &fault) == 0, "anchor");
    return store;
}

static EVP_PKEY *make_key(const char *kind)
{
    return strcmp(kind, "rsa") == 0 ? path_key_rsa(2048) : path_key_ec(kind);
}

void path_family_init(struct path_family *family, const char *kind)
{
    struct path_recipe root = {.subject = "Root", .issuer = "Root", .is_ca = true};
    struct path_recipe issuer = {.subject = "Issuer", .issuer = "Root", .is_ca = true};
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Issuer"};

    family->root_key = make_key(kind);
    family->issuer_key = make_key(kind);
    family->leaf_key = make_key(kind);
    root.key = root.issuer_key = issuer.issuer_key = family->root_key;
    issuer.key = leaf.issuer_key = family->issuer_key;
    leaf.key = family->leaf_key;
    family->root = path_make(&root);
    family->issuer = path_make(&issuer);
    family->leaf = path_make(&leaf);
    family->store = path_store("family", &family->root, 1);
}

void path_family_deinit(struct path_family *family)
{
    store_free(family->store);
    path_drop(family->root);
    path_drop(family->issuer);
    path_drop(family->leaf);
    EVP_PKEY_free(family->root_key);
    EVP_PKEY_free(family->issuer_key);
    EVP_PKEY_free(family->leaf_key);
}

struct path_question path_ask(const struct bytes *certificates, size_t n,
                              const struct store *const *stores, size_t n_stores)
{
    return (struct path_question){
        .certificates = certificates,
        .n_certificates = n,
        .stores = stores,
        .n_stores = n_stores,
        .time = FIXTURE_NOW,
        .profile = PROFILE_WEBPKI,
        .purpose = PURPOSE_SERVER,
        .max_depth = -1,
        .revocation = REVOCATION_IF_KNOWN,
    };
}
