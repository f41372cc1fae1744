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
#include "tests/golden/golden_material.h"
#include "tests/golden/same.h"

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
    request->certificates[0] = ALL_OF(material.long_certificate);
    request->path = true;
    request->crls[request->n_crls++] = ALL_OF(material.long_crl);
    request->ocsp = ALL_OF(material.long_ocsp);
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
    golden_read(&material.golden, requests[_i].name, FRAME_KIND_VERIFY);
    ck_assert_int_eq(codec_read_request(&actual, &material.arena, material.golden.payload.data,
                                        material.golden.payload.len, &fault),
                     0);
    same_request(&actual, &expected);
    ck_assert_int_eq(codec_write_request(&expected, &material.arena, &payload), 0);
    golden_expect(&material.golden, requests[_i].name, payload);
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
    golden_read(&material.golden, requests[_i].name, FRAME_KIND_VERIFY);
    ask_references(question, &request);
    ask_list(question, request.certificates, request.n_certificates,
             certname_question_add_certificate);
    ask_list(question, request.anchors, request.n_anchors, certname_question_add_anchor);
    ask_list(question, request.crls, request.n_crls, certname_question_add_crl);
    ask_settings(question, &request);
    ck_assert_int_eq(question_call_new(&call, question, &failure), 0);
    golden_expect(&material.golden, requests[_i].name, call_payload(call));
    (void)call_free(call);
    certname_question_free(question);
}
END_TEST

/* The four requests without a payload consist of a header alone, which golden_read checks. */
START_TEST(inquiries)
{
    golden_read(&material.golden, "status", FRAME_KIND_STATUS);
    ck_assert_uint_eq(material.golden.payload.len, 0);
    ck_assert_int_eq(CERTNAME_STATUS, material.golden.frame[5]);
    golden_read(&material.golden, "metrics", FRAME_KIND_METRICS);
    ck_assert_uint_eq(material.golden.payload.len, 0);
    ck_assert_int_eq(CERTNAME_METRICS, material.golden.frame[5]);
    golden_read(&material.golden, "reload", FRAME_KIND_RELOAD);
    ck_assert_uint_eq(material.golden.payload.len, 0);
    ck_assert_int_eq(CERTNAME_RELOAD, material.golden.frame[5]);
    golden_read(&material.golden, "hello", FRAME_KIND_HELLO);
    ck_assert_uint_eq(material.golden.payload.len, 0);
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
    golden_read(&material.golden, errors[_i].name, FRAME_KIND_ERROR);
    n = error_write_field_frame(written, GOLDEN_TAG, errors[_i].code, errors[_i].field, text);
    ck_assert_uint_eq(n, material.golden.len);
    ck_assert_mem_eq(written, material.golden.frame, n);
    ck_assert_int_eq(
        codec_read_error(&read, material.golden.payload.data, material.golden.payload.len), 0);
    ck_assert_uint_eq(read.code, errors[_i].code);
    ck_assert_uint_eq(read.field, errors[_i].field);
    same_bytes(read.text, (struct bytes){.data = (const uint8_t *)text, .len = errors[_i].n_text});
    reply = golden_find_reply();
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

    golden_read_other(&material.golden, tagged_errors[_i].name, FRAME_KIND_ERROR, FRAME_VERSION,
                      tagged_errors[_i].tag);
    n = error_write_frame(written, tagged_errors[_i].tag, tagged_errors[_i].code,
                          tagged_errors[_i].text);
    ck_assert_uint_eq(n, material.golden.len);
    ck_assert_mem_eq(written, material.golden.frame, n);
    ck_assert_int_eq(reply_find(&reply, material.golden.frame, material.golden.len, &failure), 1);
    ck_assert(reply.tag == tagged_errors[_i].tag);
}
END_TEST

/* The request is the smallest one, with another version in its header. */
START_TEST(request_of_version_2)
{
    struct golden least;

    golden_read(&least, "request", FRAME_KIND_VERIFY);
    golden_read_other(&material.golden, "request-version-2", FRAME_KIND_VERIFY, 2, GOLDEN_TAG);
    golden_expect(&material.golden, "request-version-2", least.payload);
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
    golden_read(&material.golden, _i == 0 ? "hello-reply-least" : "hello-reply",
                FRAME_KIND_HELLO_REPLY);
    n = hello_write(written, expected);
    golden_expect(&material.golden, "hello-reply", (struct bytes){.data = written, .len = n});
    ck_assert_int_eq(
        codec_read_hello(&read, material.golden.payload.data, material.golden.payload.len), 0);
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

    golden_read(&material.golden, texts[_i].name, texts[_i].kind);
    reply = golden_find_reply();
    same_bytes((struct bytes){.data = reply.payload, .len = reply.n_payload}, texts[_i].payload);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("golden");
    TCase *tests = tcase_create("version 1");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tests, golden_setup, golden_teardown);
    tcase_add_loop_test(tests, request_of_the_codec, 0, N_ROWS(requests));
    tcase_add_loop_test(tests, request_of_the_library, 0, N_ROWS(requests));
    tcase_add_test(tests, inquiries);
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
