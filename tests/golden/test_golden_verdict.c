/* SPDX-License-Identifier: MIT */

/*
 * Tests the bytes of verdicts of protocol version 1 as they were released (test_golden.c tests the
 * other frames): the codec has to write them, and the client library has to read the expected
 * values from them.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "certname/client.h"
#include "client/lib/question.h"
#include "client/lib/reply.h"
#include "client/lib/verdict.h"
#include "proto/codec.h"
#include "tests/golden/golden.h"
#include "tests/golden/golden_material.h"
#include "tests/golden/same.h"

static void make_verified(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .outcome = VERDICT_VERIFIED,
        .has_reference = true,
        .reference = {.type = VERDICT_DNS_ID, .value = BYTES("www.example")},
        .has_matched = true,
        .matched = {.type = VERDICT_DNS_ID, .value = BYTES("*.example")},
        .presented = {{.type = VERDICT_DNS_ID, .value = BYTES("*.example")}},
        .n_presented = 1,
        .checked = {[VERDICT_CHECK_IDENTITY] = true,
                    [VERDICT_CHECK_PATH] = true,
                    [VERDICT_CHECK_PINS_PATH] = true,
                    [VERDICT_CHECK_REVOCATION] = true},
        .rule = {BYTES("domain \"example\""), BYTES("/etc/certnamed/certnamed.conf"), 12},
        .client_rule = {BYTES("client \"printer\""), BYTES("/etc/certnamed/conf.d/p.conf"), 300},
        .generation = 3,
        .digest = golden_digest(material.low),
        .sni = true,
        .leaf = {.sha256 = golden_digest(material.high),
                 .spki = BYTES("\x30\x03\x02\x01\x02"),
                 .has_validity = true,
                 .not_before = -1,
                 .not_after = 4102444800},
        .reported = {{.code = BYTES("hostname-mismatch"),
                      .verify_code = 62,
                      .message = BYTES("no")}},
        .n_reported = 1,
        .path = {{.sha256 = golden_digest(material.high)},
                 {.sha256 = golden_digest(material.low), .store = BYTES("corp")}},
        .n_path = 2,
    };
}

static void make_name_matches(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .outcome = VERDICT_NAME_MATCHES,
        .has_reference = true,
        .reference = {.type = VERDICT_IP_ID, .value = BYTES("192.0.2.1")},
        .has_matched = true,
        .matched = {.type = VERDICT_IP_ID, .value = BYTES("\xc0\0\x02\x01")},
        .checked = {[VERDICT_CHECK_IDENTITY] = true, [VERDICT_CHECK_PINS_LEAF] = true},
        .generation = 1,
        .digest = golden_digest(material.low),
    };
}

/* Adds presented identities of every type, each with another reason. */
static void present_all(struct verdict *verdict)
{
    static const struct verdict_identity presented[] = {
        {VERDICT_DNS_ID, BYTES("\0\xff\x01"), BYTES("why-1"), BYTES("since 1")},
        {VERDICT_IP_ID, BYTES("\0\xff\x02"), BYTES("why-2"), BYTES("since 2")},
        {VERDICT_CN_ID, BYTES("\0\xff\x03"), BYTES("why-3"), BYTES("since 3")},
        {VERDICT_EMAIL, BYTES("\0\xff\x04"), BYTES("why-4"), BYTES("since 4")},
        {VERDICT_URI_ID, BYTES("\0\xff\x05"), BYTES("why-5"), BYTES("since 5")},
        {VERDICT_SRV_ID, BYTES("\0\xff\x06"), BYTES("why-6"), BYTES("since 6")},
        {VERDICT_OTHER, BYTES("\0\xff\x07"), BYTES("why-7"), BYTES("since 7")},
        {VERDICT_MALFORMED, BYTES("\0\xff\x08"), BYTES("why-8"), BYTES("since 8")},
        {VERDICT_SPIFFE_ID, BYTES("\0\xff\x09"), BYTES("why-9"), BYTES("since 9")},
        {VERDICT_UTF8_MAILBOX, BYTES("\0\xff\x0a"), BYTES("why-10"), BYTES("since 10")},
    };

    memcpy(verdict->presented, presented, sizeof(presented));
    verdict->n_presented = N_ROWS(presented);
    verdict->presented_more = 700;
}

static void make_refused(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .failures = {{BYTES("hostname-mismatch"), 62, BYTES("not valid for 'a.example'"), 0, {0}},
                     {BYTES("pin-mismatch"), 50, BYTES("no pin"), 2, BYTES("of \"bank\"")}},
        .n_failures = 2,
        .has_reference = true,
        .reference = {.type = VERDICT_DNS_ID, .value = BYTES("a.example")},
        .has_nearest = true,
        .nearest = {{.type = VERDICT_CN_ID, .value = BYTES("b.example")},
                    BYTES("label"),
                    BYTES("a label differs")},
        .checked = {[VERDICT_CHECK_IDENTITY] = true},
        .rule = {.section = BYTES("defaults")},
        .generation = UINT64_C(1) << 40,
        .digest = golden_digest(material.high),
        .alert = 42,
        .sni = true,
        .leaf = {.sha256 = golden_digest(material.low)},
    };
    present_all(verdict);
}

static void make_without_reference(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .outcome = VERDICT_VERIFIED,
        .checked = {[VERDICT_CHECK_PATH] = true},
        .rule = {.section = BYTES("defaults")},
        .generation = 2,
        .digest = golden_digest(material.low),
        .leaf = {.sha256 = golden_digest(material.high), .spki = BYTES("\x30\x03\x02\x01\x02")},
        .path = {{.sha256 = golden_digest(material.high)},
                 {.sha256 = golden_digest(material.low), .store = BYTES("system")}},
        .n_path = 2,
    };
}

static void make_refused_matched(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .failures = {{BYTES("pin-mismatch"), 50, BYTES("no pin"), 0, {0}}},
        .n_failures = 1,
        .has_reference = true,
        .reference = {.type = VERDICT_DNS_ID, .value = BYTES("a.example")},
        .has_matched = true,
        .matched = {.type = VERDICT_DNS_ID, .value = BYTES("a.example")},
        .checked = {[VERDICT_CHECK_IDENTITY] = true, [VERDICT_CHECK_PINS_LEAF] = true},
        .rule = {BYTES("domain \"a.example\""), BYTES("/p"), 1},
        .generation = 1,
        .digest = golden_digest(material.low),
        .alert = 46,
        .sni = true,
    };
}

static void make_refused_path(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .failures = {{BYTES("expired"), 10, BYTES("certificate has expired"), 1, {0}}},
        .n_failures = 1,
        .failures_more = 7,
        .reported_more = 300,
        .has_reference = true,
        .reference = {.type = VERDICT_IP_ID, .value = BYTES("2001:db8::1")},
        .checked = {[VERDICT_CHECK_IDENTITY] = true, [VERDICT_CHECK_PATH] = true},
        .rule = {BYTES("defaults"), ALL_OF(material.long_path), 70000},
        .generation = UINT64_C(1) << 63,
        .digest = golden_digest(material.high),
        .alert = 45,
        .leaf = {.sha256 = golden_digest(material.low),
                 .spki = ALL_OF(material.long_spki),
                 .has_validity = true},
        .path = {{.sha256 = golden_digest(material.low)},
                 {.sha256 = golden_digest(material.high), .store = BYTES("request")}},
        .n_path = 2,
    };
}

static void make_pinned_key(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .outcome = VERDICT_VERIFIED,
        .has_reference = true,
        .reference = {.type = VERDICT_IP_ID, .value = BYTES("10.0.0.7")},
        .checked = {[VERDICT_CHECK_PATH] = true,
                    [VERDICT_CHECK_PINS_PATH] = true,
                    [VERDICT_CHECK_PINNED_KEY] = true},
        .rule = {.section = BYTES("domain \"10.0.0.7\"")},
        .generation = 1,
        .digest = golden_digest(material.low),
    };
}

static const struct {
    const char *name;
    void (*make)(struct verdict *verdict);
    struct verdict_asked asked;
    int result;
} verdicts[] = {
    {"verdict-verified", make_verified, {.identity = true, .path = true}, CERTNAME_VERIFIED},
    {"verdict-name-matches", make_name_matches, {.identity = true}, CERTNAME_NAME_MATCHES},
    {"verdict-refused", make_refused, {.identity = true}, CERTNAME_NOT_VERIFIED},
    {"verdict-no-identity", make_without_reference, {.path = true}, CERTNAME_VERIFIED},
    {"verdict-refused-matched", make_refused_matched, {.identity = true}, CERTNAME_NOT_VERIFIED},
    {"verdict-refused-path",
     make_refused_path,
     {.identity = true, .path = true},
     CERTNAME_NOT_VERIFIED},
    {"verdict-pinned-key", make_pinned_key, {.identity = true, .path = true}, CERTNAME_VERIFIED},
};

START_TEST(verdict_of_the_codec)
{
    struct verdict expected, actual;
    struct bytes payload;

    verdicts[_i].make(&expected);
    golden_read(&material.golden, verdicts[_i].name, FRAME_KIND_VERDICT);
    ck_assert_int_eq(
        codec_read_verdict(&actual, material.golden.payload.data, material.golden.payload.len), 0);
    same_verdict(&actual, &expected);
    ck_assert_int_eq(codec_write_verdict(&expected, &material.arena, &payload), 0);
    golden_expect(&material.golden, verdicts[_i].name, payload);
}
END_TEST

/*
 * A program gets the expected result from the client library, and for a refusal the same failures.
 */
START_TEST(verdict_of_the_library)
{
    struct certname_verdict *verdict;
    const struct certname_failure *shown;
    struct failure failure;
    struct reply reply;

    golden_read(&material.golden, verdicts[_i].name, FRAME_KIND_VERDICT);
    reply = golden_find_reply();
    ck_assert_int_eq(
        verdict_open(&verdict, reply.payload, reply.n_payload, verdicts[_i].asked, &failure),
        verdicts[_i].result);
    ck_assert_int_eq(certname_verdict_result(verdict), verdicts[_i].result);
    if (strcmp(verdicts[_i].name, "verdict-refused") == 0) {
        ck_assert_int_eq(certname_verdict_verify_code(verdict), 62);
        ck_assert_str_eq(certname_verdict_message(verdict), "not valid for 'a.example'");
        shown = certname_verdict_failure(verdict, 1);
        ck_assert_ptr_nonnull(shown);
        ck_assert_str_eq(shown->detail, "of \"bank\"");
        ck_assert_uint_eq(certname_verdict_alert(verdict), 42);
    }
    certname_verdict_free(verdict);
}
END_TEST

/*
 * Fields that a newer daemon adds are ignored, and change neither the result nor the known fields.
 */
START_TEST(verdict_of_a_newer_daemon)
{
    struct certname_verdict *verdict;
    struct failure failure;
    struct verdict read;
    struct reply reply;

    golden_read(&material.golden, "verdict-newer", FRAME_KIND_VERDICT);
    ck_assert_int_eq(
        codec_read_verdict(&read, material.golden.payload.data, material.golden.payload.len), 0);
    ck_assert_int_eq(read.matched.type, VERDICT_IDENTITY_UNSPECIFIED);
    ck_assert(read.checked[VERDICT_CHECK_IDENTITY]);
    reply = golden_find_reply();
    ck_assert_int_eq(verdict_open(&verdict, reply.payload, reply.n_payload,
                                  (struct verdict_asked){.identity = true}, &failure),
                     CERTNAME_NAME_MATCHES);
    certname_verdict_free(verdict);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("golden");
    TCase *tests = tcase_create("verdicts of version 1");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tests, golden_setup, golden_teardown);
    tcase_add_loop_test(tests, verdict_of_the_codec, 0, N_ROWS(verdicts));
    tcase_add_loop_test(tests, verdict_of_the_library, 0, N_ROWS(verdicts));
    tcase_add_test(tests, verdict_of_a_newer_daemon);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
