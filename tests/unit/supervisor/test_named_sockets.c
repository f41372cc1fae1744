/* SPDX-License-Identifier: MIT */

/*
 * Tests that named sockets are opened at the paths that the policy names, are kept from one
 * generation to the next, and are never missing if a section `client` needs them.
 */

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "daemon/supervisor/named_sockets.h"

static char folder[] = "/tmp/certnamed-unit-XXXXXX";
static struct named_sockets first, second;
static struct policy_error error;

static void setup(void)
{
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    first = second = (struct named_sockets){0};
}

static void teardown(void)
{
    named_sockets_close(&second, NULL);
    named_sockets_close(&first, NULL);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* Opens the sockets of a policy. Each %s in the text stands for the test's folder. */
static int open_text(struct named_sockets *sockets, const struct named_sockets *old,
                     const char *format)
{
    struct policy *policy = NULL;
    char text[1024];
    size_t n = 0;
    int r;

    for (const char *at = format; *at && n < sizeof(text) - sizeof(folder); at++) {
        if (strncmp(at, "%s", 2) == 0) {
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", folder);
            at++;
        } else {
            text[n++] = *at;
        }
    }
    ck_assert_int_eq(policy_parse(&policy, "test.conf", text, n, NULL, &error), 0);
    r = named_sockets_open(sockets, old, policy, &error);
    policy_free(policy);
    return r;
}

static bool is_there(const char *name, mode_t mode)
{
    char path[128];
    struct stat status;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode) &&
           (status.st_mode & 07777) == mode;
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Adds a socket to *sockets as if the service manager had passed it. */
static int pass(struct named_sockets *sockets, const char *name)
{
    struct activation passed = ACTIVATION_NULL;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ge(fd, 0);
    passed.n_named = 1;
    passed.named[0].fd = fd;
    strcpy(passed.named[0].name, name);
    named_sockets_take(sockets, &passed);
    return fd;
}

START_TEST(opened)
{
    const struct named_socket *boxed;
    int listens = 0;
    socklen_t len = sizeof(listens);

    ck_assert_int_eq(open_text(&first, &second,
                               "listen boxed { path = %s/b mode = 0622 } listen c { path = %s/c }"
                               "client x { socket = { c, boxed } }"),
                     0);
    ck_assert(is_there("b", 0622) && is_there("c", 0600));
    boxed = named_sockets_find(&first, "boxed");
    ck_assert_ptr_nonnull(boxed);
    ck_assert_ptr_null(named_sockets_find(&first, "box"));
    ck_assert_int_eq(getsockopt(boxed->fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len), 0);
    ck_assert_int_eq(listens, 1);
    named_sockets_close(&first, NULL);
    ck_assert(!is_there("b", 0622) && !is_there("c", 0600));
}
END_TEST

/* The next generation shares the sockets that both want, and only the others are closed. */
START_TEST(kept)
{
    int shared, gone;

    ck_assert_int_eq(
        open_text(&first, &second, "listen a { path = %s/a } listen b { path = %s/b }"), 0);
    shared = named_sockets_find(&first, "a")->fd;
    gone = named_sockets_find(&first, "b")->fd;
    ck_assert_int_eq(
        open_text(&second, &first, "listen c { path = %s/c } listen a { path = %s/a }"), 0);
    ck_assert_int_eq(named_sockets_find(&second, "a")->fd, shared);
    named_sockets_close(&first, &second);
    ck_assert(is_open(shared) && !is_open(gone));
    ck_assert(is_there("a", 0600) && !is_there("b", 0600) && is_there("c", 0600));
    ck_assert_uint_eq(first.n, 0);
}
END_TEST

/* A passed socket stays whatever the policy says, and is never closed. */
START_TEST(passed)
{
    int fd = pass(&first, "boxed");

    ck_assert_int_eq(open_text(&second, &first, "client x { socket = boxed }"), 0);
    ck_assert_int_eq(named_sockets_find(&second, "boxed")->fd, fd);
    named_sockets_close(&first, &second);
    ck_assert_int_eq(open_text(&first, &second, ""), 0);
    ck_assert_int_eq(named_sockets_find(&first, "boxed")->fd, fd);
    named_sockets_close(&second, &first);
    named_sockets_close(&first, NULL);
    ck_assert(is_open(fd));
    fd_close(fd);
}
END_TEST

static const struct {
    const char *intent;
    const char *text;
    const char *fragment;
} refusals[] = {
    {"a client of a socket that is not there",
     "listen new { path = %s/new } client x { socket = { new, gone } }",
     "client \"x\": no socket has the name \"gone\""},
    {"the name of a passed socket", "listen new { path = %s/new } listen passed { path = %s/p }",
     "listen \"passed\": the service manager passes a socket with this name"},
    {"another name at a path in use", "listen new { path = %s/new } listen other { path = %s/old }",
     "the socket there has the name \"old\" and the mode 0600"},
    {"another mode at a path in use",
     "listen new { path = %s/new } listen old { path = %s/old mode = 0660 }",
     "the socket there has the name \"old\" and the mode 0600"},
    {"a folder that is not there", "listen a { path = %s/new } listen b { path = %s/none/b }",
     "listen \"b\": "},
    {"what is not a socket is there", "listen a { path = %s/new } listen b { path = %s/file }",
     "cannot listen there"},
    {"one socket too many",
     "listen new { path = %s/new } listen b { path = %s/b } listen c { path = %s/c }"
     "listen d { path = %s/d } listen e { path = %s/e } listen f { path = %s/f }"
     "listen g { path = %s/g } listen h { path = %s/h }",
     "more than 8 sockets"},
};

/* After a refusal no new socket is open, and the old ones are unchanged. */
START_TEST(refused)
{
    char path[128];
    int fd = pass(&second, "passed"), old;

    snprintf(path, sizeof(path), "%s/file", folder);
    fd_close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    ck_assert_int_eq(open_text(&first, &second, "listen old { path = %s/old }"), 0);
    old = named_sockets_find(&first, "old")->fd;
    error = (struct policy_error){0};
    ck_assert_msg(open_text(&second, &first, refusals[_i].text) == 1, "%s", refusals[_i].intent);
    ck_assert_msg(strstr(error.message, refusals[_i].fragment), "%s: %s", refusals[_i].intent,
                  error.message);
    ck_assert_str_eq(error.file, "test.conf");
    ck_assert_uint_eq(error.line, 1);
    ck_assert_uint_eq(second.n, 0);
    ck_assert(is_open(old) && is_open(fd) && is_there("old", 0600) && !is_there("new", 0600));
    ck_assert_int_eq(unlink(path), 0);
    fd_close(fd);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("named-sockets");
    TCase *cases = tcase_create("named-sockets");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, opened);
    tcase_add_test(cases, kept);
    tcase_add_test(cases, passed);
    tcase_add_loop_test(cases, refused, 0, (int)(sizeof(refusals) / sizeof(refusals[0])));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
