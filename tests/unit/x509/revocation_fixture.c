/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/revocation_fixture.h"

#include <check.h>
#include <time.h>

#include <openssl/x509v3.h>

EVP_PKEY *key_make(void)
{
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");

    ck_assert_ptr_nonnull(key);
    return key;
}

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *made;
    X509V3_CTX context;

    if (!value)
        return;
    X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&context);
    made = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ck_assert_msg(made != NULL, "%s", value);
    ck_assert_int_eq(X509_add_ext(certificate, made, -1), 1);
    X509_EXTENSION_free(made);
}

/* Adds an extension with an OID that libcrypto does not know; its value is NULL in DER. */
static void add_by_oid(X509 *certificate, const char *text, int is_critical)
{
    ASN1_OBJECT *oid = OBJ_txt2obj(text, 1);
    ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
    X509_EXTENSION *made;

    ck_assert_int_eq(ASN1_OCTET_STRING_set(octets, (const unsigned char *)"\x05", 2), 1);
    made = X509_EXTENSION_create_by_OBJ(NULL, oid, is_critical, octets);
    ck_assert_int_eq(X509_add_ext(certificate, made, -1), 1);
    X509_EXTENSION_free(made);
    ASN1_OCTET_STRING_free(octets);
    ASN1_OBJECT_free(oid);
}

static void name(X509_NAME *name, const char *common)
{
    ck_assert_int_eq(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                                (const unsigned char *)common, -1, -1, 0),
                     1);
}

/* Parses the certificate from its DER and reads its extensions, as is done for a verified path. */
static X509 *parse_again(X509 *made)
{
    unsigned char *der = NULL;
    const unsigned char *at;
    int len = i2d_X509(made, &der);
    X509 *parsed;

    ck_assert_int_gt(len, 0);
    at = der;
    parsed = d2i_X509(NULL, &at, len);
    ck_assert_ptr_nonnull(parsed);
    X509_check_purpose(parsed, -1, 0);
    OPENSSL_free(der);
    X509_free(made);
    return parsed;
}

struct party party_make(const struct party_spec *spec, EVP_PKEY *key, const struct party *issuer)
{
    struct party party = {.key = key ? key : key_make(), .certificate = X509_new()};
    X509 *made = party.certificate;

    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), spec->serial);
    name(X509_get_subject_name(made), spec->name);
    X509_set_issuer_name(made, issuer ? X509_get_subject_name(issuer->certificate)
                                      : X509_get_subject_name(made));
    ASN1_TIME_set(X509_getm_notBefore(made), (time_t)(spec->from ? spec->from : NOW - 900 * DAY));
    ASN1_TIME_set(X509_getm_notAfter(made), (time_t)(spec->until ? spec->until : NOW + 900 * DAY));
    X509_set_pubkey(made, party.key);
    add_extension(made, NID_basic_constraints, spec->constraints);
    add_extension(made, NID_key_usage, spec->usage);
    add_extension(made, NID_ext_key_usage, spec->extended_usage);
    add_extension(made, NID_tlsfeature, spec->tls_feature);
    add_extension(made, NID_crl_distribution_points, spec->points);
    add_extension(made, NID_subject_key_identifier, spec->has_key_identifier ? "hash" : NULL);
    if (spec->has_unknown_critical)
        add_by_oid(made, "1.3.6.1.4.1.55738.666.1", 1);
    if (spec->has_no_rev_avail)
        add_by_oid(made, "2.5.29.56", spec->is_critical);
    ck_assert_int_gt(X509_sign(made, issuer ? issuer->key : party.key, EVP_sha256()), 0);
    party.certificate = parse_again(made);
    return party;
}

void party_free(struct party *party)
{
    EVP_PKEY_free(party->key);
    X509_free(party->certificate);
    *party = (struct party){0};
}

void world_init(struct world *world)
{
    static const struct party_spec root = {.name = "Root",
                                           .serial = 1,
                                           .constraints = "critical,CA:TRUE",
                                           .usage = "critical,keyCertSign,cRLSign",
                                           .has_key_identifier = true};
    static const struct party_spec intermediate = {.name = "Intermediate",
                                                   .serial = INTERMEDIATE_SERIAL,
                                                   .constraints = "critical,CA:TRUE",
                                                   .usage = "critical,keyCertSign,cRLSign",
                                                   .has_key_identifier = true};
    static const struct party_spec leaf = {.name = "leaf",
                                           .serial = LEAF_SERIAL,
                                           .extended_usage = "serverAuth",
                                           .points = "URI:" LEAF_POINT};
    static const struct party_spec stranger = {.name = "Stranger",
                                               .serial = 1,
                                               .constraints = "critical,CA:TRUE",
                                               .has_key_identifier = true};
    struct party_spec namesake = intermediate;

    ck_assert_int_eq(x509_context_new(&world->context), 0);
    world->root = party_make(&root, NULL, NULL);
    world->intermediate = party_make(&intermediate, NULL, &world->root);
    world->leaf = party_make(&leaf, NULL, &world->intermediate);
    namesake.serial = INTERMEDIATE_SERIAL + 1;
    world->namesake = party_make(&namesake, NULL, &world->root);
    world->stranger = party_make(&stranger, NULL, NULL);
    world->path[0] = world->leaf.certificate;
    world->path[1] = world->intermediate.certificate;
    world->path[2] = world->root.certificate;
}

void world_deinit(struct world *world)
{
    party_free(&world->root);
    party_free(&world->intermediate);
    party_free(&world->leaf);
    party_free(&world->namesake);
    party_free(&world->stranger);
    world->context = x509_context_free(world->context);
}

struct crl_set *world_set(const struct world *world)
{
    struct crl_set *set = NULL;

    ck_assert_int_eq(crl_set_new(&set, world->context), 0);
    return set;
}

void world_add(struct crl_set *set, const struct crl_spec *spec)
{
    struct blob crl = crl_make(spec);

    ck_assert_int_eq(crl_set_add_request_der(set, crl.data, crl.len), 0);
    blob_free(&crl);
}

void world_ask(const struct world *world, const struct crl_set *set, enum revocation_mode mode,
               size_t n, struct fault_list *faults, struct revocation_result *result)
{
    struct revocation_question question = {
        .path = world->path, .n = n, .time = NOW, .mode = mode, .sets = &set, .n_sets = 1};

    *faults = (struct fault_list){0};
    ck_assert_int_eq(revocation_check(world->context, &question, faults, result), 0);
    ck_assert_uint_eq(result->n, n - 1);
    ck_assert(result->from <= NOW && result->until >= NOW);
}
