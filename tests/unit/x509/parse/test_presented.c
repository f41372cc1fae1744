/* SPDX-License-Identifier: MIT */

/*
 * Tests how the names of a certificate are read: each GeneralName becomes an identity of its type,
 * and one whose value does not fit its type becomes an identity that matches nothing.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "daemon/identity/match.h"
#include "daemon/x509/parse/certificate.h"

#define N_OF(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* Encoded object identifiers: SRVName, SmtpUTF8Mailbox and an unknown one. */
#define SRV_NAME  "\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x07"
#define SMTP_UTF8 "\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09"
#define UNKNOWN   "\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x63"

static struct x509_context *x509;
static struct suffix_list *suffixes;
static EVP_PKEY *key;

static void setup(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
    ck_assert_int_eq(x509_context_new(&x509), 0);
    key = EVP_EC_gen("P-256");
    ck_assert_ptr_nonnull(key);
}

static void teardown(void)
{
    EVP_PKEY_free(key);
    x509_context_free(x509);
    suffix_list_close(suffixes);
}

static X509 *new_certificate(void)
{
    X509 *made = X509_new();

    ck_assert_ptr_nonnull(made);
    X509_set_version(made, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(made), 0);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, key);
    return made;
}

/* Adds a subjectAltName extension with exactly these octets. */
static void add_alternative(X509 *made, const void *octets, size_t len)
{
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension;

    ck_assert_int_eq(ASN1_OCTET_STRING_set(value, octets, (int)len), 1);
    extension = X509_EXTENSION_create_by_NID(NULL, NID_subject_alt_name, 0, value);
    ck_assert_int_eq(X509_add_ext(made, extension, -1), 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
}

static void add_subject(X509 *made, int nid, int type, const void *text, size_t len)
{
    X509_NAME *subject = X509_get_subject_name(made);

    ck_assert_int_eq(X509_NAME_add_entry_by_NID(subject, nid, type, text, (int)len, -1, 0), 1);
}

static struct certificate *parse(X509 *made)
{
    struct certificate *certificate = NULL;
    uint8_t *der = NULL;
    int len;

    ck_assert_int_gt(X509_sign(made, key, EVP_sha256()), 0);
    len = i2d_X509(made, &der);
    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(certificate_parse(&certificate, x509, der, (size_t)len), 0);
    OPENSSL_free(der);
    X509_free(made);
    return certificate;
}

/* --- one GeneralName --- */

struct octets {
    const char *data;
    size_t len;
};
#define O(octets)                                                                                  \
    {                                                                                              \
        octets, sizeof(octets) - 1                                                                 \
    }

static const struct name_row {
    const char *intent;
    struct octets name; /* the GeneralName in DER; all lengths in it are below 128 */
    enum identity_type expected;
    struct octets value;
} name_rows[] = {
    {"an rfc822Name",
     O("\x81\x03"
       "a@b"),
     IDENTITY_EMAIL, O("a@b")},
    {"an empty rfc822Name", O("\x81\x00"), IDENTITY_EMAIL, O("")},
    {"an rfc822Name with a NUL",
     O("\x81\x04"
       "a\0@b"),
     IDENTITY_EMAIL, O("a\0@b")},
    {"an rfc822Name in pieces, as BER has it",
     O("\xa1\x05\x16\x03"
       "a@b"),
     IDENTITY_EMAIL, O("a@b")},
    {"a dNSName",
     O("\x82\x01"
       "a"),
     IDENTITY_DNS, O("a")},
    {"an empty dNSName", O("\x82\x00"), IDENTITY_DNS, O("")},
    {"a dNSName in Latin-1", O("\x82\x01\xfc"), IDENTITY_DNS, O("\xfc")},
    {"a URI",
     O("\x86\x03"
       "a:b"),
     IDENTITY_URI, O("a:b")},
    {"an empty URI", O("\x86\x00"), IDENTITY_URI, O("")},
    {"an iPAddress", O("\x87\x04\xc0\x00\x02\x01"), IDENTITY_IP, O("\xc0\x00\x02\x01")},
    {"an empty iPAddress", O("\x87\x00"), IDENTITY_IP, O("")},
    {"an x400Address", O("\xa3\x00"), IDENTITY_OTHER, O("")},
    {"an x400Address with something in it",
     O("\xa3\x03\x16\x01"
       "a"),
     IDENTITY_OTHER, O("")},
    {"a directoryName", O("\xa4\x02\x30\x00"), IDENTITY_OTHER, O("")},
    {"an empty directoryName", O("\xa4\x00"), IDENTITY_MALFORMED, O("")},
    {"a directoryName that is none",
     O("\xa4\x03\x16\x01"
       "a"),
     IDENTITY_MALFORMED, O("")},
    {"an ediPartyName",
     O("\xa5\x05\xa1\x03\x0c\x01"
       "a"),
     IDENTITY_OTHER, O("")},
    {"an empty ediPartyName", O("\xa5\x00"), IDENTITY_MALFORMED, O("")},
    {"an ediPartyName in its other form",
     O("\xa5\x0a\xa0\x03\x0c\x01"
       "a\xa1\x03\x0c\x01"
       "b"),
     IDENTITY_OTHER, O("")},
    {"a registeredID", O("\x88\x01\x2a"), IDENTITY_OTHER, O("")},
    {"an empty registeredID", O("\x88\x00"), IDENTITY_MALFORMED, O("")},
    {"a type that is none",
     O("\x89\x01"
       "a"),
     IDENTITY_MALFORMED, O("")},

    {"a SRVName",
     O("\xa0\x11" SRV_NAME "\xa0\x05\x16\x03"
       "_a."),
     IDENTITY_SRV, O("_a.")},
    {"an empty SRVName", O("\xa0\x0e" SRV_NAME "\xa0\x02\x16\x00"), IDENTITY_SRV, O("")},
    {"a SRVName in UTF-8",
     O("\xa0\x11" SRV_NAME "\xa0\x05\x0c\x03"
       "_a."),
     IDENTITY_MALFORMED, O("")},
    {"a SRVName of a number", O("\xa0\x0f" SRV_NAME "\xa0\x03\x02\x01\x01"), IDENTITY_MALFORMED,
     O("")},
    {"a SRVName of nothing", O("\xa0\x0e" SRV_NAME "\xa0\x02\x05\x00"), IDENTITY_MALFORMED, O("")},
    {"a SRVName of a boolean", O("\xa0\x0f" SRV_NAME "\xa0\x03\x01\x01\xff"), IDENTITY_MALFORMED,
     O("")},
    {"a SRVName of a sequence",
     O("\xa0\x13" SRV_NAME "\xa0\x07\x30\x05\x16\x03"
       "_a."),
     IDENTITY_MALFORMED, O("")},
    {"a SRVName without a value", O("\xa0\x0a" SRV_NAME), IDENTITY_MALFORMED, O("")},
    {"a SmtpUTF8Mailbox", O("\xa0\x12" SMTP_UTF8 "\xa0\x06\x0c\x04\xc3\xbc@b"), IDENTITY_SMTP_UTF8,
     O("\xc3\xbc@b")},
    {"a SmtpUTF8Mailbox that is not UTF-8", O("\xa0\x11" SMTP_UTF8 "\xa0\x05\x0c\x03\xfc@b"),
     IDENTITY_SMTP_UTF8, O("\xfc@b")},
    {"a SmtpUTF8Mailbox in ASCII's type",
     O("\xa0\x11" SMTP_UTF8 "\xa0\x05\x16\x03"
       "a@b"),
     IDENTITY_MALFORMED, O("")},
    {"a SmtpUTF8Mailbox of an object", O("\xa0\x0f" SMTP_UTF8 "\xa0\x03\x06\x01\x2a"),
     IDENTITY_MALFORMED, O("")},
    {"another otherName",
     O("\xa0\x11" UNKNOWN "\xa0\x05\x0c\x03"
       "a@b"),
     IDENTITY_OTHER, O("")},
    {"another otherName of nothing", O("\xa0\x0e" UNKNOWN "\xa0\x02\x05\x00"), IDENTITY_OTHER,
     O("")},
    {"an otherName within",
     O("\xa0\x1d" UNKNOWN "\xa0\x11\xa0\x0f" SRV_NAME "\xa0\x03\x16\x01"
       "_"),
     IDENTITY_OTHER, O("")},
    {"an empty otherName", O("\xa0\x00"), IDENTITY_MALFORMED, O("")},
};

static const struct {
    enum reference_kind kind;
    const char *text;
} asked[] = {
    {REFERENCE_HOST, "a.example.com"},    {REFERENCE_HOST, "192.0.2.9"},
    {REFERENCE_EMAIL, "a@example.com"},   {REFERENCE_EMAIL, "\u00fc@example.com"},
    {REFERENCE_URI, "https://a.example"}, {REFERENCE_SPIFFE, "spiffe://a.example/b"},
    {REFERENCE_SRV, "_a.example.com"},
};

/* Asserts that no reference matches these presented identities. */
static void check_no_match(const struct identity *presented, size_t n)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        for (int i = 0; i < N_OF(asked); i++) {
            struct match_rules rules = {.suffixes = suffixes, .rules = {.set = (enum rule_set)set}};
            struct match_result result;
            struct reference reference;

            ck_assert_int_eq(reference_parse(&reference, asked[i].kind, (enum rule_set)set,
                                             (const uint8_t *)asked[i].text, strlen(asked[i].text)),
                             0);
            match_all(&rules, &reference, presented, n, &result);
            ck_assert_int_eq(result.match, MATCH_NONE);
            for (size_t k = 0; k < n; k++)
                ck_assert_int_ne(match_why(&rules, &reference, presented, n, k), MISS_NONE);
        }
    }
}

/*
 * Tests each GeneralName. libcrypto decodes the extension as a whole, so one malformed name makes
 * all of it malformed. A wrong type inside an otherName affects only that name.
 */
START_TEST(one_name)
{
    static const char before[] = "\x82\x01"
                                 "x";
    const struct name_row *row = &name_rows[_i];
    uint8_t octets[128] = {0x30, (uint8_t)(sizeof(before) - 1 + row->name.len)};
    struct certificate *certificate;
    const struct identity *presented;
    X509 *made = new_certificate();
    size_t n;

    memcpy(octets + 2, before, sizeof(before) - 1);
    memcpy(octets + 2 + sizeof(before) - 1, row->name.data, row->name.len);
    add_alternative(made, octets, 2 + octets[1]);
    certificate = parse(made);
    presented = certificate_identities(certificate, &n);

    ck_assert_int_eq(presented[n - 1].type, row->expected);
    ck_assert_uint_eq(presented[n - 1].len, row->value.len);
    ck_assert(row->value.len == 0 ||
              memcmp(presented[n - 1].data, row->value.data, row->value.len) == 0);
    if (n > 1)
        ck_assert_int_eq(presented[0].type, IDENTITY_DNS);
    check_no_match(presented, n);
    certificate_free(certificate);
}
END_TEST

/* An extension that is not exactly GeneralNames becomes one malformed identity. */
START_TEST(one_extension)
{
    static const struct octets rows[] = {
        O(""),
        O("\x30"),
        O("\x30\x80"),
        O("\x30\x03\x82\x02"
          "a"),
        O("\x30\x03\x82\x01"
          "a\x00"),
        O("\x30\x03\x82\x01"
          "a\x30\x00"),
        O("\x31\x03\x82\x01"
          "a"),
        O("\x30\x84\xff\xff\xff\xff"),
    };
    X509 *made = new_certificate();
    struct certificate *certificate;
    const struct identity *presented;
    size_t n;

    add_alternative(made, rows[_i].data, rows[_i].len);
    add_subject(made, NID_commonName, V_ASN1_UTF8STRING, "a", 1);
    certificate = parse(made);
    presented = certificate_identities(certificate, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(presented[0].type, IDENTITY_MALFORMED);
    ck_assert_int_eq(presented[1].type, IDENTITY_CN);
    check_no_match(presented, n);
    certificate_free(certificate);
}
END_TEST

/* --- the subject --- */

/*
 * Common names come first, then emailAddresses, each in the order of the subject and converted to
 * UTF-8.
 */
START_TEST(the_subject)
{
    static const struct identity expected[] = {
        {IDENTITY_DNS, (const uint8_t *)"x", 1},
        {IDENTITY_CN, (const uint8_t *)"a", 1},
        {IDENTITY_CN, (const uint8_t *)"\u00fc", 2},
        {IDENTITY_SUBJECT_EMAIL, (const uint8_t *)"c@d", 3},
        {IDENTITY_SUBJECT_EMAIL, (const uint8_t *)"\u00fc@e", 4},
        {IDENTITY_SUBJECT_EMAIL, (const uint8_t *)"f\0@g", 4},
    };
    X509 *made = new_certificate();
    struct certificate *certificate;
    const struct identity *presented;
    size_t n;

    add_alternative(made, "\x30\x03\x82\x01x", 5);
    add_subject(made, NID_pkcs9_emailAddress, V_ASN1_IA5STRING, "c@d", 3);
    add_subject(made, NID_commonName, V_ASN1_UTF8STRING, "a", 1);
    add_subject(made, NID_organizationName, V_ASN1_UTF8STRING, "o", 1);
    add_subject(made, NID_pkcs9_emailAddress, V_ASN1_TELETEXSTRING, "\xfc@e", 3);
    add_subject(made, NID_commonName, V_ASN1_BMPSTRING, "\0\xfc", 2);
    add_subject(made, NID_pkcs9_emailAddress, V_ASN1_IA5STRING, "f\0@g", 4);
    certificate = parse(made);
    presented = certificate_identities(certificate, &n);

    ck_assert_uint_eq(n, N_OF(expected));
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(presented[i].type, expected[i].type);
        ck_assert_uint_eq(presented[i].len, expected[i].len);
        ck_assert_mem_eq(presented[i].data, expected[i].data, expected[i].len);
    }
    certificate_free(certificate);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("names");
    TCase *names = tcase_create("names");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(names, setup, teardown);
    tcase_add_loop_test(names, one_name, 0, N_OF(name_rows));
    tcase_add_loop_test(names, one_extension, 0, 8);
    tcase_add_test(names, the_subject);
    suite_add_tcase(suite, names);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
