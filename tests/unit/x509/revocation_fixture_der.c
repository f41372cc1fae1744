/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/revocation_fixture_der.h"

#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

void blob_append(struct blob *blob, struct blob part)
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
        blob_append(&content, va_arg(parts, struct blob));
    va_end(parts);
    value = head(tag, content.len);
    blob_append(&value, content);
    return value;
}

struct blob blob_nothing(void)
{
    return blob_copy("", 0);
}

struct blob blob_text(const char *bytes)
{
    return blob_copy(bytes, strlen(bytes));
}

struct blob blob_primitive(uint8_t tag, const void *data, size_t len)
{
    return blob_value(tag, 1, blob_copy(data, len));
}

struct blob blob_number(long value)
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

/* Makes a UTCTime before 2050, unless a GeneralizedTime is wanted. */
struct blob blob_moment(int64_t seconds, bool is_general)
{
    time_t clock = (time_t)seconds;
    char string[32];
    struct tm tm;

    ck_assert_ptr_nonnull(gmtime_r(&clock, &tm));
    is_general = is_general || tm.tm_year >= 150;
    strftime(string, sizeof(string), "%Y%m%d%H%M%SZ", &tm);
    return blob_value(is_general ? 0x18 : 0x17, 1, blob_text(is_general ? string : string + 2));
}

struct blob blob_extension(const char *oid, size_t n_oid, bool is_critical, struct blob value)
{
    return blob_value(0x30, 3, blob_primitive(0x06, oid, n_oid),
                      is_critical ? blob_primitive(0x01, "\xff", 1) : blob_nothing(),
                      blob_value(0x04, 1, value));
}

static const char ecdsa_sha1[] = "\x30\x09\x06\x07\x2a\x86\x48\xce\x3d\x04\x01";
static const char ecdsa_sha256[] = "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";

struct blob blob_algorithm(bool is_sha1)
{
    return is_sha1 ? blob_copy(ecdsa_sha1, sizeof(ecdsa_sha1) - 1)
                   : blob_copy(ecdsa_sha256, sizeof(ecdsa_sha256) - 1);
}

struct blob blob_sign(EVP_PKEY *key, bool is_sha1, struct blob tbs, struct blob rest)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    unsigned char signature[256];
    size_t len = sizeof(signature);

    ck_assert_int_eq(
        EVP_DigestSignInit(digest, NULL, is_sha1 ? EVP_sha1() : EVP_sha256(), NULL, key), 1);
    ck_assert_int_eq(EVP_DigestSign(digest, signature, &len, tbs.data, tbs.len), 1);
    EVP_MD_CTX_free(digest);
    return blob_value(0x30, 4, tbs, blob_algorithm(is_sha1),
                      blob_value(0x03, 2, blob_copy("\0", 1), blob_copy(signature, len)), rest);
}

struct blob blob_name_of(const X509_NAME *name)
{
    const unsigned char *data = NULL;
    size_t len = 0;

    ck_assert_int_eq(X509_NAME_get0_der(name, &data, &len), 1);
    return blob_copy(data, len);
}
