/* SPDX-License-Identifier: MIT */
/*
 * The client library against daemons that are late, absent, breaking or somebody else's, and many
 * questions.
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

/* Signals neither end the wait nor make it longer. */
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

/* What the program prints where it has no standard output does not reach the daemon. */
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
    ck_assert_int_eq(fcntl(client->connection.fd, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(dup2(kept, _i), _i);
    (void)close(kept);
    (void)certname_client_free(client);
    (void)certname_question_free(question);
    fake_daemon_stop(&daemon);
}
END_TEST

/* That there is no descriptor is no fault of the daemon's, and passes. */
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

/* What succeeds leaves errno alone, also where the caller has closed the connection himself. */
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
        (void)close(client->connection.fd);
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

/*
 * Where the program has closed the connection, and its number is another's by now, that one is
 * neither asked nor believed nor closed.
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
    fd = client->connection.fd;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, foreign), 0);
    n_forged = reply_write(forged, client->last_tag + 1, &acceptance);
    ck_assert_int_eq(write(foreign[1], forged, (size_t)n_forged), n_forged);
    ck_assert_int_eq(dup2(foreign[0], fd), fd);

    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NOT_VERIFIED);
    ck_assert_int_eq(recv(foreign[1], forged, 1, MSG_DONTWAIT), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
    ck_assert_int_ne(client->connection.fd, fd);
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

/* Opens the client's connection and returns when the daemon has hung up. */
static void open_and_wait(struct certname_client *client)
{
    struct deadline deadline;
    struct pollfd watched = {0};

    deadline_start(&deadline, 5000);
    ck_assert_int_eq(
        connection_open(&client->connection, &client->address, &deadline, &client->failure), 0);
    watched.fd = client->connection.fd;
    ck_assert_int_eq(poll(&watched, 1, 5000), 1);
    ck_assert_int_ne(watched.revents & POLLHUP, 0);
}

/* A daemon that hangs up before it is asked is heard all the same. */
START_TEST(test_refused_connection)
{
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;
    uint64_t tag = 1;

    fake_daemon_start(&daemon, (uid_t)-1, true, greet_busy, NULL);
    ck_assert_int_eq(client_ask_once(daemon.path, false, 5000), CERTNAME_ERR_BUSY);

    client = client_new_at(daemon.path, 5000);
    open_and_wait(client);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_BUSY);
    open_and_wait(client);
    ck_assert_int_eq(certname_send(client, question, &tag), CERTNAME_ERR_BUSY);
    ck_assert_uint_eq(tag, 0);
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

/* A full queue of connections is tried until the deadline, then it is BUSY, not a hang. */
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

/* Whoever else listens at the path gets no question. Needs root to become somebody else. */
START_TEST(test_impostor)
{
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, 12345, false, reply_answer, &acceptance);
    ck_assert_int_eq(client_ask_once(daemon.path, false, 5000), CERTNAME_ERR_UNTRUSTED_DAEMON);
    fake_daemon_stop(&daemon);
}
END_TEST

/* --- many questions --- */

static void many_names(struct verdict *verdict)
{
    static const uint8_t name[100];

    reply_refuse(verdict);
    verdict->n_presented = LIMIT_PRESENTED_SHOWN_COUNT;
    for (size_t i = 0; i < verdict->n_presented; i++)
        verdict->presented[i] = (struct verdict_identity){.type = VERDICT_OTHER,
                                                          .value = {name, sizeof(name)}};
}

/* More than both sockets hold, and nobody reads before all is sent: the library must. */
START_TEST(test_pipeline)
{
    static const struct reply_row row = {.change = many_names};
    static bool answered[OUTSTANDING_COUNT];
    static const uint8_t big[LIMIT_CERTIFICATE_BYTES];
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;
    uint64_t first;
    uint64_t tag;

    ck_assert_int_eq(certname_question_add_certificate(question, big, sizeof(big)), 0);
    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &row);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_send(client, question, &first), 0);
    ck_assert_uint_ne(first, 0);
    for (size_t i = 1; i < OUTSTANDING_COUNT; i++)
        ck_assert_int_eq(certname_send(client, question, &tag), 0);
    ck_assert_int_eq(certname_send(client, question, &tag), CERTNAME_ERR_BUSY);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_ERR_ARGUMENT);

    for (size_t i = 0; i < OUTSTANDING_COUNT; i++) {
        ck_assert_int_eq(certname_receive(client, &tag, NULL), CERTNAME_NOT_VERIFIED);
        ck_assert_uint_lt(tag - first, OUTSTANDING_COUNT);
        ck_assert(!answered[tag - first]);
        answered[tag - first] = true;
    }
    ck_assert_int_eq(certname_receive(client, &tag, NULL), CERTNAME_ERR_ARGUMENT);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/* Of a lost connection the caller hears once, and the next question goes on a new one. */
START_TEST(test_pipeline_breaks)
{
    static const unsigned first_connection = 2;
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;
    uint64_t tag;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_from, &first_connection);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_send(client, question, &tag), 0);
    ck_assert_int_eq(certname_receive(client, &tag, NULL), CERTNAME_ERR_UNAVAILABLE);
    ck_assert_uint_eq(tag, 0);
    ck_assert_int_eq(certname_receive(client, &tag, NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_send(client, question, &tag), 0);
    ck_assert_int_eq(certname_receive(client, &tag, NULL), CERTNAME_NAME_MATCHES);
    ck_assert_uint_ne(tag, 0);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/*
 * A child is told apart from its parent even where both have the same number, as the first process
 * of a pid namespace may: here it is made to look so.
 */
START_TEST(test_owner)
{
    struct owner owner = OWNER_NULL;
    int status;
    pid_t child;

    ck_assert(!owner_is_us(&owner));
    owner_claim(&owner);
    ck_assert(owner_is_us(&owner));
    child = fork();
    if (child == 0) {
        owner.pid = getpid();
        _exit(owner.page && owner_is_us(&owner) ? 1 : 0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(owner_is_us(&owner));
    owner_release(&owner);
    owner_release(&owner);
    ck_assert(!owner_is_us(&owner));
}
END_TEST

/* A child gets a connection of its own: nothing of the parent's can be taken for its answer. */
START_TEST(test_fork)
{
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;
    int status;
    pid_t child;
    uint64_t tag;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_send(client, question, &tag), 0);
    child = fork();
    if (child == 0) {
        int r = certname_receive(client, &tag, NULL);

        _exit(r == CERTNAME_ERR_ARGUMENT &&
                      certname_verify(client, question, NULL) == CERTNAME_NAME_MATCHES
                  ? 0
                  : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(certname_receive(client, &tag, NULL), CERTNAME_NAME_MATCHES);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

static Suite *client_suite(void)
{
    Suite *suite = suite_create("client");
    TCase *tests = tcase_create("client");

    tcase_set_timeout(tests, 60);
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
    tcase_add_test(tests, test_pipeline);
    tcase_add_test(tests, test_pipeline_breaks);
    tcase_add_test(tests, test_fork);
    tcase_add_test(tests, test_owner);
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
