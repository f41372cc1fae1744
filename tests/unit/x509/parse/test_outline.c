/* SPDX-License-Identifier: MIT */

/*
 * Tests which certificates are refused before a library parses them, and that the outlines of all
 * others are right.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/parse/moment.h"
#include "tests/unit/x509/path_fixture.h"

static struct path_family family;

static void set_up(void)
{
    path_family_init(&family, "P-256");
}

static void tear_down(void)
{
    path_family_deinit(&family);
}

START_TEST(finds_the_parts)
{
    const unsigned char *at = family.issuer.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)family.issuer.len);
    const ASN1_OCTET_STRING *subject_key = X509_get0_subject_key_id(x509);
    const ASN1_OCTET_STRING *authority_key = X509_get0_authority_key_id(x509);
    unsigned char *spki = NULL;
    int n_spki = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &spki);
    struct outline outline;

    ck_assert_int_eq(outline_read(&outline, family.issuer.data, family.issuer.len), 0);
    ck_assert_uint_eq(outline.spki.len, (size_t)n_spki);
    ck_assert_mem_eq(outline.spki.data, spki, (size_t)n_spki);
    ck_assert_uint_eq(outline.subject_key.len, 20);
    ck_assert_mem_eq(outline.subject_key.data, ASN1_STRING_get0_data(subject_key), 20);
    ck_assert_mem_eq(outline.authority_key.data, ASN1_STRING_get0_data(authority_key), 20);
    ck_assert_int_eq(outline.from, FIXTURE_NOW - 30 * FIXTURE_DAY);
    ck_assert_int_eq(outline.until, FIXTURE_NOW + 60 * FIXTURE_DAY);
    ck_assert(!outline_is_self_issued(&outline));
    ck_assert(!outline.has_policy_constraints);
    OPENSSL_free(spki);
    X509_free(x509);
}
END_TEST

START_TEST(takes_no_other_length)
{
    uint8_t *copy = malloc(family.leaf.len + 1);
    struct outline outline;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, family.leaf.data, family.leaf.len);
    copy[family.leaf.len] = 0;
    for (size_t len = 0; len <= family.leaf.len + 1; len++)
        ck_assert_int_eq(outline_read(&outline, copy, len) == 0, len == family.leaf.len);
    free(copy);
}
END_TEST

/*
 * Reads the outline of an end entity that has one extension with these octets. Returns what
 * outline_read returns.
 */
static int read_with(const uint8_t *octets, size_t len, const char *oid)
{
    struct path_extension extension = {.oid = oid, .octets = octets, .n_octets = len};
    struct path_recipe recipe = {
        .subject = "www.example.com",
        .issuer = "Issuer",
        .key = family.leaf_key,
        .issuer_key = family.issuer_key,
        .extensions = &extension,
        .n_extensions = 1,
    };
    struct bytes der = path_make(&recipe);
    struct outline outline;
    int fault = outline_read(&outline, der.data, der.len);

    path_drop(der);
    return fault;
}

/* Writes a SEQUENCE of n values of two octets each. Returns its length. */
static size_t write_points(uint8_t *out, size_t n)
{
    size_t len = n * 2;

    out[0] = DER_SEQUENCE;
    out[1] = 0x82;
    out[2] = (uint8_t)(len >> 8);
    out[3] = (uint8_t)len;
    for (size_t i = 0; i < n; i++) {
        out[4 + i * 2] = DER_SEQUENCE;
        out[5 + i * 2] = 0;
    }
    if (len >= 0x100)
        return len + 4;
    /* a length field of four octets is not DER if the length is shorter */
    out[1] = len < 0x80 ? (uint8_t)len : 0x81;
    out[2] = (uint8_t)len;
    memmove(out + (len < 0x80 ? 2 : 3), out + 4, len);
    return len + (len < 0x80 ? 2 : 3);
}

START_TEST(counts_distribution_points)
{
    static const char *const oids[] = {"2.5.29.31", "2.5.29.46"};
    uint8_t octets[128];

    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(read_with(octets, write_points(octets, 32), oids[i]), 0);
        ck_assert_int_eq(read_with(octets, write_points(octets, 33), oids[i]), OUTLINE_POINTS);
    }
    ck_assert_int_eq(read_with(octets, write_points(octets, 33), "1.2.3.4"), 0);
}
END_TEST

START_TEST(measures_nesting_and_oids_and_values)
{
    uint8_t octets[40000] = {0};

    /* SEQUENCEs nested in each other, the innermost last */
    for (unsigned depth = 1; depth <= 40; depth++) {
        int expected = depth > 24 ? OUTLINE_NESTING : 0;

        for (unsigned i = 0; i < depth; i++) {
            octets[i * 2] = DER_SEQUENCE;
            octets[i * 2 + 1] = (uint8_t)((depth - i - 1) * 2);
        }
        ck_assert_int_eq(read_with(octets, depth * 2, "1.2.3.4"), expected);
    }
    for (size_t len = 126; len < 132; len++) {
        size_t n = len < 128 ? 2 : 3;

        octets[0] = DER_OID;
        octets[1] = len < 128 ? (uint8_t)len : 0x81;
        octets[2] = (uint8_t)len;
        memset(octets + n, 1, len);
        ck_assert_int_eq(read_with(octets, n + len, "1.2.3.4"), len > 128 ? OUTLINE_OID : 0);
    }
    ck_assert_int_eq(read_with(octets, write_points(octets, 7000), "1.2.3.4"), 0);
    ck_assert_int_eq(read_with(octets, write_points(octets, 8190), "1.2.3.4"), OUTLINE_VALUES);
    ck_assert_int_eq(read_with(octets, write_points(octets, 16384), "1.2.3.4"), OUTLINE_TOO_LARGE);
}
END_TEST

/*
 * Extensions that libcrypto or facts.h decode have to be DER throughout; other extensions may
 * contain anything.
 */
START_TEST(refuses_ber_in_known_extensions)
{
    static const struct {
        const char *what;
        const char *octets;
        size_t n_octets;
    } rows[] = {
        {"an indefinite length", "\x30\x80\x30\x00\x00\x00", 6},
        {"a length in too many octets", "\x30\x81\x02\x30\x00", 5},
        {"a constructed string", "\x30\x04\x2c\x02\x0c\x00", 6},
        {"a primitive sequence", "\x10\x00", 2},
        {"a BOOLEAN that is 01", "\x30\x03\x01\x01\x01", 5},
        {"unused bits that are ones", "\x03\x02\x04\x8f", 4},
        {"something behind it", "\x30\x00\x00", 3},
    };
    static const char *const known[] = {"2.5.29.31", "2.5.29.32", "1.3.6.1.5.5.7.1.24",
                                        "2.16.840.1.113730.1.1"};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const uint8_t *octets = (const uint8_t *)rows[i].octets;

        for (size_t j = 0; j < sizeof(known) / sizeof(*known); j++)
            ck_assert_msg(read_with(octets, rows[i].n_octets, known[j]) == OUTLINE_EXTENSION,
                          "%s in %s", rows[i].what, known[j]);
        ck_assert_msg(read_with(octets, rows[i].n_octets, "1.2.3.4") == 0, "%s", rows[i].what);
    }
}
END_TEST

START_TEST(knows_the_size_of_keys_and_names)
{
    static const struct {
        int n_bits;
        const char *exponent; /* in hexadecimal */
        int expected;
    } rows[] = {
        {2048, "10001", 0},
        {8192, "10001", 0},
        {8193, "10001", OUTLINE_RSA_SIZE},
        {16384, "10001", OUTLINE_RSA_SIZE},
        {2048, "ffffffffffffffff", 0},
        {2048, "10000000000000001", OUTLINE_RSA_EXPONENT},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct path_recipe recipe = {
            .subject = "www.example.com", .issuer = "Issuer", .issuer_key = family.issuer_key};
        struct outline outline;
        struct bytes der;

        recipe.key = path_key_of(rows[i].n_bits, rows[i].exponent);
        der = path_make(&recipe);
        ck_assert_int_eq(outline_read(&outline, der.data, der.len), rows[i].expected);
        path_drop(der);
        EVP_PKEY_free(recipe.key);
    }
}
END_TEST

/* Writes a Name in DER: one RDN with one attribute, whose value has the string type `tag`. */
static struct bytes name_of(uint8_t *out, uint8_t tag, const char *text, size_t len)
{
    out[0] = DER_SEQUENCE;
    out[1] = (uint8_t)(len + 11);
    out[2] = DER_SET;
    out[3] = (uint8_t)(len + 9);
    out[4] = DER_SEQUENCE;
    out[5] = (uint8_t)(len + 7);
    memcpy(out + 6, "\x06\x03\x55\x04\x03", 5);
    out[11] = tag;
    out[12] = (uint8_t)len;
    memcpy(out + 13, text, len);
    return (struct bytes){.data = out, .len = len + 13};
}

#define TEXT(literal) (literal), sizeof(literal) - 1

START_TEST(compares_names_as_rfc_5280_does)
{
    static const struct {
        uint8_t a_tag;
        const char *a;
        size_t n_a;
        uint8_t b_tag;
        const char *b;
        size_t n_b;
        bool equal;
    } rows[] = {
        {DER_UTF8_STRING, TEXT("Root CA"), DER_PRINTABLE_STRING, TEXT("root ca"), true},
        {DER_UTF8_STRING, TEXT("  Root   CA "), DER_UTF8_STRING, TEXT("Root CA"), true},
        {DER_UTF8_STRING, TEXT("RootCA"), DER_UTF8_STRING, TEXT("Root CA"), false},
        {DER_UTF8_STRING, TEXT("Root CA"), DER_UTF8_STRING, TEXT("Root CB"), false},
        {DER_UTF8_STRING, TEXT(""), DER_UTF8_STRING, TEXT(" "), true},
        {DER_UTF8_STRING, TEXT(""), DER_UTF8_STRING, TEXT("a"), false},
        {DER_UTF8_STRING, TEXT("\xc3\x84"), DER_UTF8_STRING, TEXT("\xc3\xa4"), false},
        /* T61String, BMPString and UniversalString are compared by their characters. */
        {DER_T61_STRING, TEXT("Root CA"), DER_UTF8_STRING, TEXT("root  ca"), true},
        {DER_T61_STRING, TEXT("B\xfcro"), DER_UTF8_STRING, TEXT("b\xc3\xbcro"), true},
        {DER_T61_STRING, TEXT("B\xfcro"), DER_UTF8_STRING, TEXT("b\xfcro"), false},
        {DER_BMP_STRING, TEXT("\0A\0b"), DER_UTF8_STRING, TEXT("ab"), true},
        {DER_BMP_STRING, TEXT("\x20\xac\0 \0 \0x"), DER_UTF8_STRING, TEXT("\xe2\x82\xac x"), true},
        {DER_BMP_STRING, TEXT("\0A\0b"), DER_T61_STRING, TEXT("ab"), true},
        {DER_BMP_STRING, TEXT("ab"), DER_UTF8_STRING, TEXT("ab"), false},
        {DER_BMP_STRING, TEXT("abc"), DER_BMP_STRING, TEXT("abc"), true},
        {DER_BMP_STRING, TEXT("abc"), DER_BMP_STRING, TEXT("abC"), false},
        {DER_UNIVERSAL_STRING, TEXT("\0\0\0A\0\1\xf6\0"), DER_UTF8_STRING,
         TEXT("a\xf0\x9f\x98\x80"), true},
        {DER_UNIVERSAL_STRING, TEXT("\0\x11\0\0"), DER_UTF8_STRING, TEXT("\xf4\x90\x80\x80"),
         false},
        {DER_VISIBLE_STRING, TEXT("A"), DER_IA5_STRING, TEXT("a"), true},
        {DER_OCTET_STRING, TEXT("a"), DER_UTF8_STRING, TEXT("a"), false},
        {DER_OCTET_STRING, TEXT("a"), DER_OCTET_STRING, TEXT("A"), false},
    };
    uint8_t a[64], b[64];

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct bytes x = name_of(a, rows[i].a_tag, rows[i].a, rows[i].n_a);
        struct bytes y = name_of(b, rows[i].b_tag, rows[i].b, rows[i].n_b);

        ck_assert_msg(distinguished_equal(x, y) == rows[i].equal, "row %zu", i);
        ck_assert_msg(distinguished_equal(y, x) == rows[i].equal, "row %zu", i);
        if (rows[i].equal)
            ck_assert_uint_eq(distinguished_hash(x), distinguished_hash(y));
        else
            ck_assert_uint_ne(distinguished_hash(x), distinguished_hash(y));
    }
    ck_assert(!distinguished_equal((struct bytes){0}, (struct bytes){0}));
}
END_TEST

START_TEST(reads_dates)
{
    static const struct {
        uint8_t tag;
        const char *text;
        int64_t expected; /* -1: the text is not a date */
    } rows[] = {
        {DER_UTC_TIME, "700101000000Z", 0},
        {DER_UTC_TIME, "491231235959Z", 2524607999},
        {DER_UTC_TIME, "500101000000Z", -631152000},
        {DER_GENERALIZED_TIME, "20500101000000Z", 2524608000},
        {DER_GENERALIZED_TIME, "20000229120000Z", 951825600},
        {DER_GENERALIZED_TIME, "99991231235959Z", 253402300799},
        {DER_GENERALIZED_TIME, "00010101000000Z", -62135596800},
        {DER_GENERALIZED_TIME, "00000101000000Z", -1},
        {DER_GENERALIZED_TIME, "19000229120000Z", -1},
        {DER_GENERALIZED_TIME, "20500101000000.5Z", -1},
        {DER_GENERALIZED_TIME, "20500101000000+0000", -1},
        {DER_GENERALIZED_TIME, "205001010000Z", -1},
        {DER_UTC_TIME, "7001010000Z", -1},
        {DER_UTC_TIME, "701301000000Z", -1},
        {DER_UTC_TIME, "700100000000Z", -1},
        {DER_UTC_TIME, "700101240000Z", -1},
        {DER_UTC_TIME, "700101006000Z", -1},
        {DER_UTC_TIME, "700101000060Z", -1},
        {DER_UTC_TIME, "70010100000aZ", -1},
        {DER_UTF8_STRING, "700101000000Z", -1},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct der time = {.tag = rows[i].tag};
        int64_t seconds = -1;
        bool is_date;

        time.content = (struct bytes){(const uint8_t *)rows[i].text, strlen(rows[i].text)};
        is_date = moment_read(&seconds, &time);
        ck_assert_msg(is_date == (rows[i].expected != -1) && seconds == rows[i].expected, "%s",
                      rows[i].text);
    }
}
END_TEST

START_TEST(reads_only_der_lengths)
{
    static const struct {
        const char *bytes;
        size_t len;
        bool taken;
    } rows[] = {
        {"\x04\x00", 2, true},
        {"\x04\x01z", 3, true},
        {"\x04\x02z", 3, false},
        {"\x04\x80zz\0\0", 6, false},
        {"\x04\x81\x01z", 4, false},
        {"\x04\x82\x00\x01z", 5, false},
        {"\x04\x84\x00\x00\x00\x01z", 7, false},
        {"\x04\xff", 2, false},
        {"\x04", 1, false},
        {"", 0, false},
        {"\x1f\x81\x01\x01z", 5, true},
        {"\x1f\x81", 2, false},
        {"\x1f\x81\x81\x81\x81\x01\x01z", 8, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct bytes rest = {(const uint8_t *)rows[i].bytes, rows[i].len};
        struct der der;

        ck_assert_int_eq(der_take(&rest, &der), rows[i].taken);
        ck_assert_uint_eq(rest.len, rows[i].taken ? 0 : rows[i].len);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outline");
    TCase *tcase = tcase_create("outlines");
    SRunner *runner;
    int n_failed;

    tcase_add_unchecked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, finds_the_parts);
    tcase_add_test(tcase, takes_no_other_length);
    tcase_add_test(tcase, counts_distribution_points);
    tcase_add_test(tcase, measures_nesting_and_oids_and_values);
    tcase_add_test(tcase, refuses_ber_in_known_extensions);
    tcase_add_test(tcase, knows_the_size_of_keys_and_names);
    tcase_add_test(tcase, compares_names_as_rfc_5280_does);
    tcase_add_test(tcase, reads_dates);
    tcase_add_test(tcase, reads_only_der_lengths);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
