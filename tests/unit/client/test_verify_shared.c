/* SPDX-License-Identifier: MIT */

/* Tests of a connection that two processes share: after a fork, in a pool of forked processes, and
 * by a duplicated descriptor. No process may take an answer to the question of another. */

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

/* A child gets an answer on a connection of its own although its parent has a connection. */
START_TEST(test_fork)
{
    struct certname_question *question = client_question_new(false);
    struct certname_client *client;
    struct fake_daemon daemon;
    int status;
    pid_t child;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &acceptance);
    client = client_new_at(daemon.path, 5000);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
    child = fork();
    if (child == 0)
        _exit(certname_verify(client, question, NULL) == CERTNAME_NAME_MATCHES ? 0 : 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(certname_verify(client, question, NULL), CERTNAME_NAME_MATCHES);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);
}
END_TEST

/* Accepts questions whose payload has the length at `context`, and refuses others. */
static ptrdiff_t answer_by_length(uint8_t out[static FAKE_FRAME_BYTES],
                                  const struct fake_question *question, const void *context)
{
    static const struct reply_row refusal = {.change = reply_refuse};

    return reply_write(out, question->tag,
                       question->n_payload == *(const size_t *)context ? &acceptance : &refusal);
}

/* Returns the length of the payload that the daemon accepts. */
static size_t accepted_length(void)
{
    struct certname_question *question = client_question_new(false);
    struct failure failure;
    struct call *call = NULL;
    size_t n;

    ck_assert_int_eq(question_call_new(&call, question, &failure), 0);
    n = call->n_payload;
    (void)call_free(call);
    (void)certname_question_free(question);
    return n;
}

/*
 * Returns a question that the daemon refuses: one about another host, or one that asks for the
 * path.
 */
static struct certname_question *refused_question(bool by_path)
{
    struct certname_question *question = client_question_new(by_path);

    if (!by_path)
        ck_assert_int_eq(certname_question_set_host(question, "ww.example.org", 14), 0);
    return question;
}

/*
 * Asks several times on a descriptor that another process uses too. Returns how many questions are
 * wrongly accepted or refused.
 */
static int count_wrong(int fd, const struct certname_question *question, bool accepted)
{
    struct certname_client *client = certname_client_new();
    int n_wrong = 0;

    if (certname_client_set_timeout(client, 10) || certname_client_set_fd(client, dup(fd)))
        return 100;
    for (int i = 0; i < 5; i++) {
        int r = certname_verify(client, question, NULL);

        n_wrong += r >= 0 && certname_accepts(r, CERTNAME_NAME_MATCHES) != accepted;
    }
    (void)certname_client_free(client);
    return n_wrong;
}

#define SHARED_RUNS_COUNT 1000

/*
 * Two processes ask on one descriptor, about different hosts, or about one host and certificate
 * with and without the path: neither takes an answer that is the other's.
 */
START_TEST(test_shared_descriptor)
{
    struct certname_question *accepted = client_question_new(false);
    struct certname_question *refused = refused_question(_i == 1);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = accepted_length();
    struct fake_daemon daemon;
    int n_wrong = 0;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_by_length, &len);
    memcpy(address.sun_path, daemon.path, strlen(daemon.path));
    for (int i = 0; i < SHARED_RUNS_COUNT; i++) {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        int status;
        pid_t child;

        ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
        child = fork();
        if (child == 0)
            _exit(count_wrong(fd, refused, false));
        n_wrong += count_wrong(fd, accepted, true);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        n_wrong += WEXITSTATUS(status);
        (void)close(fd);
    }
    ck_assert_int_eq(n_wrong, 0);
    (void)certname_question_free(accepted);
    (void)certname_question_free(refused);
    fake_daemon_stop(&daemon);
}
END_TEST

/* Several forked children inherit a client that has asked: each child gets only its own answers. */
START_TEST(test_fork_pool)
{
    struct certname_question *questions[] = {refused_question(false), client_question_new(false)};
    size_t len = accepted_length();
    struct certname_client *client;
    struct fake_daemon daemon;
    int n_wrong = 0;

    fake_daemon_start(&daemon, (uid_t)-1, false, answer_by_length, &len);
    client = client_new_at(daemon.path, 5000);
    for (int i = 0; i < SHARED_RUNS_COUNT; i++) {
        int status;
        pid_t child;

        ck_assert_int_eq(certname_verify(client, questions[1], NULL), CERTNAME_NAME_MATCHES);
        child = fork();
        if (child == 0)
            _exit(certname_verify(client, questions[0], NULL) == CERTNAME_NOT_VERIFIED ? 0 : 1);
        n_wrong += certname_verify(client, questions[1], NULL) != CERTNAME_NAME_MATCHES;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        n_wrong += status != 0;
    }
    ck_assert_int_eq(n_wrong, 0);
    (void)certname_client_free(client);
    (void)certname_question_free(questions[0]);
    (void)certname_question_free(questions[1]);
    fake_daemon_stop(&daemon);
}
END_TEST

static Suite *client_suite(void)
{
    Suite *suite = suite_create("client-verify-shared");
    TCase *tests = tcase_create("client-verify-shared");

    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, test_fork);
    tcase_add_loop_test(tests, test_shared_descriptor, 0, 2);
    tcase_add_test(tests, test_fork_pool);
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
