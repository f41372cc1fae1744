/* SPDX-License-Identifier: MIT */
/* Tests of inquiries to daemons that answer correctly and incorrectly. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "certname/client.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "proto/limits.h"
#include "tests/unit/client/client_fixture.h"

#define NO_ERROR 0u

struct inquiry_row {
    const char *intent;
    enum certname_inquiry inquiry;
    unsigned error; /* the enum error_code of the answer; NO_ERROR: the next fields describe the
                       answer */
    uint8_t kind;   /* the kind of the answer; 0: the right one */
    uint64_t tag_change; /* added to the tag of the inquiry */
    struct bytes payload;
    unsigned first_connection; /* earlier connections are closed when an inquiry comes */
    int expected;
    const char *text; /* the expected text of the answer, or a part of the error's sentence */
};

static const struct inquiry_row rows[] = {
    {.intent = "a status",
     .inquiry = CERTNAME_STATUS,
     .payload = BYTES("{\"a\":1}"),
     .text = "{\"a\":1}"},
    {.intent = "an empty text", .inquiry = CERTNAME_METRICS, .text = ""},
    {.intent = "metrics",
     .inquiry = CERTNAME_METRICS,
     .payload = BYTES("x 1\n# EOF\n"),
     .text = "x 1\n# EOF\n"},
    {.intent = "a reload, and its words",
     .inquiry = CERTNAME_RELOAD,
     .payload = BYTES("\0generation 4"),
     .text = "generation 4"},
    {.intent = "a reload without words",
     .inquiry = CERTNAME_RELOAD,
     .payload = BYTES("\0"),
     .text = ""},
    {.intent = "a refused reload, with what is wrong, made printable",
     .inquiry = CERTNAME_RELOAD,
     .payload = BYTES("\1x.conf:3: no\x1b\xc2\x9b\xc3\xa9\xc2"),
     .expected = CERTNAME_ERR_RELOAD,
     .text = "x.conf:3: no???\xc3\xa9\xc2"},
    {.intent = "a reload that is neither",
     .inquiry = CERTNAME_RELOAD,
     .payload = BYTES("\2"),
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "a reload without an answer",
     .inquiry = CERTNAME_RELOAD,
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "NUL in a text",
     .inquiry = CERTNAME_STATUS,
     .payload = BYTES("a\0b"),
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "NUL in a refusal",
     .inquiry = CERTNAME_RELOAD,
     .payload = BYTES("\1a\0b"),
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "metrics for a status",
     .inquiry = CERTNAME_STATUS,
     .kind = FRAME_KIND_METRICS_TEXT,
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "a verdict for a status",
     .inquiry = CERTNAME_STATUS,
     .kind = FRAME_KIND_VERDICT,
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "a kind that does not exist",
     .inquiry = CERTNAME_STATUS,
     .kind = 134,
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "somebody else's answer",
     .inquiry = CERTNAME_STATUS,
     .tag_change = 1,
     .payload = BYTES("{}"),
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "not for this uid",
     .inquiry = CERTNAME_RELOAD,
     .error = ERROR_FORBIDDEN,
     .expected = CERTNAME_ERR_FORBIDDEN},
    {.intent = "a daemon that does not know it",
     .inquiry = CERTNAME_STATUS,
     .error = ERROR_UNKNOWN_KIND,
     .expected = CERTNAME_ERR_UNKNOWN_KIND},
    {.intent = "somebody else's error",
     .inquiry = CERTNAME_STATUS,
     .error = ERROR_FORBIDDEN,
     .tag_change = 1,
     .expected = CERTNAME_ERR_PROTOCOL},
    {.intent = "a status is asked for once more when the daemon goes away",
     .inquiry = CERTNAME_STATUS,
     .first_connection = 2,
     .payload = BYTES("{}"),
     .text = "{}"},
    {.intent = "but not twice more",
     .inquiry = CERTNAME_METRICS,
     .first_connection = 3,
     .expected = CERTNAME_ERR_UNAVAILABLE},
    {.intent = "a reload is asked for once",
     .inquiry = CERTNAME_RELOAD,
     .first_connection = 2,
     .payload = BYTES("\0"),
     .expected = CERTNAME_ERR_UNAVAILABLE},
};

/* Answers as the row says; closes the connection if the request is not the row's inquiry. */
static ptrdiff_t answer(uint8_t out[static FAKE_FRAME_BYTES], const struct fake_question *question,
                        const void *context)
{
    const struct inquiry_row *row = context;
    uint64_t tag = question->tag + row->tag_change;

    if (question->n_connection < row->first_connection || question->n_payload != 0 ||
        question->kind != (uint8_t)row->inquiry)
        return -1;
    if (row->error != NO_ERROR)
        return (ptrdiff_t)error_write_frame(out, tag, (enum error_code)row->error, "no");
    frame_write_header(out, row->kind ? row->kind : (uint8_t)(question->kind + 128), tag,
                       row->payload.len);
    if (row->payload.len > 0)
        memcpy(out + FRAME_HEADER_BYTES, row->payload.data, row->payload.len);
    return (ptrdiff_t)(FRAME_HEADER_BYTES + row->payload.len);
}

/* Every answer gives the result of its row, and no descriptor stays open. */
START_TEST(test_rows)
{
    const struct inquiry_row *row = &rows[_i];
    long before = client_open_descriptors();
    struct certname_client *client;
    struct fake_daemon daemon;
    char *text = (char *)1;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer, row);
    client = client_new_at(daemon.path, 5000);
    errno = EXDEV;
    ck_assert_msg(certname_inquire(client, row->inquiry, &text) == row->expected, "%s: %s",
                  row->intent, certname_client_error(client));
    if (row->expected == 0) {
        ck_assert_int_eq(errno, EXDEV);
        ck_assert_str_eq(text, row->text);
        free(text);
    } else {
        ck_assert_ptr_null(text);
        ck_assert_str_ne(certname_client_error(client), "");
        if (row->text)
            ck_assert_str_eq(certname_client_error(client), row->text);
    }
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
    ck_assert_int_eq(client_open_descriptors(), before);
}
END_TEST

/* While a question waits an inquiry is an error, and the question still gets its answer. */
START_TEST(test_misuse)
{
    static const struct reply_row acceptance = {0};
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct client_answers answers = {0};
    struct fake_daemon daemon;
    char *text = (char *)1;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_inquire(NULL, CERTNAME_STATUS, &text), CERTNAME_ERR_ARGUMENT);
    ck_assert_ptr_null(text);
    ck_assert_int_eq(certname_inquire(client, CERTNAME_STATUS, NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_inquire(client, (enum certname_inquiry)1, &text),
                     CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_inquire(client, (enum certname_inquiry)5, &text),
                     CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_ask(client, question, client_take_answer, &answers), 0);
    ck_assert_int_eq(certname_inquire(client, CERTNAME_RELOAD, &text), CERTNAME_ERR_ARGUMENT);
    client_run(client);
    ck_assert_uint_eq(answers.n_accepted, 1);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

static ptrdiff_t answer_long(uint8_t out[static FAKE_FRAME_BYTES],
                             const struct fake_question *question, const void *n_payload)
{
    size_t n = *(const size_t *)n_payload;

    frame_write_header(out, FRAME_KIND_STATUS_TEXT, question->tag, n);
    memset(out + FRAME_HEADER_BYTES, 'x', n);
    return (ptrdiff_t)(FRAME_HEADER_BYTES + n);
}

/* A reply of the largest size is accepted; with one byte more it is an error. */
START_TEST(test_limit)
{
    static const size_t sizes[] = {LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES,
                                   LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES + 1};
    struct certname_client *client;
    struct fake_daemon daemon;
    char *text;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_long, &sizes[_i]);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_inquire(client, CERTNAME_STATUS, &text),
                     _i == 0 ? 0 : CERTNAME_ERR_PROTOCOL);
    ck_assert_int_eq(text ? strlen(text) == sizes[0] : 0, _i == 0);
    free(text);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-inquire");
    TCase *tests = tcase_create("client-inquire");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, test_rows, 0, (int)N_ELEMENTS(rows));
    tcase_add_test(tests, test_misuse);
    tcase_add_loop_test(tests, test_limit, 0, 2);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
