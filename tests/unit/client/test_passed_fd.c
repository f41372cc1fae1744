/* SPDX-License-Identifier: MIT */
/*
 * Tests of descriptors that are passed by environment variables (LISTEN_FDS). Each test runs in a
 * process of its own.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certname/client.h"

#define FIRST_FD 3

/* Makes descriptors 3 and 4 connected sockets and 5 a file, none of them with FD_CLOEXEC. */
static void pass_descriptors(void)
{
    int ends[2];
    int null = open("/dev/null", O_RDWR);

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    /* Copies to higher numbers first, because the descriptors may have any of the numbers 3 to 5.
     */
    ends[0] = fcntl(ends[0], F_DUPFD, 20);
    ends[1] = fcntl(ends[1], F_DUPFD, 20);
    null = fcntl(null, F_DUPFD, 20);
    ck_assert_int_eq(dup2(ends[0], FIRST_FD), FIRST_FD);
    ck_assert_int_eq(dup2(ends[1], FIRST_FD + 1), FIRST_FD + 1);
    ck_assert_int_eq(dup2(null, FIRST_FD + 2), FIRST_FD + 2);
}

static void set_environment(const char *pid, const char *fds, const char *names)
{
    char own[32];

    (void)snprintf(own, sizeof(own), "%ld", (long)getpid());
    (void)(pid ? setenv("LISTEN_PID", *pid ? pid : own, 1) : unsetenv("LISTEN_PID"));
    (void)(fds ? setenv("LISTEN_FDS", fds, 1) : unsetenv("LISTEN_FDS"));
    (void)(names ? setenv("LISTEN_FDNAMES", names, 1) : unsetenv("LISTEN_FDNAMES"));
}

/* In a row an empty `pid` means the pid of this process. */
static const struct {
    const char *intent;
    const char *pid;
    const char *fds;
    const char *names;
    int expected;
    int fd; /* the expected descriptor of the client */
} rows[] = {
    {"nothing is passed", NULL, NULL, NULL, 0, -1},
    {"the only descriptor", "", "1", "certnamed", 1, 3},
    {"the second one", "", "3", "other:certnamed:certname", 1, 4},
    {"another process's", "1", "1", "certnamed", 0, -1},
    {"no process", NULL, "1", "certnamed", 0, -1},
    {"a process that is no number", "x", "1", "certnamed", 0, -1},
    {"no names", "", "1", NULL, 0, -1},
    {"another name", "", "2", "certnamed2:xcertnamed", 0, -1},
    {"a name beyond the number", "", "1", "other:certnamed", 0, -1},
    {"no descriptors", "", "0", "certnamed", 0, -1},
    {"a negative number", "", "-1", "certnamed", 0, -1},
    {"a number with rubbish", "", "1x", "certnamed", 0, -1},
    {"a huge number", "", "99999999999999999999", "certnamed", 0, -1},
    {"a file", "", "3", "a:b:certnamed", CERTNAME_ERR_ARGUMENT, -1},
    {"a closed descriptor", "", "9", "a:b:c:d:e:f:g:h:certnamed", CERTNAME_ERR_ARGUMENT, -1},
};

START_TEST(test_rows)
{
    struct certname_client *client = certname_client_new();
    int r;

    pass_descriptors();
    set_environment(rows[_i].pid, rows[_i].fds, rows[_i].names);
    r = certname_client_use_passed_fd(client);
    ck_assert_msg(r == rows[_i].expected, "%s: %d", rows[_i].intent, r);
    ck_assert_int_eq(certname_client_fd(client), rows[_i].fd);
    ck_assert_int_eq(certname_client_error(client)[0] != '\0', r < 0);
    if (r == 1)
        ck_assert_int_eq(fcntl(rows[_i].fd, F_GETFD), FD_CLOEXEC);
    (void)certname_client_free(client);
}
END_TEST

/* Only one client gets the descriptor: the second one gets an error and not the same connection. */
START_TEST(test_twice)
{
    struct certname_client *clients[] = {certname_client_new(), certname_client_new()};

    pass_descriptors();
    set_environment("", "1", "certnamed");
    ck_assert_int_eq(certname_client_use_passed_fd(clients[0]), 1);
    ck_assert_int_eq(certname_client_use_passed_fd(clients[1]), CERTNAME_ERR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(certname_client_error(clients[1]), "in use by another client"));
    ck_assert_int_eq(certname_client_fd(clients[0]), FIRST_FD);
    ck_assert_int_eq(certname_client_use_passed_fd(NULL), CERTNAME_ERR_ARGUMENT);
    (void)certname_client_free(clients[0]);
    (void)certname_client_free(clients[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-passed-fd");
    TCase *tests = tcase_create("client-passed-fd");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(tests, test_rows, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(tests, test_twice);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
