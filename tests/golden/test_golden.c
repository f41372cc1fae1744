/* SPDX-License-Identifier: MIT */

/*
 * Tests the bytes of protocol version 1 as they were released. Every writer of a frame has to write
 * exactly these bytes, and every reader has to read exactly the expected values from them. No other
 * test notices a change of the protocol that reader and writer share. A change that makes this test
 * fail needs a new version of the protocol; the files are never changed.
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
#include "tests/golden/same.h"

#define BYTES(text)   ((struct bytes){.data = (const uint8_t *)(text), .len = sizeof(text) - 1})
#define N_ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define CERTIFICATE   "\x30\x03\x02\x01\x05"
#define NOT_ASCII_NAME                                                                             \
    "b\xc3\xbc"                                                                                    \
    "cher.example"

/* Byte strings that are so long that their length takes two bytes; setup() fills them in. */
static uint8_t long_certificate[204], long_crl[260], long_ocsp[131], long_spki[200];
static char long_path[151];

static struct arena arena;
static struct golden golden;
static uint8_t low[32], high[32]; /* digests with the bytes 00 01 .. 1f and 80 81 .. 9f */

static void setup(void)
{
    codec_arena_init(&arena);
    for (size_t i = 0; i < sizeof(low); i++) {
        low[i] = (uint8_t)i;
        high[i] = (uint8_t)(0x80 + i);
    }
    memcpy(long_certificate, "\x30\x81\xc9", 3);
    memcpy(long_crl, "\x30\x82\x01\x00", 4);
    memset(long_ocsp, 1, sizeof(long_ocsp));
    memcpy(long_ocsp, "\x30\x81\x80", 3);
    for (size_t i = 0; i < 201; i++)
        long_certificate[3 + i] = (uint8_t)i;
    for (size_t i = 0; i < sizeof(long_spki); i++)
        long_spki[i] = (uint8_t)i;
    memset(long_path, 'd', sizeof(long_path));
    long_path[0] = '/';
}

#define ALL_OF(array) ((struct bytes){.data = (const uint8_t *)(array), .len = sizeof(array)})

static void teardown(void)
{
    arena_deinit(&arena);
}

static struct bytes digest(const uint8_t *bytes)
{
    return (struct bytes){.data = bytes, .len = 32};
}

/* --- requests --- */

static void make_small(struct request *request)
{
    request->references[request->n_references++] = (struct request_reference){REQUEST_HOST,
                                                                              BYTES("a.example")};
    request->certificates[request->n_certificates++] = BYTES(CERTIFICATE);
}

static void make_full(struct request *request)
{
    const struct request_reference references[] = {
        {REQUEST_HOST, BYTES("www.example")},       {REQUEST_HOST, BYTES(NOT_ASCII_NAME)},
        {REQUEST_HOST, BYTES("192.0.2.1")},         {REQUEST_EMAIL, BYTES("jo@a.example")},
        {REQUEST_URI, BYTES("https://b.example/")}, {REQUEST_SPIFFE, BYTES("spiffe://c.example/x")},
        {REQUEST_SRV, BYTES("_imaps.d.example")},
    };

    memcpy(request->references, references, sizeof(references));
    request->n_references = N_ROWS(references);
    request->certificates[0] = BYTES(CERTIFICATE);
    request->certificates[1] = BYTES("\x30\0");
    request->n_certificates = 2;
    request->path = request->explain = request->has_time = request->has_max_depth = true;
    request->purpose = REQUEST_PURPOSE_CLIENT;
    request->time = 1780272000;
    request->max_depth = 300;
    request->anchors[request->n_anchors++] = BYTES("\x30\x02\x05\0");
    request->crls[0] = BYTES("\x30\x03\x01\x01\xff");
    request->crls[1] = BYTES("\x30\x03\x01\x01\xaa");
    request->n_crls = 2;
    request->ocsp = BYTES("\x30\x03\x0a\x01\0");
}

static void make_without_identity(struct request *request)
{
    request->certificates[request->n_certificates++] = BYTES(CERTIFICATE);
    request->path = request->no_identity = request->has_time = request->has_max_depth = true;
    request->purpose = REQUEST_PURPOSE_SERVER;
    request->time = -1;
}

static void make_long(struct request *request)
{
    make_small(request);
    request->certificates[0] = ALL_OF(long_certificate);
    request->path = true;
    request->crls[request->n_crls++] = ALL_OF(long_crl);
    request->ocsp = ALL_OF(long_ocsp);
}

static const struct {
    const char *name;
    void (*make)(struct request *request);
} requests[] = {
    {"request-long", make_long},
    {"request", make_small},
    {"request-full", make_full},
    {"request-no-identity", make_without_identity},
};

START_TEST(request_of_the_codec)
{
    struct request expected = {0}, actual;
    struct bytes payload;
    struct codec_fault fault;

    requests[_i].make(&expected);
    golden_read(&golden, requests[_i].name, FRAME_KIND_VERIFY);
    ck_assert_int_eq(
        codec_read_request(&actual, &arena, golden.payload.data, golden.payload.len, &fault), 0);
    same_request(&actual, &expected);
    ck_assert_int_eq(codec_write_request(&expected, &arena, &payload), 0);
    golden_expect(&golden, requests[_i].name, payload);
}
END_TEST

static void ask_references(struct certname_question *question, const struct request *request)
{
    for (size_t i = 0; i < request->n_references; i++) {
        struct bytes text = request->references[i].text;

        ck_assert_int_eq(certname_question_add_reference(
                             question, (enum certname_reference)request->references[i].kind,
                             (const char *)text.data, text.len),
                         0);
    }
    if (request->no_identity)
        ck_assert_int_eq(certname_question_without_identity(question), 0);
}

static void ask_list(struct certname_question *question, const struct bytes *list, size_t n,
                     int (*add)(struct certname_question *, const void *, size_t))
{
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(add(question, list[i].data, list[i].len), 0);
}

static void ask_settings(struct certname_question *question, const struct request *request)
{
    if (request->path)
        ck_assert_int_eq(certname_question_require_path(question), 0);
    if (request->explain)
        ck_assert_int_eq(certname_question_explain(question), 0);
    if (request->purpose != REQUEST_PURPOSE_UNSPECIFIED)
        ck_assert_int_eq(
            certname_question_set_purpose(question, (enum certname_purpose)request->purpose), 0);
    if (request->has_time)
        ck_assert_int_eq(certname_question_set_time(question, request->time), 0);
    if (request->has_max_depth)
        ck_assert_int_eq(certname_question_set_max_depth(question, request->max_depth), 0);
    if (request->ocsp.len > 0)
        ck_assert_int_eq(
            certname_question_set_ocsp(question, request->ocsp.data, request->ocsp.len), 0);
}

/* A program that asks the same question through the client library sends the same bytes. */
START_TEST(request_of_the_library)
{
    struct certname_question *question = certname_question_new();
    struct request request = {0};
    struct failure failure;
    struct call *call = NULL;

    requests[_i].make(&request);
    golden_read(&golden, requests[_i].name, FRAME_KIND_VERIFY);
    ask_references(question, &request);
    ask_list(question, request.certificates, request.n_certificates,
             certname_question_add_certificate);
    ask_list(question, request.anchors, request.n_anchors, certname_question_add_anchor);
    ask_list(question, request.crls, request.n_crls, certname_question_add_crl);
    ask_settings(question, &request);
    ck_assert_int_eq(question_call_new(&call, question, &failure), 0);
    golden_expect(&golden, requests[_i].name, call_payload(call));
    (void)call_free(call);
    certname_question_free(question);
}
END_TEST

/* The four requests without a payload consist of a header alone, which golden_read checks. */
START_TEST(inquiries)
{
    golden_read(&golden, "status", FRAME_KIND_STATUS);
    ck_assert_uint_eq(golden.payload.len, 0);
    ck_assert_int_eq(CERTNAME_STATUS, golden.frame[5]);
    golden_read(&golden, "metrics", FRAME_KIND_METRICS);
    ck_assert_uint_eq(golden.payload.len, 0);
    ck_assert_int_eq(CERTNAME_METRICS, golden.frame[5]);
    golden_read(&golden, "reload", FRAME_KIND_RELOAD);
    ck_assert_uint_eq(golden.payload.len, 0);
    ck_assert_int_eq(CERTNAME_RELOAD, golden.frame[5]);
    golden_read(&golden, "hello", FRAME_KIND_HELLO);
    ck_assert_uint_eq(golden.payload.len, 0);
}
END_TEST

/* --- verdicts --- */

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
        .digest = digest(low),
        .sni = true,
        .leaf = {.sha256 = digest(high),
                 .spki = BYTES("\x30\x03\x02\x01\x02"),
                 .has_validity = true,
                 .not_before = -1,
                 .not_after = 4102444800},
        .reported = {{.code = BYTES("hostname-mismatch"),
                      .verify_code = 62,
                      .message = BYTES("no")}},
        .n_reported = 1,
        .path = {{.sha256 = digest(high)}, {.sha256 = digest(low), .store = BYTES("corp")}},
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
        .digest = digest(low),
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
        .digest = digest(high),
        .alert = 42,
        .sni = true,
        .leaf = {.sha256 = digest(low)},
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
        .digest = digest(low),
        .leaf = {.sha256 = digest(high), .spki = BYTES("\x30\x03\x02\x01\x02")},
        .path = {{.sha256 = digest(high)}, {.sha256 = digest(low), .store = BYTES("system")}},
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
        .digest = digest(low),
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
        .rule = {BYTES("defaults"), ALL_OF(long_path), 70000},
        .generation = UINT64_C(1) << 63,
        .digest = digest(high),
        .alert = 45,
        .leaf = {.sha256 = digest(low), .spki = ALL_OF(long_spki), .has_validity = true},
        .path = {{.sha256 = digest(low)}, {.sha256 = digest(high), .store = BYTES("request")}},
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
        .digest = digest(low),
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
    golden_read(&golden, verdicts[_i].name, FRAME_KIND_VERDICT);
    ck_assert_int_eq(codec_read_verdict(&actual, golden.payload.data, golden.payload.len), 0);
    same_verdict(&actual, &expected);
    ck_assert_int_eq(codec_write_verdict(&expected, &arena, &payload), 0);
    golden_expect(&golden, verdicts[_i].name, payload);
}
END_TEST

/* Passes a frame to the client library as if it had been received. */
static struct reply find_reply(void)
{
    struct failure failure;
    struct reply reply;

    for (size_t n = 0; n < golden.len; n++)
        ck_assert_int_eq(reply_find(&reply, golden.frame, n, &failure), 0);
    ck_assert_int_eq(reply_find(&reply, golden.frame, golden.len, &failure), 1);
    ck_assert(reply.tag == GOLDEN_TAG);
    ck_assert_uint_eq(reply.kind, golden.frame[5]);
    ck_assert_uint_eq(reply.n_frame, golden.len);
    return reply;
}

/*
 * A program gets the expected result from the client library, and for a refusal the same failures.
 */
START_TEST(verdict_of_the_library)
{
    struct certname_verdict *verdict;
    const struct certname_failure *shown;
    struct failure failure;
    struct reply reply;

    golden_read(&golden, verdicts[_i].name, FRAME_KIND_VERDICT);
    reply = find_reply();
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

    golden_read(&golden, "verdict-newer", FRAME_KIND_VERDICT);
    ck_assert_int_eq(codec_read_verdict(&read, golden.payload.data, golden.payload.len), 0);
    ck_assert_int_eq(read.matched.type, VERDICT_IDENTITY_UNSPECIFIED);
    ck_assert(read.checked[VERDICT_CHECK_IDENTITY]);
    reply = find_reply();
    ck_assert_int_eq(verdict_open(&verdict, reply.payload, reply.n_payload,
                                  (struct verdict_asked){.identity = true}, &failure),
                     CERTNAME_NAME_MATCHES);
    certname_verdict_free(verdict);
}
END_TEST

/* --- errors and texts --- */

static const struct {
    const char *name;
    enum error_code code;
    int result;
    size_t n_text;
    const char *text;
    uint32_t field;
} errors[] = {
    {"error", ERROR_BUSY, CERTNAME_ERR_BUSY, 5, "later", 0},
    {"error-long", ERROR_INVALID_REFERENCE, CERTNAME_ERR_INVALID_REFERENCE, 200, NULL, 0},
    {"error-unknown-field", ERROR_UNKNOWN_FIELD, CERTNAME_ERR_UNKNOWN_FIELD, 5, "older", 300},
};

START_TEST(error_of_every_side)
{
    uint8_t written[ERROR_FRAME_BYTES];
    struct failure failure;
    struct reply reply;
    struct codec_error read;
    char text[256];
    size_t n;

    memset(text, 'x', sizeof(text));
    if (errors[_i].text)
        memcpy(text, errors[_i].text, errors[_i].n_text);
    text[errors[_i].n_text] = '\0';
    golden_read(&golden, errors[_i].name, FRAME_KIND_ERROR);
    n = error_write_field_frame(written, GOLDEN_TAG, errors[_i].code, errors[_i].field, text);
    ck_assert_uint_eq(n, golden.len);
    ck_assert_mem_eq(written, golden.frame, n);
    ck_assert_int_eq(codec_read_error(&read, golden.payload.data, golden.payload.len), 0);
    ck_assert_uint_eq(read.code, errors[_i].code);
    ck_assert_uint_eq(read.field, errors[_i].field);
    same_bytes(read.text, (struct bytes){.data = (const uint8_t *)text, .len = errors[_i].n_text});
    reply = find_reply();
    ck_assert_int_eq(reply_read_error(&reply, &failure), errors[_i].result);
    ck_assert_str_eq(failure.text, text);
    ck_assert_uint_eq(failure.field, errors[_i].field);
}
END_TEST

static const struct {
    const char *name;
    uint64_t tag;
    enum error_code code;
    const char *text;
} tagged_errors[] = {
    {"error-connection", 0, ERROR_BUSY, "too many"},
    {"error-last-tag", UINT64_MAX, ERROR_UNKNOWN_FIELD, "no"},
};

START_TEST(error_of_any_tag)
{
    uint8_t written[ERROR_FRAME_BYTES];
    struct failure failure;
    struct reply reply;
    size_t n;

    golden_read_other(&golden, tagged_errors[_i].name, FRAME_KIND_ERROR, FRAME_VERSION,
                      tagged_errors[_i].tag);
    n = error_write_frame(written, tagged_errors[_i].tag, tagged_errors[_i].code,
                          tagged_errors[_i].text);
    ck_assert_uint_eq(n, golden.len);
    ck_assert_mem_eq(written, golden.frame, n);
    ck_assert_int_eq(reply_find(&reply, golden.frame, golden.len, &failure), 1);
    ck_assert(reply.tag == tagged_errors[_i].tag);
}
END_TEST

/* The request is the smallest one, with another version in its header. */
START_TEST(request_of_version_2)
{
    struct golden least;

    golden_read(&least, "request", FRAME_KIND_VERIFY);
    golden_read_other(&golden, "request-version-2", FRAME_KIND_VERIFY, 2, GOLDEN_TAG);
    golden_expect(&golden, "request-version-2", least.payload);
}
END_TEST

/*
 * The smallest and the largest answer to hello, as the front writes them and the library reads
 * them.
 */
START_TEST(hello_of_every_side)
{
    struct hello least = {.versions = {1}, .n_versions = 1}, full, read;
    const struct hello *expected = _i == 0 ? &least : &full;
    uint8_t written[HELLO_BYTES];
    size_t n;

    hello_init(&full);
    full.limits[HELLO_IN_FLIGHT] = 64;
    full.limits[HELLO_IN_FLIGHT_PER_UID] = 1024;
    full.limits[HELLO_CONNECTIONS_PER_UID] = 256;
    full.limits[HELLO_QUEUE_MS] = 5000;
    full.release = BYTES("0.1.0");
    golden_read(&golden, _i == 0 ? "hello-reply-least" : "hello-reply", FRAME_KIND_HELLO_REPLY);
    n = hello_write(written, expected);
    golden_expect(&golden, "hello-reply", (struct bytes){.data = written, .len = n});
    ck_assert_int_eq(codec_read_hello(&read, golden.payload.data, golden.payload.len), 0);
    ck_assert_uint_eq(read.n_versions, 1);
    ck_assert_uint_eq(read.versions[0], 1);
    ck_assert_uint_eq(read.last_field, expected->last_field);
    ck_assert_mem_eq(read.limits, expected->limits, sizeof(read.limits));
    ck_assert_uint_eq(read.n_features, expected->n_features);
    for (size_t i = 0; i < read.n_features; i++)
        same_bytes(read.features[i], expected->features[i]);
    same_bytes(read.release, expected->release);
}
END_TEST

static const struct {
    const char *name;
    enum frame_kind kind;
    struct bytes payload;
} texts[] = {
    {"status-text", FRAME_KIND_STATUS_TEXT, BYTES("{\"generation\": 1}")},
    {"metrics-text", FRAME_KIND_METRICS_TEXT, BYTES("# EOF\n")},
    {"reloaded", FRAME_KIND_RELOADED, BYTES("\1f:3: no")},
};

START_TEST(text_of_the_library)
{
    struct reply reply;

    golden_read(&golden, texts[_i].name, texts[_i].kind);
    reply = find_reply();
    same_bytes((struct bytes){.data = reply.payload, .len = reply.n_payload}, texts[_i].payload);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("golden");
    TCase *tests = tcase_create("version 1");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, request_of_the_codec, 0, N_ROWS(requests));
    tcase_add_loop_test(tests, request_of_the_library, 0, N_ROWS(requests));
    tcase_add_test(tests, inquiries);
    tcase_add_loop_test(tests, verdict_of_the_codec, 0, N_ROWS(verdicts));
    tcase_add_loop_test(tests, verdict_of_the_library, 0, N_ROWS(verdicts));
    tcase_add_test(tests, verdict_of_a_newer_daemon);
    tcase_add_loop_test(tests, error_of_every_side, 0, N_ROWS(errors));
    tcase_add_loop_test(tests, error_of_any_tag, 0, N_ROWS(tagged_errors));
    tcase_add_test(tests, request_of_version_2);
    tcase_add_loop_test(tests, hello_of_every_side, 0, 2);
    tcase_add_loop_test(tests, text_of_the_library, 0, N_ROWS(texts));
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
