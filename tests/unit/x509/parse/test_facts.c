/* SPDX-License-Identifier: MIT */

/* Tests which facts are read from a certificate, and what makes a certificate unreadable. */

#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/objects.h>
#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/facts_internal.h"
#include "tests/unit/x509/x509_fixture.h"

static bool is_hex(struct bytes span, const char *hex)
{
    if (!span.data || span.len * 2 != strlen(hex))
        return false;
    for (size_t i = 0; i < span.len; i++) {
        char pair[3];

        snprintf(pair, sizeof(pair), "%02x", span.data[i]);
        if (memcmp(pair, hex + 2 * i, 2) != 0)
            return false;
    }
    return true;
}

/* The byte strings point to the right parts of the DER. */
START_TEST(locates)
{
    struct fixture fixture;
    const struct facts *facts = &fixture.facts;

    fixture_init(&fixture, FIXTURE_LEAF, "serial=0081 subject=CN:a issuer=CN:b");
    ck_assert_int_eq(fixture.r, 0);
    ck_assert(is_hex(facts->serial, "0081"));
    ck_assert(is_hex(facts->subject, "300c310a300806035504030c0161"));
    ck_assert(is_hex(facts->issuer, "300c310a300806035504030c0162"));
    ck_assert(facts->tbs.data > fixture.der && facts->tbs.data[0] == 0x30);
    ck_assert(facts->tbs.data + facts->tbs.len + 15 == fixture.der + fixture.len);
    ck_assert(facts->spki.data > facts->subject.data && facts->spki.data[0] == 0x30);
    ck_assert_uint_eq(facts->spki.len, 91);
    ck_assert_int_eq(facts->version, 3);
    ck_assert(!facts->serial_negative && !facts->serial_zero && !facts->self_issued);
    ck_assert_ptr_eq(facts->subject_name, X509_get_subject_name(fixture.x509));
    fixture_deinit(&fixture);
}
END_TEST

static const struct date_row {
    const char *intent;
    const char *until;
    int64_t time;
    const char *fault;
    bool well_coded;
} date_rows[] = {
    {"the epoch", "700101000000Z", 0, NULL, true},
    {"the last second of 1969", "691231235959Z", -1, NULL, true},
    {"49 is 2049", "491231235959Z", 2524607999, NULL, true},
    {"50 is 1950", "500101000000Z", -631152000, NULL, true},
    {"a leap day", "240229120000Z", 1709208000, NULL, true},
    {"2050", "20500101000000Z", 2524608000, NULL, true},
    {"2049 in the wrong type", "20491231235959Z", 2524607999, NULL, false},
    {"the year 1", "00010101000000Z", -62135596800, NULL, false},
    {"the end of time", "99991231235959Z", 253402300799, NULL, true},
    {"2100 is no leap year", "21000301000000Z", 4107542400, NULL, true},
    {"29 February 2100", "21000229000000Z", 0, "not-after-malformed", false},
    {"29 February 2023", "230229000000Z", 0, "not-after-malformed", false},
    {"29 February 2000", "000229000000Z", 951782400, NULL, true},
    {"month 0", "240001000000Z", 0, "not-after-malformed", false},
    {"month 13", "241301000000Z", 0, "not-after-malformed", false},
    {"day 0", "240100000000Z", 0, "not-after-malformed", false},
    {"31 April", "240431000000Z", 0, "not-after-malformed", false},
    {"hour 24", "240101240000Z", 0, "not-after-malformed", false},
    {"minute 60", "240101006000Z", 0, "not-after-malformed", false},
    {"second 60", "240101000060Z", 0, "not-after-malformed", false},
    {"a letter for the last second", "2024010100000xZ", 0, "not-after-malformed", false},
    {"UTCTime with another zone", "2401010000000", 0, "not-after-malformed", false},
    {"a fraction", "20500101000000.5Z", 0, "not-after-malformed", false},
    {"a zone", "20500101000000+0100", 0, "not-after-malformed", false},
    {"a blank", "24 101000000Z", 0, "not-after-malformed", false},
    {"the year 0", "00000101000000Z", 0, "not-after-malformed", false},
};

START_TEST(dates)
{
    const struct date_row *row = &date_rows[_i];
    struct fixture fixture;
    char edits[64];
    char *blank;

    snprintf(edits, sizeof(edits), "until=%s", row->until);
    blank = strchr(edits, ' ');
    if (blank)
        *blank = '\t';
    fixture_init(&fixture, FIXTURE_LEAF, edits);
    ck_assert_msg(fixture.r == (row->fault ? FACTS_INVALID : 0), "%s: %d", row->intent, fixture.r);
    if (row->fault) {
        ck_assert_str_eq(fixture.facts.fault->code, row->fault);
    } else {
        ck_assert_msg(fixture.facts.until.time == row->time, "%s: %jd", row->intent,
                      (intmax_t)fixture.facts.until.time);
        ck_assert_msg(fixture.facts.until.well_coded == row->well_coded, "%s", row->intent);
    }
    fixture_deinit(&fixture);
}
END_TEST

static const struct key_row {
    const char *edits;
    enum key_kind kind;
    unsigned bits;
    int curve;
    bool explicit;
    bool compressed;
    bool exponent_bad;
} key_rows[] = {
    {"key=p256", KEY_EC, 0, NID_X9_62_prime256v1, false, false, false},
    {"key=p192", KEY_EC, 0, NID_X9_62_prime192v1, false, false, false},
    {"key=compressed", KEY_EC, 0, NID_X9_62_prime256v1, false, true, false},
    {"key=explicit", KEY_EC, 0, NID_undef, true, false, false},
    {"key=implicit", KEY_EC, 0, NID_undef, true, false, false},
    {"key=rsa:2048:010001", KEY_RSA, 2048, NID_undef, false, false, false},
    {"key=rsa:2047:010001", KEY_RSA, 2047, NID_undef, false, false, false},
    {"key=rsa:2041:010001", KEY_RSA, 2041, NID_undef, false, false, false},
    {"key=rsa:16384:010001", KEY_RSA, 16384, NID_undef, false, false, false},
    {"key=rsa:2048:02", KEY_RSA, 2048, NID_undef, false, false, true},
    {"key=rsa:2048:00", KEY_RSA, 2048, NID_undef, false, false, true},
    {"key=rsa-bad", KEY_RSA, 0, NID_undef, false, false, true},
    {"key=pss:3072:010001", KEY_RSA_PSS, 3072, NID_undef, false, false, false},
    {"key=dsa", KEY_DSA, 0, NID_undef, false, false, false},
    {"key=ed25519", KEY_ED25519, 0, NID_undef, false, false, false},
    {"key=unknown", KEY_OTHER, 0, NID_undef, false, false, false},
};

START_TEST(keys)
{
    const struct key_row *row = &key_rows[_i];
    struct fixture fixture;
    const struct facts *facts = &fixture.facts;

    fixture_init(&fixture, FIXTURE_LEAF, row->edits);
    ck_assert_int_eq(fixture.r, 0);
    ck_assert_msg(facts->key_kind == row->kind, "%s: %d", row->edits, facts->key_kind);
    ck_assert_msg(facts->key_bits == row->bits, "%s: %u", row->edits, facts->key_bits);
    ck_assert_msg(facts->key_curve == row->curve, "%s: %d", row->edits, facts->key_curve);
    ck_assert_msg(facts->key_explicit == row->explicit, "%s", row->edits);
    ck_assert_msg(facts->key_compressed == row->compressed, "%s", row->edits);
    ck_assert_msg(facts->key_exponent_bad == row->exponent_bad, "%s", row->edits);
    fixture_deinit(&fixture);
}
END_TEST

static const struct signature_row {
    const char *edits;
    enum key_kind kind;
    int digest;
    bool consistent;
} signature_rows[] = {
    {"", KEY_EC, NID_sha256, true},
    {"signature=300d06092a864886f70d0101050500", KEY_RSA, NID_sha1, true},
    {"signature=300d06092a864886f70d01010a3000", KEY_RSA_PSS, NID_sha1, true},
    {"signature=301c06092a864886f70d01010a300fa00d300b0609608648016503040203", KEY_RSA_PSS,
     NID_sha512, true},
    {"signature=300b06092a864886f70d01010a", KEY_RSA_PSS, NID_undef, true},
    {"signature=300506032b6570", KEY_ED25519, NID_undef, true},
    {"signature=300406022a03", KEY_OTHER, NID_undef, true},
    {"inner=300406022a03", KEY_EC, NID_sha256, false},
};

START_TEST(signatures)
{
    const struct signature_row *row = &signature_rows[_i];
    struct fixture fixture;

    fixture_init(&fixture, FIXTURE_LEAF, row->edits);
    ck_assert_int_eq(fixture.r, 0);
    ck_assert_int_eq(fixture.facts.signature_kind, row->kind);
    ck_assert_int_eq(fixture.facts.digest_nid, row->digest);
    ck_assert_int_eq(fixture.facts.signature_consistent, row->consistent);
    fixture_deinit(&fixture);
}
END_TEST

START_TEST(extensions)
{
    struct fixture fixture;
    const struct facts *facts = &fixture.facts;

    fixture_init(&fixture, FIXTURE_CA,
                 "bc=!30060101ff020105 ku=!0303070680 eku=301006082b0601050507030106022a0306020000 "
                 "aki=3017800111a10fa40d300b3109300706035504030c00820101 tls=3006020105020111 "
                 "nc=!permit,dns:a san=dns:a,dns:b cp=3008300606042a030405 pm=!3000 pc=!3003800103 "
                 "iap=!020100 crldp=3000 x:2a03=!00 x:2a04=!00 x:2a05=00");
    ck_assert_int_eq(fixture.r, FACTS_INVALID);
    ck_assert_str_eq(facts->fault->code, "extended-key-usage-malformed");
    fixture_deinit(&fixture);

    fixture_init(&fixture, FIXTURE_CA,
                 "bc=!30060101ff020105 ku=!0303070680 eku=300e06082b0601050507030106022a03 "
                 "aki=3017800111a10fa40d300b3109300706035504030c00820101 tls=3006020105020111 "
                 "nc=!permit,dns:a san=dns:a,dns:b cp=3008300606042a030405 "
                 "pm=!300e300c06042a03040506042a030406 pc=!3003800103 "
                 "iap=!020100 crldp=30023000 x:2a03=!00 x:2a04=!00 x:2a05=00");
    ck_assert_int_eq(fixture.r, 0);
    ck_assert(facts->basic.present && facts->basic.critical && facts->ca && facts->pathlen_given);
    ck_assert_int_eq(facts->pathlen, 5);
    ck_assert(facts->key_usage_state.critical);
    ck_assert_uint_eq(facts->key_usage,
                      KEY_USAGE_CERT_SIGN | KEY_USAGE_CRL_SIGN | KEY_USAGE_DECIPHER_ONLY);
    ck_assert(facts->extended.present && !facts->extended.critical);
    ck_assert_uint_eq(facts->usages, USAGE_SERVER | USAGE_OTHER);
    ck_assert(is_hex(facts->authority_key, "11") && facts->authority_issuer);
    ck_assert(facts->authority_serial && !facts->authority.critical);
    ck_assert(is_hex(facts->subject_key, "22"));
    ck_assert_int_eq(sk_GENERAL_NAME_num(facts->alternative), 2);
    ck_assert(facts->constraints && facts->constraints_state.critical);
    ck_assert(facts->policies.present && facts->policy_mappings.critical);
    ck_assert(facts->policy_constraints.critical && facts->inhibit_any.critical);
    ck_assert(facts->points.present && facts->must_staple);
    ck_assert_uint_eq(facts->n_unknown_critical, 2);
    fixture_deinit(&fixture);
}
END_TEST

static const struct invalid_row {
    const char *edits;
    const char *fault;
} invalid_rows[] = {
    {"bc=05", "basic-constraints-malformed"},
    {"bc=30000500", "basic-constraints-malformed"},
    {"ku=030203", "key-usage-malformed"},
    {"ku=0500", "key-usage-malformed"},
    {"eku=30020500", "extended-key-usage-malformed"},
    {"san=#6578616d706c652e636f6d", "alternative-name-malformed"},
    {"san=#30008200", "alternative-name-malformed"},
    {"san=#", "alternative-name-malformed"},
    {"aki=3005800111", "authority-key-malformed"},
    {"ski=0302", "subject-key-malformed"},
    {"nc=#0500", "name-constraints-malformed"},
    {"nc=#3004a0020500", "name-constraints-malformed"},
    {"cp=0500", "policies-malformed"},
    {"cp=3000", "policies-malformed"},
    {"cp=300c300406022a03300406022a03", "policies-malformed"},
    {"pm=3000", "policy-mappings-malformed"},
    {"crldp=3000", "distribution-points-malformed"},
    {"pm=0500", "policy-mappings-malformed"},
    {"pc=0500", "policy-constraints-malformed"},
    {"tls=300402020005", "tls-feature-malformed"},
    {"tls=30020200", "tls-feature-malformed"},
    {"iap=0500", "inhibit-any-policy-malformed"},
    {"crldp=0500", "distribution-points-malformed"},
    {"aia=6d616c666f726d6564", "authority-access-malformed"},
    {"aia=3000", "authority-access-malformed"},
    {"sia=3000", "subject-access-malformed"},
    {"tls=3003020105ff", "tls-feature-malformed"},
    {"tls=30020500", "tls-feature-malformed"},
    {"+ku=03020780", "extension-repeated"},
    {"+x:2a03=00 +x:2a03=00", "extension-repeated"},
};

/*
 * Tests extensions that cannot be decoded, that have something after their value, or that are
 * repeated.
 */
START_TEST(invalid)
{
    const struct invalid_row *row = &invalid_rows[_i];
    struct fixture fixture;

    fixture_init(&fixture, FIXTURE_LEAF, row->edits);
    ck_assert_msg(fixture.r == FACTS_INVALID, "%s: %d", row->edits, fixture.r);
    ck_assert_msg(strcmp(fixture.facts.fault->code, row->fault) == 0, "%s: %s", row->edits,
                  fixture.facts.fault->code);
    ck_assert_int_gt(fixture.facts.fault->verify_code, 0);
    ck_assert_uint_lt(strlen(fixture.facts.fault->sentence), FAULT_TEXT_BYTES);
    fixture_deinit(&fixture);
}
END_TEST

/* Tests as many extensions as allowed, and one more. */
START_TEST(extensions_count)
{
    char edits[FACTS_EXTENSIONS_COUNT * 16] = "";
    struct fixture fixture;
    size_t n = 0;

    for (unsigned i = 0; i < FACTS_EXTENSIONS_COUNT - 5; i++)
        n += (size_t)snprintf(edits + n, sizeof(edits) - n, "x:2a05%02x=00 ", i);
    fixture_init(&fixture, FIXTURE_LEAF, edits);
    ck_assert_int_eq(fixture.r, 0);
    fixture_deinit(&fixture);
    snprintf(edits + n, sizeof(edits) - n, "x:2a06=00");
    fixture_init(&fixture, FIXTURE_LEAF, edits);
    ck_assert_int_eq(fixture.r, FACTS_INVALID);
    ck_assert_str_eq(fixture.facts.fault->code, "extensions-too-many");
    fixture_deinit(&fixture);
}
END_TEST

/* Names are compared as RFC 5280 section 7.1 says, and common names are read as UTF-8. */
START_TEST(names)
{
    struct fixture fixture;
    const struct facts *facts = &fixture.facts;

    fixture_init(&fixture, FIXTURE_LEAF, "subject=CN~:The__NAME issuer=CN:the_name");
    ck_assert(facts->self_issued);
    ck_assert_uint_eq(facts->n_common, 1);
    ck_assert(is_hex(facts->common[0], "5468652020"
                                       "4e414d45"));
    fixture_deinit(&fixture);

    fixture_init(&fixture, FIXTURE_LEAF, "subject= issuer=");
    ck_assert(facts->subject_empty && facts->issuer_empty && facts->self_issued);
    ck_assert_uint_eq(facts->n_common, 0);
    fixture_deinit(&fixture);

    fixture_init(&fixture, FIXTURE_LEAF,
                 "subject=CN:1/CN:2/CN:3/CN:4/CN:5/CN:6/CN:7/CN:8/CN:9/CN:10");
    ck_assert_uint_eq(facts->n_common, 10);
    ck_assert(is_hex(facts->common[FACTS_COMMON_NAMES_COUNT - 1], "38"));
    fixture_deinit(&fixture);
}
END_TEST

/* If the DER is cut off anywhere, nothing beyond its end is read. */
START_TEST(truncated)
{
    struct fixture fixture;
    struct facts facts;

    fixture_init(&fixture, FIXTURE_LEAF, "");
    for (size_t len = 0; len < fixture.len; len++) {
        uint8_t *der = malloc(len ? len : 1);

        ck_assert_ptr_nonnull(der);
        memcpy(der, fixture.der, len);
        ck_assert_int_eq(facts_init(&facts, fixture.x509, der, len), FACTS_INVALID);
        ck_assert_str_eq(facts.fault->code, "certificate-malformed");
        facts_deinit(&facts);
        free(der);
    }
    fixture_deinit(&fixture);
}
END_TEST

START_TEST(spans)
{
    struct bytes none = {0}, empty = {.data = (const uint8_t *)"", .len = 0};
    struct bytes one = {.data = (const uint8_t *)"ab", .len = 1};
    struct bytes two = {.data = (const uint8_t *)"ab", .len = 2};

    ck_assert(!bytes_equal(none, none) && !bytes_equal(none, empty) && !bytes_equal(empty, none));
    ck_assert(bytes_equal(empty, empty) && bytes_equal(two, two) && !bytes_equal(one, two));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("facts");
    TCase *tcase = tcase_create("facts");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, locates);
    tcase_add_loop_test(tcase, dates, 0, (int)(sizeof(date_rows) / sizeof(date_rows[0])));
    tcase_add_loop_test(tcase, keys, 0, (int)(sizeof(key_rows) / sizeof(key_rows[0])));
    tcase_add_loop_test(tcase, signatures, 0,
                        (int)(sizeof(signature_rows) / sizeof(signature_rows[0])));
    tcase_add_test(tcase, extensions);
    tcase_add_loop_test(tcase, invalid, 0, (int)(sizeof(invalid_rows) / sizeof(invalid_rows[0])));
    tcase_add_test(tcase, extensions_count);
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, truncated);
    tcase_add_test(tcase, spans);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
