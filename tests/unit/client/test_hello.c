/* SPDX-License-Identifier: MIT */
/* Tests of hello with daemons of this and of other releases, whose answers may be wrong. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "certname/client.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "proto/hello.h"
#include "tests/unit/client/client_fixture.h"

/* The answer of answer_sample. A test fills it in with hello_init before it starts the daemon. */
static struct hello sample;

static ptrdiff_t answer_sample(uint8_t out[static FAKE_FRAME_BYTES],
                               const struct fake_question *question, const void *context)
{
    size_t n = hello_write(out + FRAME_HEADER_BYTES, &sample);

    (void)context;
    if (question->kind != FRAME_KIND_HELLO || question->n_payload != 0)
        return -1;
    frame_write_header(out, FRAME_KIND_HELLO_REPLY, question->tag, n);
    return (ptrdiff_t)(FRAME_HEADER_BYTES + n);
}

/* Every field of the answer can be read. */
START_TEST(test_whole)
{
    struct certname_hello *hello = NULL;
    struct certname_client *client;
    struct fake_daemon daemon;

    hello_init(&sample);
    sample.versions[sample.n_versions++] = 2;
    sample.limits[HELLO_QUEUE_MS] = 5000;
    sample.release = BYTES("1.2.3");
    fake_daemon_start(&daemon, (uid_t)-1, false, answer_sample, NULL);
    client = client_new_at(daemon.path, 5000);
    errno = EXDEV;
    ck_assert_int_eq(certname_client_hello(client, &hello), 0);
    ck_assert_int_eq(errno, EXDEV);
    ck_assert_uint_eq(certname_hello_version(hello, 0), 1);
    ck_assert_uint_eq(certname_hello_version(hello, 1), 2);
    ck_assert_uint_eq(certname_hello_version(hello, 2), 0);
    ck_assert_uint_eq(certname_hello_last_field(hello), HELLO_LAST_FIELD);
    ck_assert_uint_eq(certname_hello_limit(hello, CERTNAME_LIMIT_REQUEST_BYTES), 196608);
    ck_assert_uint_eq(certname_hello_limit(hello, CERTNAME_LIMIT_QUEUE_MS), 5000);
    ck_assert_uint_eq(certname_hello_limit(hello, CERTNAME_LIMIT_IN_FLIGHT), 0);
    ck_assert_uint_eq(certname_hello_limit(hello, (enum certname_limit)0), 0);
    ck_assert_uint_eq(certname_hello_limit(hello, (enum certname_limit)13), 0);
    ck_assert_str_eq(certname_hello_feature(hello, 0), "half-close");
    ck_assert_str_eq(certname_hello_feature(hello, 1), "unknown-field-number");
    ck_assert_ptr_null(certname_hello_feature(hello, 2));
    ck_assert_int_eq(certname_hello_has_feature(hello, "half-close"), 1);
    ck_assert_int_eq(certname_hello_has_feature(hello, "half-clos"), 0);
    ck_assert_int_eq(certname_hello_has_feature(hello, NULL), 0);
    ck_assert_str_eq(certname_hello_release(hello), "1.2.3");
    ck_assert_ptr_null(certname_hello_free(hello));
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/* With NULL every function returns that nothing is known, and none crashes. */
START_TEST(test_null)
{
    struct certname_client *client = certname_client_new();
    struct certname_hello *hello = (struct certname_hello *)1;

    ck_assert_int_eq(certname_client_hello(NULL, &hello), CERTNAME_ERR_ARGUMENT);
    ck_assert_ptr_null(hello);
    ck_assert_int_eq(certname_client_hello(client, NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_uint_eq(certname_hello_version(NULL, 0), 0);
    ck_assert_uint_eq(certname_hello_last_field(NULL), 0);
    ck_assert_uint_eq(certname_hello_limit(NULL, CERTNAME_LIMIT_CRLS), 0);
    ck_assert_ptr_null(certname_hello_feature(NULL, 0));
    ck_assert_int_eq(certname_hello_has_feature(NULL, "x"), 0);
    ck_assert_str_eq(certname_hello_release(NULL), "");
    ck_assert_ptr_null(certname_hello_free(NULL));
    ck_assert_uint_eq(certname_client_unknown_field(NULL), 0);
    (void)certname_client_free(client);
}
END_TEST

#define VERSION_1 "\x0a\x01\x01"

static const struct payload_row {
    const char *intent;
    struct bytes payload;
    uint8_t kind;
    int expected;
} rows[] = {
    {"the version alone", BYTES(VERSION_1), FRAME_KIND_HELLO_REPLY, 0},
    {"a version that is not packed", BYTES("\x08\x01"), FRAME_KIND_HELLO_REPLY, 0},
    {"a newer daemon's fields", BYTES(VERSION_1 "\xf8\x01\x01\x1a\x03\xe8\x07\x01"),
     FRAME_KIND_HELLO_REPLY, 0},
    {"nothing", BYTES(""), FRAME_KIND_HELLO_REPLY, CERTNAME_ERR_PROTOCOL},
    {"another version than the answer's", BYTES("\x0a\x01\x02"), FRAME_KIND_HELLO_REPLY,
     CERTNAME_ERR_PROTOCOL},
    {"a feature that is no word", BYTES(VERSION_1 "\x22\x01 "), FRAME_KIND_HELLO_REPLY,
     CERTNAME_ERR_PROTOCOL},
    {"a feature without a letter", BYTES(VERSION_1 "\x22\x00"), FRAME_KIND_HELLO_REPLY,
     CERTNAME_ERR_PROTOCOL},
    {"a release with NUL", BYTES(VERSION_1 "\x2a\x02x\0"), FRAME_KIND_HELLO_REPLY,
     CERTNAME_ERR_PROTOCOL},
    {"what is cut off", BYTES(VERSION_1 "\x2a\x05x"), FRAME_KIND_HELLO_REPLY,
     CERTNAME_ERR_PROTOCOL},
    {"a status", BYTES("{}"), FRAME_KIND_STATUS_TEXT, CERTNAME_ERR_PROTOCOL},
    {"a verdict", BYTES(VERSION_1), FRAME_KIND_VERDICT, CERTNAME_ERR_PROTOCOL},
    {"an older daemon", BYTES("\x08\x05"), FRAME_KIND_ERROR, CERTNAME_ERR_UNKNOWN_KIND},
};

static ptrdiff_t answer_payload(uint8_t out[static FAKE_FRAME_BYTES],
                                const struct fake_question *question, const void *context)
{
    const struct payload_row *row = context;

    frame_write_header(out, row->kind, question->tag, row->payload.len);
    if (row->payload.len > 0)
        memcpy(out + FRAME_HEADER_BYTES, row->payload.data, row->payload.len);
    return (ptrdiff_t)(FRAME_HEADER_BYTES + row->payload.len);
}

START_TEST(test_payloads)
{
    struct certname_hello *hello = (struct certname_hello *)1;
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_payload, &rows[_i]);
    client = client_new_at(daemon.path, 5000);
    ck_assert_msg(certname_client_hello(client, &hello) == rows[_i].expected, "%s: %s",
                  rows[_i].intent, certname_client_error(client));
    ck_assert_int_eq(hello != NULL, rows[_i].expected == 0);
    (void)certname_hello_free(hello);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/* The library understands an answer with more features and versions than it looks at. */
START_TEST(test_many)
{
    static uint8_t bytes[3 * 100 + 3 + 3 * 400];
    struct payload_row row = {"many", {.data = bytes}, FRAME_KIND_HELLO_REPLY, 0};
    struct certname_hello *hello = NULL;
    struct certname_client *client;
    struct fake_daemon daemon;

    for (size_t i = 0; i < 100; i++, row.payload.len += 3)
        memcpy(bytes + row.payload.len, "\x0a\x01\x01", 3);
    for (size_t i = 0; i < 400; i++, row.payload.len += 3)
        memcpy(bytes + row.payload.len, "\x22\x01x", 3);
    fake_daemon_start(&daemon, (uid_t)-1, false, answer_payload, &row);
    client = client_new_at(daemon.path, 5000);
    ck_assert_msg(certname_client_hello(client, &hello) == 0, "%s", certname_client_error(client));
    ck_assert_str_eq(certname_hello_feature(hello, HELLO_FEATURES_COUNT - 1), "x");
    ck_assert_ptr_null(certname_hello_feature(hello, HELLO_FEATURES_COUNT));
    (void)certname_hello_free(hello);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

static ptrdiff_t answer_unknown_field(uint8_t out[static FAKE_FRAME_BYTES],
                                      const struct fake_question *question, const void *context)
{
    const unsigned *code = context;

    return (ptrdiff_t)error_write_field_frame(out, question->tag, (enum error_code) * code, 17,
                                              "older");
}

/*
 * certname_client_unknown_field() returns the number of the field that the daemon does not know,
 * and a number only after that error.
 */
START_TEST(test_unknown_field)
{
    static const unsigned codes[] = {ERROR_UNKNOWN_FIELD, ERROR_BUSY};
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_unknown_field, &codes[_i]);
    client = client_new_at(daemon.path, 5000);
    ck_assert_uint_eq(certname_client_unknown_field(client), 0);
    ck_assert_int_eq(certname_verify(client, question, NULL),
                     _i == 0 ? CERTNAME_ERR_UNKNOWN_FIELD : CERTNAME_ERR_BUSY);
    ck_assert_uint_eq(certname_client_unknown_field(client), _i == 0 ? 17 : 0);
    ck_assert_int_eq(certname_client_set_timeout(client, 1), 0);
    ck_assert_uint_eq(certname_client_unknown_field(client), 0);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-hello");
    TCase *tests = tcase_create("client-hello");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_whole);
    tcase_add_test(tests, test_null);
    tcase_add_loop_test(tests, test_payloads, 0, (int)N_ELEMENTS(rows));
    tcase_add_test(tests, test_many);
    tcase_add_loop_test(tests, test_unknown_field, 0, 2);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
