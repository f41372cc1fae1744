/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "tests/unit/x509/revocation_fixture.h"

#define CE(arc) "\x55\x1d" arc, 3

static const char ecdsa_sha384[] = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03";

static struct blob key_identifier(const X509 *certificate)
{
    const ASN1_OCTET_STRING *octets = X509_get0_subject_key_id((X509 *)certificate);

    ck_assert_ptr_nonnull(octets);
    return blob_copy(ASN1_STRING_get0_data(octets), (size_t)ASN1_STRING_length(octets));
}

static struct blob point_name(const struct crl_spec *spec)
{
    struct blob uri = spec->point ? blob_value(0x86, 1, blob_text(spec->point)) : blob_nothing();
    struct blob dns = spec->shape & CRL_DNS_POINT ? blob_value(0x82, 1, blob_text("a.example"))
                                                  : blob_nothing();

    if (spec->shape & CRL_RELATIVE_POINT) {
        free(dns.data);
        if (spec->point && strncmp(spec->point, "CN=", 3) == 0) {
            free(uri.data);
            uri = blob_value(0x30, 2, blob_copy("\x06\x03\x55\x04\x03", 5),
                             blob_value(0x0c, 1, blob_text(spec->point + 3)));
        }
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
    return shape & bit ? blob_primitive(tag, "\xff", 1) : blob_nothing();
}

static struct blob scope(const struct crl_spec *spec)
{
    unsigned shape = spec->shape;

    if (shape & CRL_BROKEN_SCOPE)
        return blob_extension(CE("\x1c"), true, blob_value(0x30, 1, blob_text("broken")));
    return blob_extension(
        CE("\x1c"), true,
        blob_value(0x30, 6, point_name(spec), flag(shape, CRL_ONLY_USER, 0x81),
                   flag(shape, CRL_ONLY_CA, 0x82),
                   shape & CRL_SOME_REASONS ? blob_primitive(0x83, "\x06\x40", 2) : blob_nothing(),
                   flag(shape, CRL_INDIRECT, 0x84), flag(shape, CRL_ONLY_ATTRIBUTE, 0x85)));
}

static struct blob crl_number(unsigned shape)
{
    static const char longest[] = "\x02\x15\x01"
                                  "12345678901234567890";
    bool is_critical = (shape & CRL_NUMBER_CRITICAL) != 0;

    if (shape & CRL_NO_NUMBER)
        return blob_nothing();
    if (shape & CRL_NUMBER_LONG)
        return blob_extension(CE("\x14"), is_critical, blob_copy(longest, sizeof(longest) - 1));
    return blob_extension(CE("\x14"), is_critical,
                          blob_number(shape & CRL_NUMBER_NEGATIVE ? -7 : 7));
}

static struct blob authority(const struct crl_spec *spec)
{
    struct blob key;

    if (spec->authority_serial) {
        struct blob serial = blob_number(spec->authority_serial), names;

        serial.data[0] = 0x82;
        names = blob_value(0xa4, 1, blob_name_of(X509_get_issuer_name(spec->issuer)));
        return blob_extension(CE("\x23"), false,
                              blob_value(0x30, 2, blob_value(0xa1, 1, names), serial));
    }
    if (!(spec->shape & (CRL_AUTHORITY | CRL_AUTHORITY_OTHER)))
        return blob_nothing();
    key = key_identifier(spec->issuer);
    if (spec->shape & CRL_AUTHORITY_OTHER)
        key.data[0] ^= 1;
    return blob_extension(CE("\x23"), false, blob_value(0x30, 1, blob_value(0x80, 1, key)));
}

static struct blob crl_extensions(const struct crl_spec *spec)
{
    unsigned shape = spec->shape;
    bool has_scope = spec->point != NULL ||
                     (shape & (CRL_INDIRECT | CRL_ONLY_USER | CRL_ONLY_CA | CRL_ONLY_ATTRIBUTE |
                               CRL_SOME_REASONS | CRL_BROKEN_SCOPE | CRL_SCOPE_TWICE)) != 0;
    struct blob list;

    if (shape & CRL_V1)
        return blob_nothing();
    list = blob_value(
        0x30, 7, authority(spec), crl_number(shape), has_scope ? scope(spec) : blob_nothing(),
        shape & CRL_SCOPE_TWICE ? scope(spec) : blob_nothing(),
        shape & CRL_DELTA ? blob_extension(CE("\x1b"), true, blob_number(6)) : blob_nothing(),
        shape & CRL_CRITICAL ? blob_extension(OURS, true, blob_nothing()) : blob_nothing(),
        shape & CRL_NONCRITICAL ? blob_extension(OURS, false, blob_nothing()) : blob_nothing());
    return blob_value(0xa0, 1, list);
}

static struct blob reason(int value)
{
    uint8_t octet = (uint8_t)value;

    return value < 0 ? blob_nothing()
                     : blob_extension(CE("\x15"), false, blob_primitive(0x0a, &octet, 1));
}

static struct blob entry(const struct crl_spec *spec, long serial)
{
    unsigned shape = spec->shape;
    struct blob list = blob_nothing();

    blob_append(&list, reason(spec->reason));
    if (shape & CRL_ENTRY_REASON_TWICE)
        blob_append(&list, reason(spec->reason));
    if (shape & (CRL_ENTRY_CRITICAL | CRL_ENTRY_NONCRITICAL))
        blob_append(&list, blob_extension(OURS, (shape & CRL_ENTRY_CRITICAL) != 0, blob_nothing()));
    return blob_value(0x30, 3, blob_number(serial), blob_moment(NOW + 5 * DAY, false),
                      list.len > 0 ? blob_value(0x30, 1, list) : list);
}

/* Makes an entry with a certificateIssuer, to which the entries after it belong too. */
static struct blob issuer_entry(long serial, struct blob name)
{
    return blob_value(
        0x30, 3, blob_number(serial), blob_moment(NOW, false),
        blob_value(0x30, 1, blob_extension(CE("\x1d"), true, blob_value(0x30, 1, name))));
}

static struct blob entries(const struct crl_spec *spec)
{
    struct blob list = blob_nothing();

    if (spec->shape & CRL_ENTRY_FOREIGN)
        blob_append(&list,
                    issuer_entry(9, blob_value(0x86, 1, blob_text("http://other.example/"))));
    if (spec->shape & CRL_ENTRY_OWN)
        blob_append(
            &list, issuer_entry(
                       10, blob_value(0xa4, 1, blob_name_of(X509_get_subject_name(spec->issuer)))));
    if (spec->listed_by)
        blob_append(
            &list,
            issuer_entry(
                11, blob_value(0xa4, 1, blob_name_of(X509_get_subject_name(spec->listed_by)))));
    for (size_t i = 0; i < spec->n_others; i++)
        blob_append(&list, entry(spec, 1000000 + (long)(i * 7919 % 1000003)));
    if (spec->serial)
        blob_append(&list, entry(spec, spec->serial));
    if (spec->shape & CRL_TWICE)
        blob_append(&list, entry(spec, spec->serial));
    return list.len > 0 ? blob_value(0x30, 1, list) : list;
}

static struct blob crl_version(unsigned shape)
{
    if (shape & CRL_V3)
        return blob_number(2);
    return shape & (CRL_V1 | CRL_V1_EXTENDED) ? blob_nothing() : blob_number(1);
}

struct blob crl_make(const struct crl_spec *spec)
{
    bool is_sha1 = (spec->shape & CRL_SHA1) != 0, is_default = spec->from == 0 && spec->until == 0;
    bool is_general = (spec->shape & CRL_GENERALIZED) != 0;
    int64_t from = is_default ? NOW - DAY : spec->from,
            until = is_default ? NOW + DAY : spec->until;
    struct blob inner = spec->shape & CRL_INNER_ALGORITHM
                            ? blob_copy(ecdsa_sha384, sizeof(ecdsa_sha384) - 1)
                            : blob_algorithm(is_sha1);
    struct blob tbs = blob_value(
        0x30, 7, crl_version(spec->shape), inner, blob_name_of(X509_get_subject_name(spec->issuer)),
        blob_moment(from, is_general),
        spec->shape & CRL_NO_END ? blob_nothing() : blob_moment(until, is_general), entries(spec),
        crl_extensions(spec));
    struct blob crl = blob_sign(spec->key, is_sha1, tbs, blob_nothing());

    if (spec->shape & CRL_TRAILING)
        blob_append(&crl, blob_copy("\0", 1));
    return crl;
}
