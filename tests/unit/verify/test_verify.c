/* SPDX-License-Identifier: MIT */

/*
 * Tests whole verifications, from the text of a policy and a certificate made here to the verdict:
 * every reason to refuse, every way to get no verdict, and both of Python's messages.
 */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "base/digest.h"
#include "daemon/verify/verify.h"
#include "proto/codec.h"
#include "proto/frame.h"

static struct verify_context context;
static struct suffix_list *suffixes;
static struct x509_context *x509;
static struct policy *policy;
static EVP_PKEY *key;
static struct verify_asker asker;
static struct verification verification;

static void setup_once(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
    ck_assert_int_eq(x509_context_new(&x509), 0);
    key = EVP_EC_gen("P-256");
    ck_assert_ptr_nonnull(key);
}

static void teardown_once(void)
{
    EVP_PKEY_free(key);
    x509_context_free(x509);
    suffix_list_close(suffixes);
}

static void teardown(void)
{
    verification_deinit(&verification);
    verification_deinit(&verification);
    policy = policy_free(policy);
}

static void use_policy(const char *text)
{
    struct policy_error error = {0};

    policy = policy_free(policy);
    if (text)
        ck_assert_msg(policy_parse(&policy, "test.conf", text, strlen(text), suffixes, &error) == 0,
                      "line %u: %s", error.line, error.message);
    else
        ck_assert_int_eq(policy_builtin(&policy), 0);
    context = (struct verify_context){
        .policy = policy,
        .suffixes = suffixes,
        .x509 = x509,
        .generation = 4,
    };
}

static void add_extension(X509 *certificate, const char *san)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, san);

    ck_assert_ptr_nonnull(extension);
    ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/*
 * Makes a self-signed certificate in DER with a common name and one or two subjectAltName
 * extensions; each of them may be NULL.
 */
static struct bytes make_certificate(const char *cn, const char *san, const char *more_san)
{
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_get_subject_name(certificate);
    unsigned char *der = NULL;
    int n;

    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    if (cn)
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1,
                                   0);
    X509_set_pubkey(certificate, key);
    if (san)
        add_extension(certificate, san);
    if (more_san)
        add_extension(certificate, more_san);
    ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
    n = i2d_X509(certificate, &der);
    ck_assert_int_gt(n, 0);
    X509_free(certificate);
    return (struct bytes){.data = der, .len = (size_t)n};
}

static int ask_bytes(const char *host, struct bytes certificate, bool path)
{
    struct request request = {
        .references = {{REQUEST_HOST, {.data = (const uint8_t *)host, .len = strlen(host)}}},
        .n_references = 1,
        .certificates = {certificate},
        .n_certificates = 1,
        .path = path,
    };

    verification_deinit(&verification);
    return verification_init(&verification, &context, &asker, &request);
}

static int ask(const char *host, const char *cn, const char *san)
{
    struct bytes certificate = make_certificate(cn, san, NULL);
    int r = ask_bytes(host, certificate, false);

    OPENSSL_free((void *)(uintptr_t)certificate.data);
    return r;
}

static bool is_text(struct bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.data, text, bytes.len) == 0;
}

static const struct {
    const char *intent, *policy, *host, *cn, *san;
    uint32_t verify_code; /* of the refusal; 0: it is accepted */
    const char *message;
} rows[] = {
    {"exact", NULL, "a.example.com", NULL, "DNS:a.example.com", 0, NULL},
    {"wildcard", NULL, "x.example.com", NULL, "DNS:*.example.com", 0, NULL},
    {"U-label", NULL,
     "b\xc3\xbc"
     "cher.example.com",
     NULL, "DNS:xn--bcher-kva.example.com", 0, NULL},
    {"address", NULL, "2001:db8:0::1", NULL, "IP:2001:db8::1", 0, NULL},
    {"the message keeps the case", NULL, "WwW.Example.com", NULL, "DNS:a.example.com", 62,
     "Hostname mismatch, certificate is not valid for 'WwW.Example.com'."},
    {"the message has A-labels", NULL,
     "B\xc3\x9c"
     "cher.Example",
     NULL, "DNS:a.example.com", 62,
     "Hostname mismatch, certificate is not valid for 'xn--bcher-kva.Example'."},
    {"the message has the address as given", NULL, "2001:0DB8:0:0::2", NULL, "IP:2001:db8::1", 64,
     "IP address mismatch, certificate is not valid for '2001:0DB8:0:0::2'."},
    {"no name at all", NULL, "a.example.com", NULL, NULL, 62,
     "Hostname mismatch, certificate is not valid for 'a.example.com'."},
    {"common name, off", NULL, "cn.example.com", "cn.example.com", NULL, 62, NULL},
    {"common name, on", "defaults { common-name = yes }", "cn.example.com", "cn.example.com", NULL,
     0, NULL},
    {"common name, on for another domain",
     "domain \"example.org\" { common-name = yes subdomains = all }", "cn.example.com",
     "cn.example.com", NULL, 62, NULL},
    {"common name, on for this domain",
     "domain \"example.com\" { common-name = yes subdomains = all }", "cn.example.com",
     "cn.example.com", NULL, 0, NULL},
    {"common name, off for this domain",
     "defaults { common-name = yes } domain \"cn.example.com\" { common-name = no }",
     "cn.example.com", "cn.example.com", NULL, 62, NULL},
    {"a common name beside a SAN never counts", "defaults { common-name = yes }", "cn.example.com",
     "cn.example.com", "DNS:a.example.com", 62, NULL},
};

START_TEST(verdict_of_row)
{
    const struct verdict *verdict = &verification.verdict;

    use_policy(rows[_i].policy);
    ck_assert_int_eq(ask(rows[_i].host, rows[_i].cn, rows[_i].san), 0);
    ck_assert(verdict_answers(verdict, (struct verdict_asked){.identity = true}));
    if (rows[_i].verify_code == 0) {
        ck_assert_msg(verdict->outcome == VERDICT_NAME_MATCHES, "%s", rows[_i].intent);
        return;
    }
    ck_assert_msg(verdict->outcome == VERDICT_NOT_VERIFIED, "%s", rows[_i].intent);
    ck_assert_uint_eq(verdict->failures[0].verify_code, rows[_i].verify_code);
    if (rows[_i].message)
        ck_assert(is_text(verdict->failures[0].message, rows[_i].message));
}
END_TEST

static void pin_text(char out[static 64])
{
    unsigned char *spki = NULL, digest[32];
    int n = i2d_PUBKEY(key, &spki);

    ck_assert_int_eq(x509_sha256(x509, spki, (size_t)n, digest), 0);
    EVP_EncodeBlock((unsigned char *)out, digest, sizeof(digest));
    OPENSSL_free(spki);
}

#define OTHER_PIN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define THIRD_PIN "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="

static void use_pins(const char *first, const char *second)
{
    char text[512];

    snprintf(text, sizeof(text),
             "pinset \"p\" { spki-sha256 = { \"%s\", \"%s\" } }\n"
             "domain \"example.com\" {\n  subdomains = all\n  pinset = \"p\"\n}\n",
             first, second);
    use_policy(text);
}

START_TEST(pin_of_the_leaf_decides)
{
    const struct verdict *verdict = &verification.verdict;
    char pin[64];

    pin_text(pin);
    use_pins(pin, OTHER_PIN);
    ck_assert_int_eq(ask("a.example.com", NULL, "DNS:a.example.com"), 0);
    ck_assert_int_eq(verdict->outcome, VERDICT_NAME_MATCHES);
    ck_assert(verdict->checked[VERDICT_CHECK_PINS_LEAF]);
    ck_assert(!verdict->checked[VERDICT_CHECK_PINS_PATH]);
    ck_assert(is_text(verdict->rule.section, "domain \"example.com\""));
    ck_assert(is_text(verdict->rule.file, "test.conf"));
    ck_assert_uint_eq(verdict->rule.line, 2);
    ck_assert_uint_eq(verdict->generation, 4);

    use_pins(OTHER_PIN, THIRD_PIN);
    ck_assert_int_eq(ask("a.example.com", NULL, "DNS:a.example.com"), 0);
    ck_assert_int_eq(verdict->outcome, VERDICT_NOT_VERIFIED);
    ck_assert(is_text(verdict->failures[0].code, "pin-mismatch"));
    ck_assert_uint_eq(verdict->failures[0].verify_code, 50);
    ck_assert(verdict->has_matched);
}
END_TEST

/* An attacker who sends a pinned certificate after his own one does not satisfy the pins. */
START_TEST(appended_certificate_satisfies_no_pin)
{
    struct bytes pinned = make_certificate(NULL, "DNS:a.example.com", NULL);
    EVP_PKEY *honest = key;
    struct bytes attacker;
    struct request request = {0};
    char pin[64];

    pin_text(pin);
    use_pins(pin, OTHER_PIN);
    key = EVP_EC_gen("P-256");
    attacker = make_certificate(NULL, "DNS:a.example.com", NULL);
    request.references[0].kind = REQUEST_HOST;
    request.references[0].text = (struct bytes){.data = (const uint8_t *)"a.example.com",
                                                .len = 13};
    request.n_references = 1;
    request.certificates[0] = attacker;
    request.certificates[1] = pinned;
    request.n_certificates = 2;
    ck_assert_int_eq(verification_init(&verification, &context, &asker, &request), 0);
    ck_assert_int_eq(verification.verdict.outcome, VERDICT_NOT_VERIFIED);
    ck_assert(is_text(verification.verdict.failures[0].code, "pin-mismatch"));
    EVP_PKEY_free(key);
    key = honest;
    OPENSSL_free((void *)(uintptr_t)attacker.data);
    OPENSSL_free((void *)(uintptr_t)pinned.data);
}
END_TEST

START_TEST(all_failures_are_told_the_name_first)
{
    const struct verdict *verdict = &verification.verdict;

    use_pins(OTHER_PIN, THIRD_PIN);
    ck_assert_int_eq(ask("b.example.com", NULL, "DNS:a.example.com"), 0);
    ck_assert_uint_eq(verdict->n_failures, 2);
    ck_assert(is_text(verdict->failures[0].code, "hostname-mismatch"));
    ck_assert(is_text(verdict->failures[1].code, "pin-mismatch"));
}
END_TEST

START_TEST(no_verdict_without_a_question)
{
    struct bytes good, with_tail;
    uint8_t *copy;

    use_policy(NULL);
    good = make_certificate(NULL, "DNS:a.example.com", NULL);
    ck_assert_int_eq(ask_bytes("a.example.com", good, true), ERROR_UNSUPPORTED);
    ck_assert_int_eq(verification.verdict.outcome, VERDICT_NOT_VERIFIED);
    ck_assert_int_eq(ask_bytes(".example.com", good, false), ERROR_INVALID_REFERENCE);
    ck_assert_int_eq(ask_bytes("", good, false), ERROR_INVALID_REFERENCE);
    ck_assert_int_eq(ask_bytes("a.example.com", (struct bytes){0}, false),
                     ERROR_INVALID_CERTIFICATE);

    copy = calloc(1, good.len + 1);
    memcpy(copy, good.data, good.len);
    with_tail = (struct bytes){.data = copy, .len = good.len + 1};
    ck_assert_int_eq(ask_bytes("a.example.com", with_tail, false), ERROR_INVALID_CERTIFICATE);
    ck_assert_uint_gt(strlen(verification.error_text), 0);
    free(copy);
    OPENSSL_free((void *)(uintptr_t)good.data);
}
END_TEST

/*
 * A certificate that is cut off or changed gives an error or a refusal, unless it still contains
 * the name.
 */
START_TEST(cut_and_bent_certificates)
{
    struct bytes good = make_certificate(NULL, "DNS:a.example.com", NULL);
    uint8_t *copy = malloc(good.len);

    use_policy(NULL);
    for (size_t n = 0; n < good.len; n++) {
        struct bytes cut = {.data = good.data, .len = n};

        ck_assert_int_eq(ask_bytes("a.example.com", cut, false), ERROR_INVALID_CERTIFICATE);
    }
    for (size_t i = 0; i < good.len; i++) {
        struct bytes bent = {.data = copy, .len = good.len};

        memcpy(copy, good.data, good.len);
        copy[i] ^= 0x41;
        if (ask_bytes("a.example.com", bent, false) == 0 &&
            verification.verdict.outcome != VERDICT_NOT_VERIFIED)
            ck_assert_ptr_nonnull(memmem(copy, good.len, "a.example.com", 13));
    }
    free(copy);
    OPENSSL_free((void *)(uintptr_t)good.data);
}
END_TEST

/*
 * Two subjectAltName extensions count as one malformed identity: no name in them is used, nor is
 * the common name.
 */
START_TEST(two_alternative_name_extensions_are_none)
{
    struct bytes twice = make_certificate("c.example.com", "DNS:a.example.com",
                                          "DNS:b.example.com");

    use_policy("defaults { common-name = yes }");
    ck_assert_int_eq(ask_bytes("a.example.com", twice, false), 0);
    ck_assert_int_eq(verification.verdict.outcome, VERDICT_NOT_VERIFIED);
    ck_assert_int_eq(verification.verdict.presented[0].type, VERDICT_MALFORMED);
    ck_assert_int_eq(ask_bytes("c.example.com", twice, false), 0);
    ck_assert_int_eq(verification.verdict.outcome, VERDICT_NOT_VERIFIED);
    OPENSSL_free((void *)(uintptr_t)twice.data);
}
END_TEST

/* Every kind of GeneralName is in the verdict with its type, and only a dNSName matches a host. */
START_TEST(other_general_names_stand_for_no_host)
{
    static const char san[] = "email:a.example.com,URI:a.example.com,RID:1.2.3,"
                              "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:a.example.com,"
                              "otherName:1.3.6.1.5.5.7.8.9;UTF8:a@a.example.com,"
                              "otherName:1.2.3.4;UTF8:a.example.com";
    static const enum verdict_identity_type types[] = {
        VERDICT_EMAIL,  VERDICT_URI_ID,       VERDICT_OTHER,
        VERDICT_SRV_ID, VERDICT_UTF8_MAILBOX, VERDICT_OTHER,
    };

    use_policy("defaults { common-name = yes }");
    ck_assert_int_eq(ask("a.example.com", "a.example.com", san), 0);
    ck_assert_int_eq(verification.verdict.outcome, VERDICT_NOT_VERIFIED);
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(verification.verdict.presented[i].type, types[i]);
    ck_assert_int_eq(verification.verdict.presented[6].type, VERDICT_CN_ID);
}
END_TEST

START_TEST(alert_and_sni_fit)
{
    const struct verdict *verdict = &verification.verdict;

    use_pins(OTHER_PIN, THIRD_PIN);
    ck_assert_int_eq(ask("b.example.com", NULL, "DNS:a.example.com"), 0);
    ck_assert_str_eq(verdict_alert_name(verdict->alert), "bad_certificate");
    ck_assert(verdict->sni);
    ck_assert_int_eq(ask("a.example.com", NULL, "DNS:a.example.com"), 0);
    ck_assert_str_eq(verdict_alert_name(verdict->alert), "certificate_unknown");
    ck_assert_int_eq(ask("192.0.2.2", NULL, "IP:192.0.2.1"), 0);
    ck_assert_str_eq(verdict_alert_name(verdict->alert), "bad_certificate");
    ck_assert(!verdict->sni);
    use_policy(NULL);
    ck_assert_int_eq(ask("192.0.2.1", NULL, "IP:192.0.2.1"), 0);
    ck_assert_uint_eq(verdict->alert, 0);
    ck_assert(!verdict->sni);
}
END_TEST

/*
 * The fields about the end entity in a verdict are those that OpenSSL reads from the certificate.
 */
START_TEST(leaf_is_told)
{
    const struct verdict_leaf *leaf = &verification.verdict.leaf;
    struct bytes certificate = make_certificate(NULL, "DNS:a.example.com", NULL);
    uint8_t digest[DIGEST_BYTES];
    unsigned char *spki = NULL;
    int n = i2d_PUBKEY(key, &spki);

    use_policy(NULL);
    ck_assert_int_eq(ask_bytes("a.example.com", certificate, false), 0);
    ck_assert_int_eq(x509_sha256(x509, certificate.data, certificate.len, digest), 0);
    ck_assert_uint_eq(leaf->sha256.len, sizeof(digest));
    ck_assert_mem_eq(leaf->sha256.data, digest, sizeof(digest));
    ck_assert_uint_eq(leaf->spki.len, (size_t)n);
    ck_assert_mem_eq(leaf->spki.data, spki, (size_t)n);
    ck_assert(leaf->has_validity);
    ck_assert_int_eq(leaf->not_after - leaf->not_before, 3600);
    ck_assert_int_le(llabs(leaf->not_before - (long long)time(NULL)), 60);
    OPENSSL_free(spki);
    OPENSSL_free((void *)(uintptr_t)certificate.data);
}
END_TEST

static size_t encoded_size(void)
{
    struct arena arena;
    struct bytes payload;
    size_t n;

    codec_arena_init(&arena);
    ck_assert_int_eq(codec_write_verdict(&verification.verdict, &arena, &payload), 0);
    n = FRAME_HEADER_BYTES + payload.len;
    arena_deinit(&arena);
    return n;
}

/*
 * A reply that refuses stays within 4 KiB for every certificate; identities for which
 * there is no room are counted.
 */
START_TEST(refusal_stays_short)
{
    const struct verdict *verdict = &verification.verdict;
    char host[254], *san = malloc(200000);
    size_t n = 0;

    for (int i = 0; i < 700; i++)
        n += (size_t)sprintf(san + n, "%sDNS:n%d.example.com", i ? "," : "", i);
    memset(host, 'a', 253);
    for (int i = 50; i < 253; i += 50)
        host[i] = '.';
    host[253] = '\0';
    use_policy("defaults { rules = python-3.5 }");
    ck_assert_int_eq(ask(host, NULL, san), 0);
    ck_assert_uint_le(encoded_size(), 4096);
    use_pins(OTHER_PIN, THIRD_PIN);
    ck_assert_int_eq(ask(host, NULL, san), 0);
    ck_assert_uint_eq(verdict->n_presented + verdict->presented_more, 700);
    ck_assert_uint_le(verdict->n_presented, LIMIT_PRESENTED_SHOWN_COUNT);
    ck_assert_uint_le(encoded_size(), 4096);

    n = 0;
    for (int i = 0; i < 40; i++) {
        n += (size_t)sprintf(san + n, "%sDNS:", i ? "," : "");
        memset(san + n, 'b', 250);
        n += 250;
    }
    san[n] = '\0';
    ck_assert_int_eq(ask(host, NULL, san), 0);
    ck_assert_uint_eq(verdict->n_presented + verdict->presented_more, 40);
    ck_assert_uint_le(encoded_size(), 4096);
    free(san);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify");
    TCase *cases = tcase_create("verify");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, setup_once, teardown_once);
    tcase_add_checked_fixture(cases, NULL, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, verdict_of_row, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(cases, pin_of_the_leaf_decides);
    tcase_add_test(cases, appended_certificate_satisfies_no_pin);
    tcase_add_test(cases, all_failures_are_told_the_name_first);
    tcase_add_test(cases, no_verdict_without_a_question);
    tcase_add_test(cases, cut_and_bent_certificates);
    tcase_add_test(cases, two_alternative_name_extensions_are_none);
    tcase_add_test(cases, other_general_names_stand_for_no_host);
    tcase_add_test(cases, alert_and_sni_fit);
    tcase_add_test(cases, leaf_is_told);
    tcase_add_test(cases, refusal_stays_short);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
