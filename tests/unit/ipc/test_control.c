/* SPDX-License-Identifier: MIT */

/*
 * Tests messages between front and supervisor: bytes that are not a message are refused, and a
 * descriptor that came with them is closed.
 */

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/ipc/control.h"

#define RIGHTS_MAX 4

static const struct control_message sent = {.kind = CONTROL_VERIFIER, .verifier = 7, .epoch = 3};
static struct control_message received;
static int pair[2];
static int arrived;

static void setup(void)
{
    ck_assert_int_eq(control_pair(pair), 0);
    arrived = -1;
}

static void teardown(void)
{
    close(pair[0]);
    close(pair[1]);
}

static unsigned descriptors_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned n = 0;

    ck_assert_ptr_nonnull(folder);
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

/* Sends bytes and descriptors as a front can that an attacker has taken over. */
static void send_rights(const void *data, size_t len, size_t n_rights)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(RIGHTS_MAX * sizeof(int))] = {0};
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = len};
    struct msghdr header = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = n_rights > 0 ? ancillary : NULL,
        .msg_controllen = n_rights > 0 ? CMSG_SPACE(n_rights * sizeof(int)) : 0,
    };
    const int fds[RIGHTS_MAX] = {STDIN_FILENO, STDIN_FILENO, STDIN_FILENO, STDIN_FILENO};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);

    if (rights) {
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(n_rights * sizeof(int));
        memcpy(CMSG_DATA(rights), fds, n_rights * sizeof(int));
    }
    ck_assert_int_eq(sendmsg(pair[1], &header, 0), (ssize_t)len);
}

START_TEST(message_arrives)
{
    ck_assert_int_eq(control_send(pair[1], &sent, -1), 0);
    ck_assert_int_eq(control_receive(pair[0], &received, &arrived), 0);
    ck_assert_mem_eq(&received, &sent, sizeof(sent));
    ck_assert_int_eq(arrived, -1);
    ck_assert_int_eq(control_receive(pair[0], &received, &arrived), -EAGAIN);
}
END_TEST

START_TEST(descriptor_arrives)
{
    unsigned n = descriptors_count();

    ck_assert_int_eq(control_send(pair[1], &sent, STDIN_FILENO), 0);
    ck_assert_int_eq(control_receive(pair[0], &received, &arrived), 0);
    ck_assert_int_ge(arrived, 0);
    ck_assert_uint_eq(descriptors_count(), n + 1);
    close(arrived);
}
END_TEST

static const struct {
    const char *intent;
    size_t len;
    size_t n_rights;
} odd[] = {
    {"nothing", 1, 0},
    {"a byte less", sizeof(struct control_message) - 1, 0},
    {"a byte more", sizeof(struct control_message) + 1, 0},
    {"a byte less, with a descriptor", sizeof(struct control_message) - 1, 1},
    {"two descriptors, for which there is room", sizeof(struct control_message), 2},
    {"three descriptors", sizeof(struct control_message), 3},
    {"four descriptors", sizeof(struct control_message), 4},
};

/*
 * A malformed message leaves no descriptor open. Otherwise a sender of many such messages would
 * fill the receiver's table of descriptors.
 */
START_TEST(odd_message_leaves_nothing)
{
    char data[sizeof(struct control_message) + 1] = {0};
    unsigned n = descriptors_count();

    send_rights(data, odd[_i].len, odd[_i].n_rights);
    ck_assert_msg(control_receive(pair[0], &received, &arrived) == -EBADMSG, "%s", odd[_i].intent);
    ck_assert_int_eq(arrived, -1);
    ck_assert_msg(descriptors_count() == n, "%s", odd[_i].intent);
}
END_TEST

START_TEST(end_is_told)
{
    close(pair[1]);
    pair[1] = -1;
    ck_assert_int_eq(control_receive(pair[0], &received, &arrived), 1);
    ck_assert_int_eq(control_send(pair[0], &sent, -1), -EPIPE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("control");
    TCase *tests = tcase_create("messages");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, message_arrives);
    tcase_add_test(tests, descriptor_arrives);
    tcase_add_loop_test(tests, odd_message_leaves_nothing, 0, sizeof(odd) / sizeof(odd[0]));
    tcase_add_test(tests, end_is_told);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
