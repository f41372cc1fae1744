/* SPDX-License-Identifier: MIT */
/*
 * Tests of questions that the caller waits for, with daemons that are late, absent or broken, or
 * that run as another user.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certname/client.h"
#include "client/lib/client.h"
#include "client/lib/question.h"
#include "proto/codec.h"
#include "proto/error.h"
#include "tests/unit/client/client_fixture.h"

static const struct reply_row acceptance = {0};

/* --- daemons that do not answer --- */

static ptrdiff_t answer_nothing(uint8_t out[static FAKE_FRAME_BYTES],
                                const struct fake_question *question, const void *context)
{
    (void)out;
    (void)question;
    (void)context;
    return 0;
}

static ptrdiff_t answer_from(uint8_t out[static FAKE_FRAME_BYTES],
                             const struct fake_question *question, const void *first_connection)
{
    if (question->n_connection < *(const unsigned *)first_connection)
        return -1;
    return reply_write(out, question->tag, &acceptance);
}

static void do_nothing(int number)
{
    (void)number;
}

/* Signals neither end the wait for a silent daemon nor make it longer. */
START_TEST(test_silent)
{
    struct itimerval interval = {{0, 7000}, {0, 7000}};
    struct sigaction action = {.sa_handler = do_nothing};
    long before = client_open_descriptors();
    struct fake_daemon daemon;
    int64_t start;
    int64_t elapsed;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_nothing, NULL);
    (void)sigaction(SIGALRM, &action, NULL);
    (void)setitimer(ITIMER_REAL, &interval, NULL);
    start = client_now_ms();
    ck_assert_int_eq(client_ask_once(daemon.path, false, 1000), CERTNAME_ERR_TIMEOUT);
    elapsed = client_now_ms() - start;
    (void)setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    ck_assert_int_ge(elapsed, 1000 - 1);
    ck_assert_int_le(elapsed, 1200);
    fake_daemon_stop(&daemon);
    ck_assert_int_eq(client_open_descriptors(), before);
}
END_TEST

START_TEST(test_dies)
{
    static const struct {
        unsigned first_connection;
        int expected;
    } rows[] = {
        {1, CERTNAME_NAME_MATCHES}, {2, CERTNAME_NAME_MATCHES}, {3, CERTNAME_ERR_UNAVAILABLE}};
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_from, &rows[_i].first_connection);
    ck_assert_int_eq(client_ask_once(daemon.path, false, 5000), rows[_i].expected);
    fake_daemon_stop(&daemon);
}
END_TEST

/* The connection never takes the number of standard input, output or error. */
START_TEST(test_standard_descriptors)
{
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;
    int kept = dup(_i);

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_ge(kept, 0);
    (void)close(_i);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
    ck_assert_int_eq(fcntl(_i, F_GETFD), -1);
    ck_assert_int_eq(fcntl(certname_client_fd(client), F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(dup2(kept, _i), _i);
    (void)close(kept);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

/* If no descriptor is free the error says so, and the client works again afterwards. */
START_TEST(test_no_descriptor)
{
    struct certname_question *question = client_question_new(false);
    struct rlimit limit;
    struct rlimit none;
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_UNAVAILABLE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(certname_client_errno(client), EMFILE);
    ck_assert_ptr_nonnull(strstr(certname_client_error(client), "raise the limit"));
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
    ck_assert_str_eq(certname_client_error(client), "");
    ck_assert_int_eq(certname_client_errno(client), 0);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

/*
 * A function that succeeds does not change errno, even if the program has closed the connection's
 * descriptor.
 */
START_TEST(test_errno)
{
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, 5000);
    for (int i = 0; i < 2; i++) {
        errno = EXDEV;
        ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
        ck_assert_int_eq(errno, EXDEV);
        (void)close(certname_client_fd(client));
        if (i == 0)
            ck_assert_int_eq(certname_client_set_path(client, daemon.path), 0);
        ck_assert_int_eq(errno, EXDEV);
    }
    (void)certname_client_free(client);
    ck_assert_int_eq(errno, EXDEV);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

/* Returns the tag that the client will use for the question. */
static uint64_t next_tag(const struct certname_client *client,
                         const struct certname_question *question)
{
    struct tag_source tags = client->exchange.tags;
    struct failure failure;
    struct call *call = NULL;
    uint64_t tag;

    ck_assert_int_eq(question_call_new(&call, question, &failure), 0);
    tag = tag_next(&tags, FRAME_KIND_VERIFY, call_payload(call));
    (void)call_free(call);
    return tag;
}

/*
 * If the program has closed the connection and its number belongs to another file now, the library
 * does not write to that file, does not believe what it reads from it, and does not close it.
 */
START_TEST(test_foreign_descriptor)
{
    static const struct reply_row refusal = {.change = reply_refuse};
    static uint8_t forged[FAKE_FRAME_BYTES];
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;
    ptrdiff_t n_forged;
    int foreign[2];
    int fd;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &refusal);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NOT_VERIFIED);
    fd = certname_client_fd(client);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, foreign), 0);
    n_forged = reply_write(forged, next_tag(client, question), &acceptance);
    ck_assert_int_eq(write(foreign[1], forged, (size_t)n_forged), n_forged);
    ck_assert_int_eq(dup2(foreign[0], fd), fd);

    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NOT_VERIFIED);
    ck_assert_int_eq(recv(foreign[1], forged, 1, MSG_DONTWAIT), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
    ck_assert_int_ne(certname_client_fd(client), fd);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

static ptrdiff_t greet_busy(uint8_t out[static FAKE_FRAME_BYTES],
                            const struct fake_question *question, const void *context)
{
    (void)question;
    (void)context;
    return -(ptrdiff_t)error_write_frame(out, 0, ERROR_BUSY, "too many connections") - 1;
}

/* Opens the client's connection, and returns when the daemon has closed it. */
static void open_and_wait(struct certname_client *client)
{
    struct exchange *exchange = &client->exchange;
    struct pollfd watched = {.events = 0};

    ck_assert_int_eq(exchange_begin(exchange), 0);
    stream_close(&exchange->stream);
    ck_assert_int_eq(address_resolve(&exchange->address, &exchange->target, &exchange->failure), 0);
    ck_assert_int_eq(stream_connect(&exchange->stream, &exchange->target), 0);
    watched.fd = exchange->stream.fd;
    ck_assert_int_eq(poll(&watched, 1, 5000), 1);
    ck_assert_int_ne(watched.revents & POLLHUP, 0);
}

/* The error that a daemon sends before it closes the connection reaches the caller. */
START_TEST(test_refused_connection)
{
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, true, greet_busy, NULL);
    ck_assert_int_eq(client_ask_once(daemon.path, false, 5000), CERTNAME_ERR_BUSY);

    client = client_new_at(daemon.path, 5000);
    open_and_wait(client);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_BUSY);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

START_TEST(test_absent_and_stale)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    long before = client_open_descriptors();
    struct fake_daemon daemon;
    int fd;

    fake_daemon_absent(&daemon);
    ck_assert_int_eq(client_ask_once(daemon.path, false, 5000), CERTNAME_ERR_UNAVAILABLE);

    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    memcpy(address.sun_path, daemon.path, strlen(daemon.path));
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    (void)close(fd);
    ck_assert_int_eq(client_ask_once(daemon.path, false, 5000), CERTNAME_ERR_UNAVAILABLE);
    fake_daemon_stop(&daemon);
    ck_assert_int_eq(client_open_descriptors(), before);
}
END_TEST

/*
 * While the daemon's queue of connections is full the client tries until the deadline; the result
 * is BUSY.
 */
START_TEST(test_full_backlog)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    struct fake_daemon daemon;
    int64_t start;
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
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_gt(n_queued, 1);

    start = client_now_ms();
    ck_assert_int_eq(client_ask_once(daemon.path, false, 300), CERTNAME_ERR_BUSY);
    ck_assert_int_ge(client_now_ms() - start, 300 - 1);
    while (n_queued > 0)
        (void)close(queued[--n_queued]);
    (void)close(listener);
    fake_daemon_stop(&daemon);
}
END_TEST

/*
 * A daemon that runs as another user gets no question. The test must run as root to become another
 * user.
 */
START_TEST(test_impostor)
{
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, 12345, false, reply_answer, &acceptance);
    ck_assert_int_eq(client_ask_once(daemon.path, false, 5000), CERTNAME_ERR_UNTRUSTED_DAEMON);
    fake_daemon_stop(&daemon);
}
END_TEST

/* --- given descriptors --- */

/*
 * A client that was given a descriptor opens no other connection, and in a child after a fork it
 * has none.
 */
START_TEST(test_given_descriptor)
{
    struct certname_question *question = client_question_new(false);
    struct certname_client *client = certname_client_new();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct fake_daemon daemon;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    int status;
    pid_t child;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    ck_assert_int_eq(certname_client_set_fd(client, -1), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_client_set_fd(client, STDERR_FILENO), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_client_set_fd(client, fd), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_UNAVAILABLE);

    memcpy(address.sun_path, daemon.path, strlen(daemon.path));
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(certname_client_set_fd(client, fd), 0);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
    ck_assert_int_eq(certname_client_fd(client), fd);
    child = fork();
    if (child == 0)
        _exit(certname_verify(client, question, NULL) == CERTNAME_ERR_UNAVAILABLE ? 0 : 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
    ck_assert_int_eq(shutdown(fd, SHUT_RDWR), 0);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_UNAVAILABLE);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_UNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(certname_client_error(client), "give it another"));
    ck_assert_int_eq(certname_client_set_path(client, daemon.path), 0);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

/* --- one call --- */

static void verify_path(struct verdict *verdict)
{
    verdict->outcome = VERDICT_VERIFIED;
    verdict->checked[VERDICT_CHECK_PATH] = true;
}

/*
 * A match by name is accepted by certname_match_hostname() also if the path was verified, and a
 * match by name without a verified path is not accepted by certname_verify_chain().
 */
START_TEST(test_accepting)
{
    static const struct reply_row rows[] = {
        {.change = reply_refuse}, {.change = NULL}, {.change = verify_path}};
    static const int by_name[] = {0, 1, 1};
    static const int by_path[] = {0, 0, 1};
    struct certname_bytes chain = {client_der, CLIENT_DER_BYTES};
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &rows[_i]);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(
        certname_match_hostname(client, "www.example.org", client_der, CLIENT_DER_BYTES),
        by_name[_i]);
    ck_assert_str_eq(certname_client_error(client), _i == 0 ? MISMATCH : "");
    ck_assert_int_eq(certname_verify_chain(client, "www.example.org", &chain, 1), by_path[_i]);
    ck_assert_int_eq(certname_verify_chain(client, "www.example.org", NULL, 1), 0);
    ck_assert_int_eq(certname_match_hostname(NULL, "www.example.org", client_der, 1), 0);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/*
 * certname_accepts() returns 1 only for the named constants, and CERTNAME_VERIFIED is enough if a
 * match by name is asked for.
 */
START_TEST(test_accepts)
{
    static const int results[] = {
        CERTNAME_NOT_VERIFIED, 1,         -1, CERTNAME_ERR_MEMORY, CERTNAME_NAME_MATCHES ^ 1,
        CERTNAME_VERIFIED ^ 1, 0x7FFFFFFF};

    for (size_t i = 0; i < N_ELEMENTS(results); i++) {
        ck_assert_int_eq(certname_accepts(results[i], CERTNAME_NAME_MATCHES), 0);
        ck_assert_int_eq(certname_accepts(results[i], CERTNAME_VERIFIED), 0);
        ck_assert_int_eq(certname_accepts(results[i], results[i]), 0);
    }
    ck_assert_int_eq(certname_accepts(CERTNAME_NAME_MATCHES, CERTNAME_NAME_MATCHES), 1);
    ck_assert_int_eq(certname_accepts(CERTNAME_VERIFIED, CERTNAME_NAME_MATCHES), 1);
    ck_assert_int_eq(certname_accepts(CERTNAME_VERIFIED, CERTNAME_VERIFIED), 1);
    ck_assert_int_eq(certname_accepts(CERTNAME_NAME_MATCHES, CERTNAME_VERIFIED), 0);
}
END_TEST

static Suite *client_suite(void)
{
    Suite *suite = suite_create("client-verify");
    TCase *tests = tcase_create("client-verify");

    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, test_silent);
    tcase_add_loop_test(tests, test_dies, 0, 3);
    tcase_add_loop_test(tests, test_standard_descriptors, 0, 3);
    tcase_add_test(tests, test_no_descriptor);
    tcase_add_test(tests, test_errno);
    tcase_add_test(tests, test_foreign_descriptor);
    tcase_add_test(tests, test_refused_connection);
    tcase_add_test(tests, test_absent_and_stale);
    tcase_add_test(tests, test_full_backlog);
    if (geteuid() == 0)
        tcase_add_test(tests, test_impostor);
    tcase_add_test(tests, test_given_descriptor);
    tcase_add_loop_test(tests, test_accepting, 0, 3);
    tcase_add_test(tests, test_accepts);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(client_suite());
    int n_failed;

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
