/* SPDX-License-Identifier: MIT */
#include "tests/unit/revocation_fixture.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/x509v3.h>

struct blob blob_copy(const void *data, size_t len)
{
    struct blob blob = {.data = malloc(len + 1), .len = len};

    ck_assert_ptr_nonnull(blob.data);
    if (len > 0)
        memcpy(blob.data, data, len);
    return blob;
}

void blob_free(struct blob *blob)
{
    free(blob->data);
    *blob = (struct blob){0};
}

static struct blob head(uint8_t tag, size_t len)
{
    uint8_t bytes[5] = {tag};

    if (len < 0x80) {
        bytes[1] = (uint8_t)len;
        return blob_copy(bytes, 2);
    }
    if (len < 0x100) {
        bytes[1] = 0x81;
        bytes[2] = (uint8_t)len;
        return blob_copy(bytes, 3);
    }
    if (len < 0x10000) {
        bytes[1] = 0x82;
        bytes[2] = (uint8_t)(len >> 8);
        bytes[3] = (uint8_t)len;
        return blob_copy(bytes, 4);
    }
    bytes[1] = 0x83;
    bytes[2] = (uint8_t)(len >> 16);
    bytes[3] = (uint8_t)(len >> 8);
    bytes[4] = (uint8_t)len;
    return blob_copy(bytes, 5);
}

static void append(struct blob *blob, struct blob part)
{
    blob->data = realloc(blob->data, blob->len + part.len + 1);
    ck_assert_ptr_nonnull(blob->data);
    if (part.len > 0)
        memcpy(blob->data + blob->len, part.data, part.len);
    blob->len += part.len;
    free(part.data);
}

struct blob blob_value(uint8_t tag, size_t n, ...)
{
    struct blob content = blob_copy("", 0), value;
    va_list parts;

    va_start(parts, n);
    for (size_t i = 0; i < n; i++)
        append(&content, va_arg(parts, struct blob));
    va_end(parts);
    value = head(tag, content.len);
    append(&value, content);
    return value;
}

static struct blob nothing(void)
{
    return blob_copy("", 0);
}

static struct blob text(const char *bytes)
{
    return blob_copy(bytes, strlen(bytes));
}

static struct blob primitive(uint8_t tag, const void *data, size_t len)
{
    return blob_value(tag, 1, blob_copy(data, len));
}

static struct blob number(long value)
{
    ASN1_INTEGER *integer = ASN1_INTEGER_new();
    unsigned char *der = NULL;
    struct blob blob;
    int len;

    ck_assert_int_eq(ASN1_INTEGER_set_int64(integer, value), 1);
    len = i2d_ASN1_INTEGER(integer, &der);
    ck_assert_int_gt(len, 0);
    blob = blob_copy(der, (size_t)len);
    OPENSSL_free(der);
    ASN1_INTEGER_free(integer);
    return blob;
}

/* UTCTime before 2050 unless it is asked for otherwise. */
static struct blob moment(int64_t seconds, bool is_general)
{
    time_t clock = (time_t)seconds;
    char string[32];
    struct tm tm;

    ck_assert_ptr_nonnull(gmtime_r(&clock, &tm));
    is_general = is_general || tm.tm_year >= 150;
    strftime(string, sizeof(string), "%Y%m%d%H%M%SZ", &tm);
    return blob_value(is_general ? 0x18 : 0x17, 1, text(is_general ? string : string + 2));
}

static struct blob extension(const char *oid, size_t n_oid, bool is_critical, struct blob value)
{
    return blob_value(0x30, 3, primitive(0x06, oid, n_oid),
                      is_critical ? primitive(0x01, "\xff", 1) : nothing(),
                      blob_value(0x04, 1, value));
}

/* --- keys and certificates --- */

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

static void name(X509_NAME *name, const char *common)
{
    ck_assert_int_eq(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                                (const unsigned char *)common, -1, -1, 0),
                     1);
}

/* As it would come: from its DER. */
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

/* --- signing --- */

static const char ecdsa_sha1[] = "\x30\x09\x06\x07\x2a\x86\x48\xce\x3d\x04\x01";
static const char ecdsa_sha256[] = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
static const char ecdsa_sha384[] = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03";

static struct blob algorithm(bool is_sha1)
{
    return is_sha1 ? blob_copy(ecdsa_sha1, sizeof(ecdsa_sha1) - 1)
                   : blob_copy(ecdsa_sha256, sizeof(ecdsa_sha256) - 1);
}

static struct blob sign(EVP_PKEY *key, bool is_sha1, struct blob tbs, struct blob rest)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    unsigned char signature[256];
    size_t len = sizeof(signature);

    ck_assert_int_eq(
        EVP_DigestSignInit(digest, NULL, is_sha1 ? EVP_sha1() : EVP_sha256(), NULL, key), 1);
    ck_assert_int_eq(EVP_DigestSign(digest, signature, &len, tbs.data, tbs.len), 1);
    EVP_MD_CTX_free(digest);
    return blob_value(0x30, 4, tbs, algorithm(is_sha1),
                      blob_value(0x03, 2, blob_copy("\0", 1), blob_copy(signature, len)), rest);
}

static struct blob name_of(const X509_NAME *name)
{
    const unsigned char *data = NULL;
    size_t len = 0;

    ck_assert_int_eq(X509_NAME_get0_der(name, &data, &len), 1);
    return blob_copy(data, len);
}

static struct blob key_identifier(const X509 *certificate)
{
    const ASN1_OCTET_STRING *octets = X509_get0_subject_key_id((X509 *)certificate);

    ck_assert_ptr_nonnull(octets);
    return blob_copy(ASN1_STRING_get0_data(octets), (size_t)ASN1_STRING_length(octets));
}

/* --- CRLs --- */

#define CE(arc) "\x55\x1d" arc, 3
#define OURS    "\x2b\x06\x01\x04\x01\x83\xe3\x49\x01", 9

static struct blob point_name(const struct crl_spec *spec)
{
    struct blob uri = spec->point ? blob_value(0x86, 1, text(spec->point)) : nothing();
    struct blob dns = spec->shape & CRL_DNS_POINT ? blob_value(0x82, 1, text("a.example"))
                                                  : nothing();

    if (spec->shape & CRL_RELATIVE_POINT) {
        free(dns.data);
        return blob_value(0xa0, 1, blob_value(0xa1, 1, uri));
    }
    if (!spec->point) {
        free(dns.data);
        return uri;
    }
    return blob_value(0xa0, 1, blob_value(0xa0, 2, uri, dns));
}

static struct blob flag(unsigned shape, unsigned bit, uint8_t tag)
{
    return shape & bit ? primitive(tag, "\xff", 1) : nothing();
}

static struct blob scope(const struct crl_spec *spec)
{
    unsigned shape = spec->shape;

    if (shape & CRL_BROKEN_SCOPE)
        return extension(CE("\x1c"), true, blob_value(0x30, 1, text("broken")));
    return extension(
        CE("\x1c"), true,
        blob_value(0x30, 6, point_name(spec), flag(shape, CRL_ONLY_USER, 0x81),
                   flag(shape, CRL_ONLY_CA, 0x82),
                   shape & CRL_SOME_REASONS ? primitive(0x83, "\x06\x40", 2) : nothing(),
                   flag(shape, CRL_INDIRECT, 0x84), flag(shape, CRL_ONLY_ATTRIBUTE, 0x85)));
}

static struct blob crl_number(unsigned shape)
{
    static const char longest[] = "\x02\x15\x01"
                                  "12345678901234567890";
    bool is_critical = (shape & CRL_NUMBER_CRITICAL) != 0;

    if (shape & CRL_NO_NUMBER)
        return nothing();
    if (shape & CRL_NUMBER_LONG)
        return extension(CE("\x14"), is_critical, blob_copy(longest, sizeof(longest) - 1));
    return extension(CE("\x14"), is_critical, number(shape & CRL_NUMBER_NEGATIVE ? -7 : 7));
}

static struct blob authority(const struct crl_spec *spec)
{
    struct blob key;

    if (!(spec->shape & (CRL_AUTHORITY | CRL_AUTHORITY_OTHER)))
        return nothing();
    key = key_identifier(spec->issuer);
    if (spec->shape & CRL_AUTHORITY_OTHER)
        key.data[0] ^= 1;
    return extension(CE("\x23"), false, blob_value(0x30, 1, blob_value(0x80, 1, key)));
}

static struct blob crl_extensions(const struct crl_spec *spec)
{
    unsigned shape = spec->shape;
    bool has_scope = spec->point != NULL ||
                     (shape & (CRL_INDIRECT | CRL_ONLY_USER | CRL_ONLY_CA | CRL_ONLY_ATTRIBUTE |
                               CRL_SOME_REASONS | CRL_BROKEN_SCOPE | CRL_SCOPE_TWICE)) != 0;
    struct blob list;

    if (shape & CRL_V1)
        return nothing();
    list = blob_value(0x30, 7, authority(spec), crl_number(shape),
                      has_scope ? scope(spec) : nothing(),
                      shape & CRL_SCOPE_TWICE ? scope(spec) : nothing(),
                      shape & CRL_DELTA ? extension(CE("\x1b"), true, number(6)) : nothing(),
                      shape & CRL_CRITICAL ? extension(OURS, true, nothing()) : nothing(),
                      shape & CRL_NONCRITICAL ? extension(OURS, false, nothing()) : nothing());
    return blob_value(0xa0, 1, list);
}

static struct blob reason(int value)
{
    uint8_t octet = (uint8_t)value;

    return value < 0 ? nothing() : extension(CE("\x15"), false, primitive(0x0a, &octet, 1));
}

static struct blob entry(const struct crl_spec *spec, long serial)
{
    unsigned shape = spec->shape;
    struct blob list = nothing();

    append(&list, reason(spec->reason));
    if (shape & CRL_ENTRY_REASON_TWICE)
        append(&list, reason(spec->reason));
    if (shape & (CRL_ENTRY_CRITICAL | CRL_ENTRY_NONCRITICAL))
        append(&list, extension(OURS, (shape & CRL_ENTRY_CRITICAL) != 0, nothing()));
    return blob_value(0x30, 3, number(serial), moment(NOW + 5 * DAY, false),
                      list.len > 0 ? blob_value(0x30, 1, list) : list);
}

/* An entry of another issuer: from here on they are all his. */
static struct blob foreign_entry(void)
{
    struct blob names = blob_value(0x30, 1, blob_value(0x86, 1, text("http://other.example/")));

    return blob_value(0x30, 3, number(9), moment(NOW, false),
                      blob_value(0x30, 1, extension(CE("\x1d"), true, names)));
}

static struct blob entries(const struct crl_spec *spec)
{
    struct blob list = nothing();

    if (spec->shape & CRL_ENTRY_FOREIGN)
        append(&list, foreign_entry());
    for (size_t i = 0; i < spec->n_others; i++)
        append(&list, entry(spec, 1000000 + (long)(i * 7919 % 1000003)));
    if (spec->serial)
        append(&list, entry(spec, spec->serial));
    if (spec->shape & CRL_TWICE)
        append(&list, entry(spec, spec->serial));
    return list.len > 0 ? blob_value(0x30, 1, list) : list;
}

static struct blob crl_version(unsigned shape)
{
    if (shape & CRL_V3)
        return number(2);
    return shape & (CRL_V1 | CRL_V1_EXTENDED) ? nothing() : number(1);
}

struct blob crl_make(const struct crl_spec *spec)
{
    bool is_sha1 = (spec->shape & CRL_SHA1) != 0, is_default = spec->from == 0 && spec->until == 0;
    bool is_general = (spec->shape & CRL_GENERALIZED) != 0;
    int64_t from = is_default ? NOW - DAY : spec->from,
            until = is_default ? NOW + DAY : spec->until;
    struct blob inner = spec->shape & CRL_INNER_ALGORITHM
                            ? blob_copy(ecdsa_sha384, sizeof(ecdsa_sha384) - 1)
                            : algorithm(is_sha1);
    struct blob tbs = blob_value(
        0x30, 7, crl_version(spec->shape), inner, name_of(X509_get_subject_name(spec->issuer)),
        moment(from, is_general), spec->shape & CRL_NO_END ? nothing() : moment(until, is_general),
        entries(spec), crl_extensions(spec));
    struct blob crl = sign(spec->key, is_sha1, tbs, nothing());

    if (spec->shape & CRL_TRAILING)
        append(&crl, blob_copy("\0", 1));
    return crl;
}

/* --- OCSP --- */

#define PKIX(arc) "\x2b\x06\x01\x05\x05\x07\x30\x01" arc, 9

static struct blob hash(const EVP_MD *md, const void *data, size_t len, bool is_other)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    ck_assert_int_eq(EVP_Digest(data, len, digest, &n, md, NULL), 1);
    digest[0] ^= is_other ? 1 : 0;
    return primitive(0x04, digest, n);
}

static const EVP_MD *hash_of(unsigned shape)
{
    if (shape & OCSP_MD5)
        return EVP_md5();
    return shape & OCSP_SHA256 ? EVP_sha256() : EVP_sha1();
}

static struct blob hash_oid(unsigned shape)
{
    if (shape & OCSP_MD5)
        return primitive(0x06, "\x2a\x86\x48\x86\xf7\x0d\x02\x05", 8);
    return shape & OCSP_SHA256 ? primitive(0x06, "\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9)
                               : primitive(0x06, "\x2b\x0e\x03\x02\x1a", 5);
}

static struct blob certificate_id(const struct ocsp_spec *spec, long serial)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(spec->issuer);
    const EVP_MD *md = hash_of(spec->shape);
    struct blob issuer = name_of(X509_get_issuer_name(spec->certificate));
    struct blob name = hash(md, issuer.data, issuer.len, (spec->shape & OCSP_OTHER_NAME) != 0);
    struct blob key = hash(md, ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits),
                           (spec->shape & OCSP_OTHER_KEY) != 0);

    free(issuer.data);
    return blob_value(0x30, 4, blob_value(0x30, 2, hash_oid(spec->shape), primitive(0x05, "", 0)),
                      name, key, number(serial));
}

static struct blob status(unsigned shape)
{
    if (shape & OCSP_REVOKED)
        return blob_value(0xa1, 1, moment(NOW, true));
    return shape & OCSP_UNKNOWN ? primitive(0x82, "", 0) : primitive(0x80, "", 0);
}

static struct blob single(const struct ocsp_spec *spec, unsigned shape, long serial)
{
    bool is_default = spec->from == 0 && spec->until == 0;
    int64_t from = is_default ? NOW - DAY : spec->from,
            until = is_default ? NOW + DAY : spec->until;
    struct blob critical = shape & OCSP_SINGLE_CRITICAL
                               ? blob_value(0xa1, 1,
                                            blob_value(0x30, 1, extension(OURS, true, nothing())))
                               : nothing();

    if (shape & OCSP_BACKWARDS)
        until = from - 1;
    return blob_value(0x30, 5, certificate_id(spec, serial), status(shape), moment(from, true),
                      shape & OCSP_NO_END ? nothing() : blob_value(0xa0, 1, moment(until, true)),
                      critical);
}

static struct blob singles(const struct ocsp_spec *spec)
{
    long serial = ASN1_INTEGER_get(X509_get0_serialNumber(spec->certificate));
    unsigned shape = spec->shape;
    struct blob list = nothing();

    if (shape & OCSP_NO_SINGLES)
        return blob_value(0x30, 1, list);
    if (shape & OCSP_OTHERS_TOO)
        append(&list, single(spec, OCSP_REVOKED, serial + 1));
    append(&list, single(spec, shape, shape & OCSP_OTHER_SERIAL ? serial + 1 : serial));
    if (shape & OCSP_REVOKED_TOO)
        append(&list, single(spec, OCSP_REVOKED, serial));
    if (shape & OCSP_OTHERS_TOO)
        append(&list, single(spec, OCSP_UNKNOWN, serial + 2));
    if (shape & OCSP_BROKEN_SINGLE)
        append(&list, primitive(0x30, "\x05", 1));
    return blob_value(0x30, 1, list);
}

static struct blob responder(const struct ocsp_spec *spec)
{
    const X509 *certificate = spec->responder->certificate;
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(certificate);

    if (!(spec->shape & OCSP_BY_KEY))
        return blob_value(0xa1, 1, name_of(X509_get_subject_name(certificate)));
    return blob_value(
        0xa2, 1,
        hash(EVP_sha1(), ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits), false));
}

static struct blob ocsp_extensions(unsigned shape)
{
    if (!(shape & (OCSP_NONCE | OCSP_CRITICAL)))
        return nothing();
    return blob_value(
        0xa1, 1,
        blob_value(0x30, 2,
                   shape & OCSP_NONCE
                       ? extension(PKIX("\x02"), true, primitive(0x04, "12345678", 8))
                       : nothing(),
                   shape & OCSP_CRITICAL ? extension(OURS, true, nothing()) : nothing()));
}

static struct blob certificates(const struct ocsp_spec *spec)
{
    struct blob list = nothing();

    for (size_t i = 0; i < sizeof(spec->certificates) / sizeof(*spec->certificates); i++) {
        unsigned char *der = NULL;
        int len;

        if (!spec->certificates[i])
            continue;
        len = i2d_X509(spec->certificates[i], &der);
        ck_assert_int_gt(len, 0);
        append(&list, blob_copy(der, (size_t)len));
        OPENSSL_free(der);
    }
    return list.len > 0 ? blob_value(0xa0, 1, blob_value(0x30, 1, list)) : list;
}

struct blob ocsp_make(const struct ocsp_spec *spec)
{
    struct blob data, basic, type, response;

    if (spec->shape & OCSP_TRY_LATER)
        return blob_value(0x30, 1, primitive(0x0a, "\x03", 1));
    data = blob_value(0x30, 4, responder(spec), moment(NOW, true), singles(spec),
                      ocsp_extensions(spec->shape));
    basic = sign(spec->key ? spec->key : spec->responder->key, false, data, certificates(spec));
    type = spec->shape & OCSP_OTHER_TYPE ? primitive(0x06, PKIX("\x05"))
                                         : primitive(0x06, PKIX("\x01"));
    response = blob_value(
        0x30, 2, primitive(0x0a, "\0", 1),
        blob_value(0xa0, 1, blob_value(0x30, 2, type, blob_value(0x04, 1, basic))));
    if (spec->shape & OCSP_TRAILING)
        append(&response, blob_copy("\0", 1));
    return response;
}
