/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>

#include "tests/unit/x509/revocation_fixture.h"

#define PKIX(arc) "\x2b\x06\x01\x05\x05\x07\x30\x01" arc, 9

static struct blob hash(const EVP_MD *md, const void *data, size_t len, bool is_other)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    ck_assert_int_eq(EVP_Digest(data, len, digest, &n, md, NULL), 1);
    digest[0] ^= is_other ? 1 : 0;
    return blob_primitive(0x04, digest, n);
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
        return blob_primitive(0x06, "\x2a\x86\x48\x86\xf7\x0d\x02\x05", 8);
    return shape & OCSP_SHA256 ? blob_primitive(0x06, "\x60\x86\x48\x01\x65\x03\x04\x02\x01", 9)
                               : blob_primitive(0x06, "\x2b\x0e\x03\x02\x1a", 5);
}

static struct blob certificate_id(const struct ocsp_spec *spec, long serial)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(spec->issuer);
    const EVP_MD *md = hash_of(spec->shape);
    struct blob issuer = blob_name_of(X509_get_issuer_name(spec->certificate));
    struct blob name = hash(md, issuer.data, issuer.len, (spec->shape & OCSP_OTHER_NAME) != 0);
    struct blob key = hash(md, ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits),
                           (spec->shape & OCSP_OTHER_KEY) != 0);

    free(issuer.data);
    return blob_value(0x30, 4,
                      blob_value(0x30, 2, hash_oid(spec->shape), blob_primitive(0x05, "", 0)), name,
                      key, blob_number(serial));
}

static struct blob status(unsigned shape)
{
    if (shape & OCSP_REVOKED)
        return blob_value(0xa1, 1, blob_moment(NOW, true));
    return shape & OCSP_UNKNOWN ? blob_primitive(0x82, "", 0) : blob_primitive(0x80, "", 0);
}

static struct blob single(const struct ocsp_spec *spec, unsigned shape, long serial)
{
    bool is_default = spec->from == 0 && spec->until == 0;
    int64_t from = is_default ? NOW - DAY : spec->from,
            until = is_default ? NOW + DAY : spec->until;
    struct blob critical = shape & OCSP_SINGLE_CRITICAL
                               ? blob_value(0xa1, 1,
                                            blob_value(0x30, 1,
                                                       blob_extension(OURS, true, blob_nothing())))
                               : blob_nothing();

    if (shape & OCSP_BACKWARDS)
        until = from - 1;
    return blob_value(0x30, 5, certificate_id(spec, serial), status(shape), blob_moment(from, true),
                      shape & OCSP_NO_END ? blob_nothing()
                                          : blob_value(0xa0, 1, blob_moment(until, true)),
                      critical);
}

static struct blob singles(const struct ocsp_spec *spec)
{
    long serial = ASN1_INTEGER_get(X509_get0_serialNumber(spec->certificate));
    unsigned shape = spec->shape;
    struct blob list = blob_nothing();

    if (shape & OCSP_NO_SINGLES)
        return blob_value(0x30, 1, list);
    if (shape & OCSP_OTHERS_TOO)
        blob_append(&list, single(spec, OCSP_REVOKED, serial + 1));
    blob_append(&list, single(spec, shape, shape & OCSP_OTHER_SERIAL ? serial + 1 : serial));
    if (shape & OCSP_REVOKED_TOO)
        blob_append(&list, single(spec, OCSP_REVOKED, serial));
    if (shape & OCSP_OTHERS_TOO)
        blob_append(&list, single(spec, OCSP_UNKNOWN, serial + 2));
    if (shape & OCSP_BROKEN_SINGLE)
        blob_append(&list, blob_primitive(0x30, "\x05", 1));
    return blob_value(0x30, 1, list);
}

static struct blob responder(const struct ocsp_spec *spec)
{
    const X509 *certificate = spec->responder->certificate;
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(certificate);

    if (!(spec->shape & OCSP_BY_KEY))
        return blob_value(0xa1, 1, blob_name_of(X509_get_subject_name(certificate)));
    return blob_value(
        0xa2, 1,
        hash(EVP_sha1(), ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits), false));
}

static struct blob ocsp_extensions(unsigned shape)
{
    if (!(shape & (OCSP_NONCE | OCSP_CRITICAL)))
        return blob_nothing();
    return blob_value(
        0xa1, 1,
        blob_value(0x30, 2,
                   shape & OCSP_NONCE
                       ? blob_extension(PKIX("\x02"), true, blob_primitive(0x04, "12345678", 8))
                       : blob_nothing(),
                   shape & OCSP_CRITICAL ? blob_extension(OURS, true, blob_nothing())
                                         : blob_nothing()));
}

static struct blob certificates(const struct ocsp_spec *spec)
{
    struct blob list = blob_nothing();

    for (size_t i = 0; i < sizeof(spec->certificates) / sizeof(*spec->certificates); i++) {
        unsigned char *der = NULL;
        int len;

        if (!spec->certificates[i])
            continue;
        len = i2d_X509(spec->certificates[i], &der);
        ck_assert_int_gt(len, 0);
        blob_append(&list, blob_copy(der, (size_t)len));
        OPENSSL_free(der);
    }
    return list.len > 0 ? blob_value(0xa0, 1, blob_value(0x30, 1, list)) : list;
}

struct blob ocsp_make(const struct ocsp_spec *spec)
{
    struct blob data, basic, type, response;

    if (spec->shape & OCSP_TRY_LATER)
        return blob_value(0x30, 1, blob_primitive(0x0a, "\x03", 1));
    data = blob_value(0x30, 4, responder(spec), blob_moment(NOW, true), singles(spec),
                      ocsp_extensions(spec->shape));
    basic = blob_sign(spec->key ? spec->key : spec->responder->key, false, data,
                      certificates(spec));
    type = spec->shape & OCSP_OTHER_TYPE ? blob_primitive(0x06, PKIX("\x05"))
                                         : blob_primitive(0x06, PKIX("\x01"));
    response = blob_value(
        0x30, 2, blob_primitive(0x0a, "\0", 1),
        blob_value(0xa0, 1, blob_value(0x30, 2, type, blob_value(0x04, 1, basic))));
    if (spec->shape & OCSP_TRAILING)
        blob_append(&response, blob_copy("\0", 1));
    return response;
}
