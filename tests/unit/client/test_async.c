/* SPDX-License-Identifier: MIT */
/* Tests of questions that are answered by a callback. */
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certname/client.h"
#include "client/lib/client.h"
#include "proto/error.h"
#include "tests/unit/client/client_fixture.h"
#include "tests/unit/client/loop_watch.h"

static const struct reply_row acceptance = {0};

static void ask_many(struct certname_client *client, size_t n, struct client_answers *answers)
{
    struct certname_question *question = client_question_new(false);

    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(certname_ask(client, question, client_take_answer, answers), 0);
    (void)certname_question_free(question);
}

static void present_many_names(struct verdict *verdict)
{
    static const uint8_t name[100];

    reply_refuse(verdict);
    verdict->n_presented = LIMIT_PRESENTED_SHOWN_COUNT;
    for (size_t i = 0; i < verdict->n_presented; i++)
        verdict->presented[i] = (struct verdict_identity){.type = VERDICT_OTHER,
                                                          .value = {name, sizeof(name)}};
}

/*
 * More questions and answers than the buffers of both sockets hold: each question gets one answer.
 */
START_TEST(test_many)
{
    static const struct reply_row rows[] = {{.change = present_many_names}, {0}};
    static const uint8_t big[LIMIT_CERTIFICATE_BYTES];
    struct certname_question *question = client_question_new(false);
    struct client_answers answers = {0};
    long before = client_open_descriptors();
    struct certname_client *client;
    struct fake_daemon daemon;

    ck_assert_int_eq(certname_question_add_certificate(question, big, sizeof(big)), 0);
    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &rows[_i]);
    client = client_new_at(daemon.path, 30000);
    for (size_t i = 0; i < 1000; i++)
        ck_assert_int_eq(certname_ask(client, question, client_take_answer, &answers), 0);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_client_set_path(client, daemon.path), CERTNAME_ERR_ARGUMENT);
    ck_assert_uint_eq(answers.n, 0);
    client_run(client);
    ck_assert_uint_eq(answers.n, 1000);
    ck_assert_uint_eq(answers.n_accepted, _i == 0 ? 0 : 1000);
    ck_assert_int_eq(certname_client_wait_ms(client), -1);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
    ck_assert_int_eq(client_open_descriptors(), before);
}
END_TEST

/* --- daemons that go away --- */

static ptrdiff_t answer_from(uint8_t out[static FAKE_FRAME_BYTES],
                             const struct fake_question *question, const void *first_connection)
{
    if (question->n_connection < *(const unsigned *)first_connection)
        return -1;
    return reply_write(out, question->tag, &acceptance);
}

/*
 * If a connection breaks, every question still gets its answer, and certname_client_connection()
 * changes.
 */
START_TEST(test_reconnect)
{
    static const unsigned first_connection = 2;
    struct client_answers answers = {0};
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_from, &first_connection);
    client = client_new_at(daemon.path, 5000);
    ask_many(client, 100, &answers);
    client_run(client);
    ck_assert_uint_eq(answers.n_accepted, 100);
    ck_assert_uint_eq(certname_client_connection(client), 2);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/* Breaks the connection if the payload of a question is long. */
static ptrdiff_t break_under_long(uint8_t out[static FAKE_FRAME_BYTES],
                                  const struct fake_question *question, const void *context)
{
    (void)context;
    return question->n_payload > 2000 ? -1 : reply_write(out, question->tag, &acceptance);
}

/* A question that makes connections break does not spoil the answers of others. */
START_TEST(test_poison)
{
    struct certname_question *poison = client_question_new(false);
    struct client_answers answers = {0};
    struct client_answers poisoned = {0};
    struct certname_client *client;
    struct fake_daemon daemon;

    ck_assert_int_eq(certname_question_add_certificate(poison, client_der, CLIENT_DER_BYTES), 0);
    fake_daemon_start(&daemon, (uid_t)-1, false, break_under_long, NULL);
    client = client_new_at(daemon.path, 5000);
    ask_many(client, 20, &answers);
    ck_assert_int_eq(certname_ask(client, poison, client_take_answer, &poisoned), 0);
    ask_many(client, 20, &answers);
    client_run(client);
    ck_assert_uint_eq(answers.n_accepted, 40);
    ck_assert_uint_eq(poisoned.n, 1);
    ck_assert_int_eq(poisoned.last, CERTNAME_ERR_UNAVAILABLE);
    (void)certname_client_free(client);
    (void)certname_question_free(poison);
    fake_daemon_stop(&daemon);
}
END_TEST

START_TEST(test_absent)
{
    struct client_answers answers = {0};
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_absent(&daemon);
    client = client_new_at(daemon.path, 5000);
    ask_many(client, 100, &answers);
    ck_assert_int_eq(certname_client_wait_ms(client) >= 0, 1);
    client_run(client);
    ck_assert_uint_eq(answers.n, 100);
    ck_assert_int_eq(answers.last, CERTNAME_ERR_UNAVAILABLE);
    ck_assert_int_eq(certname_client_fd(client), -1);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/* --- daemons that are busy --- */

/*
 * Answers the first `n` questions of the connection, where n is the number at `context`, with BUSY.
 */
static ptrdiff_t answer_busy(uint8_t out[static FAKE_FRAME_BYTES],
                             const struct fake_question *question, const void *context)
{
    static int n_asked;

    if (n_asked++ < *(const int *)context)
        return (ptrdiff_t)error_write_frame(out, question->tag, ERROR_BUSY, "busy");
    return reply_write(out, question->tag, &acceptance);
}

/* While the daemon is busy, questions are asked again until their deadline. */
START_TEST(test_busy)
{
    static const int n_busy[] = {10, 1000000};
    struct client_answers answers = {0};
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_busy, &n_busy[_i]);
    client = client_new_at(daemon.path, _i == 0 ? 5000 : 300);
    ask_many(client, 5, &answers);
    client_run(client);
    ck_assert_uint_eq(answers.n, 5);
    ck_assert_uint_eq(answers.n_accepted, _i == 0 ? 5 : 0);
    ck_assert_int_eq(answers.last, _i == 0 ? CERTNAME_NAME_MATCHES : CERTNAME_ERR_BUSY);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

#define STOPPED_COUNT      20000
#define STOPPED_TIMEOUT_MS 1500
#define GAP_US_MAX         5000
/*
 * How late a question may end even if no other process takes the processor: the steps before its
 * own need time.
 */
#define LATE_US_MAX 50000

/*
 * Asks all questions and keeps the event loop running meanwhile, as a program does that receives
 * the questions one by one.
 */
static void ask_stopped(struct loop_watch *watch, struct certname_client *client)
{
    struct certname_question *question = client_question_new(false);

    for (size_t i = 0; i < STOPPED_COUNT; i++) {
        ck_assert_int_eq(loop_watch_ask(watch, client, question, STOPPED_TIMEOUT_MS), 0);
        if (i % 100 == 0)
            ck_assert_int_ge(loop_watch_step(watch, client), 0);
    }
    (void)certname_question_free(question);
    ck_assert_int_eq(loop_watch_run(watch, client), 0);
}

/*
 * 20,000 questions are asked while the daemon is stopped: each ends by its own deadline, no step of
 * the loop takes more than 5 ms, and when the daemon continues, new questions are answered.
 */
START_TEST(test_stopped_daemon)
{
    struct client_answers answers = {0};
    struct loop_watch watch = {0};
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, STOPPED_TIMEOUT_MS);
    ask_many(client, 1, &answers);
    client_run(client);
    ck_assert_int_eq(killpg(daemon.pid, SIGSTOP), 0);
    ask_stopped(&watch, client);
    ck_assert_uint_eq(watch.n, STOPPED_COUNT);
    ck_assert_uint_eq(watch.n_accepted + watch.n_refused, 0);
    /* The queue of connections of the stopped daemon may be full by then, which gives BUSY. */
    ck_assert(watch.last_error == CERTNAME_ERR_TIMEOUT || watch.last_error == CERTNAME_ERR_BUSY);
    ck_assert_int_le(watch.early_us, 1000);
    ck_assert_msg(watch.late_us <= LATE_US_MAX + watch.stolen_us, "%lld us late, %lld us stolen",
                  (long long)watch.late_us, (long long)watch.stolen_us);
    ck_assert_int_le(watch.gap_us, GAP_US_MAX);
    ck_assert_int_eq(killpg(daemon.pid, SIGCONT), 0);
    ask_many(client, 10, &answers);
    client_run(client);
    ck_assert_uint_eq(answers.n_accepted, 11);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/*
 * While the daemon's queue of connections is full there is no descriptor to watch, so the client
 * needs a timer.
 */
START_TEST(test_full_backlog)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct client_answers answers = {0};
    struct certname_client *client;
    struct fake_daemon daemon;
    int queued[16];
    int n_queued = 0;

    fake_daemon_absent(&daemon);
    memcpy(address.sun_path, daemon.path, strlen(daemon.path));
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    do {
        ck_assert_int_lt(n_queued, 16);
        queued[n_queued] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    } while (connect(queued[n_queued++], (struct sockaddr *)&address, sizeof(address)) == 0);
    client = client_new_at(daemon.path, 300);
    ask_many(client, 2, &answers);
    ck_assert_int_eq(certname_process(client), 2);
    ck_assert_int_eq(certname_client_fd(client), -1);
    ck_assert_int_eq(certname_client_events(client), 0);
    ck_assert_int_ge(certname_client_wait_ms(client), 0);
    ck_assert_int_le(certname_client_wait_ms(client), 64);
    client_run(client);
    ck_assert_uint_eq(answers.n, 2);
    ck_assert_int_eq(answers.last, CERTNAME_ERR_BUSY);
    (void)certname_client_free(client);
    while (n_queued > 0)
        (void)close(queued[--n_queued]);
    (void)close(listener);
    fake_daemon_stop(&daemon);
}
END_TEST

/* --- late and foreign answers --- */

/* Answers the first two questions together with the third. */
static ptrdiff_t answer_late(uint8_t out[static FAKE_FRAME_BYTES],
                             const struct fake_question *question, const void *context)
{
    static uint64_t tags[3];
    static int n_tags;
    ptrdiff_t n = 0;

    (void)context;
    tags[n_tags++] = question->tag;
    for (int i = 0; n_tags == 3 && i < 3; i++)
        n += reply_write(out + n, tags[i], &acceptance);
    return n;
}

/*
 * An answer that comes after the deadline of its question is dropped, and does not affect other
 * questions.
 */
START_TEST(test_late_answer)
{
    struct client_answers late = {0};
    struct client_answers answers = {0};
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_late, NULL);
    client = client_new_at(daemon.path, 100);
    ask_many(client, 1, &late);
    ck_assert_int_eq(certname_client_set_timeout(client, 5000), 0);
    ask_many(client, 1, &answers);
    while (late.n == 0)
        ck_assert_int_ge(certname_process(client), 1);
    ck_assert_int_eq(late.last, CERTNAME_ERR_TIMEOUT);
    ask_many(client, 1, &answers);
    client_run(client);
    ck_assert_uint_eq(late.n, 1);
    ck_assert_uint_eq(answers.n_accepted, 2);
    ck_assert_uint_eq(certname_client_connection(client), 1);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

static ptrdiff_t answer_foreign(uint8_t out[static FAKE_FRAME_BYTES],
                                const struct fake_question *question, const void *context)
{
    (void)context;
    return reply_write(out, question->tag + 1, &acceptance);
}

/* An answer to a question that was not asked ends the connection and accepts nothing. */
START_TEST(test_foreign_answer)
{
    struct client_answers answers = {0};
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_foreign, NULL);
    client = client_new_at(daemon.path, 5000);
    ask_many(client, 64, &answers);
    client_run(client);
    ck_assert_uint_eq(answers.n, 64);
    ck_assert_uint_eq(answers.n_accepted, 0);
    ck_assert_int_eq(answers.last, CERTNAME_ERR_PROTOCOL);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/* --- callbacks --- */

struct chain_context {
    struct certname_client *client;
    int n_left;
    int last;
};

/* Asks the next question in the callback; the last callback frees the client. */
static void ask_next(void *context, int result, struct certname_verdict *verdict)
{
    struct chain_context *chain = context;
    struct certname_question *question = client_question_new(false);

    (void)certname_verdict_free(verdict);
    chain->last = result;
    ck_assert_int_eq(certname_process(chain->client), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_verify(chain->client, question, NULL), CERTNAME_ERR_ARGUMENT);
    if (--chain->n_left > 0)
        ck_assert_int_eq(certname_ask(chain->client, question, ask_next, chain), 0);
    else
        chain->client = certname_client_free(chain->client);
    (void)certname_question_free(question);
}

START_TEST(test_callbacks)
{
    struct certname_question *question = client_question_new(false);
    struct chain_context chain = {.n_left = 10};
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    chain.client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_ask(chain.client, question, ask_next, &chain), 0);
    while (chain.client) {
        struct pollfd watched = {.fd = certname_client_fd(chain.client), .events = POLLIN};

        (void)poll(&watched, 1, certname_client_wait_ms(chain.client) ? 1 : 0);
        (void)certname_process(chain.client);
    }
    ck_assert_int_eq(chain.n_left, 0);
    ck_assert_int_eq(chain.last, CERTNAME_NAME_MATCHES);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

/*
 * Freeing the client calls each callback once; in a child, after a fork, no callback of the
 * parent's questions is called.
 */
START_TEST(test_cancelled)
{
    struct client_answers answers = {0};
    struct certname_client *client;
    struct fake_daemon daemon;
    int status;
    pid_t child;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, 5000);
    ask_many(client, 100, &answers);
    ck_assert_int_eq(certname_process(client) > 0, 1);
    child = fork();
    if (child == 0) {
        size_t n = answers.n;
        bool none = certname_process(client) == 0 && answers.n == n;

        ask_many(client, 1, &answers);
        client_run(client);
        (void)certname_client_free(client);
        _exit(none && answers.n == n + 1 && answers.last == CERTNAME_NAME_MATCHES ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    (void)certname_client_free(client);
    ck_assert_uint_eq(answers.n, 100);
    ck_assert_int_eq(answers.last, CERTNAME_ERR_CANCELED);
    fake_daemon_stop(&daemon);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-async");
    TCase *tests = tcase_create("client-async");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, test_many, 0, 2);
    tcase_add_test(tests, test_reconnect);
    tcase_add_test(tests, test_poison);
    tcase_add_test(tests, test_absent);
    tcase_add_loop_test(tests, test_busy, 0, 2);
    tcase_add_test(tests, test_stopped_daemon);
    tcase_add_test(tests, test_full_backlog);
    tcase_add_test(tests, test_late_answer);
    tcase_add_test(tests, test_foreign_answer);
    tcase_add_test(tests, test_callbacks);
    tcase_add_test(tests, test_cancelled);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
