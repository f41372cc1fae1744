/* SPDX-License-Identifier: MIT */

/*
 * Tests of the bin with its real process. A TCP socket with SO_LINGER whose peer reads nothing
 * blocks the process that drops the last reference to it. The tests check that the front's side of
 * the bin is never blocked, and that the socket is dropped nevertheless.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/front/bin.h"
#include "daemon/front/bin_keeper.h"
#include "daemon/ipc/front_program.h"
#include "daemon/os/sandbox.h"

#define LINGER_S 20
/* Far less than the lingering time, and far more than closing takes even on a busy machine. */
#define PATIENCE_MS 2000

static struct event_base *base;
static struct account_table accounts;
static struct account *account;
static struct bin *bin;
static int process;
static pid_t process_id;
static unsigned n_ended, n_unparked;

static void on_ended(void *context)
{
    (void)context;
    n_ended++;
}

static void on_unparked(void *context)
{
    (void)context;
    n_unparked++;
}

static const struct bin_callbacks callbacks = {.ended = on_ended, .unparked = on_unparked};

/* Starts the bin's process as a fork of this process. */
static pid_t start_bin(void)
{
    int pair[2];
    pid_t pid;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        close(pair[0]);
        /* A process that is not root may take a filter only without new privileges. */
        if (dup2(pair[1], FRONT_BIN_FD) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
            _exit(EXIT_FAILURE);
        _exit(bin_keeper_run() == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    close(pair[1]);
    process = pair[0];
    return pid;
}

static void setup(void)
{
    n_ended = n_unparked = 0;
    base = event_base_new();
    account_table_init(&accounts);
    account = account_find(&accounts, 1);
    process_id = start_bin();
    ck_assert_int_eq(bin_new(&bin, base, process, true, &callbacks), 0);
}

static void teardown(void)
{
    int status;

    bin_free(bin);
    account_table_deinit(&accounts);
    event_base_free(base);
    close(process);
    ck_assert_int_eq(waitpid(process_id, &status, 0), process_id);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

/* Returns a TCP socket with more output than its peer takes, which lingers when it is closed. */
static int open_lingering(int *peerp)
{
    const struct linger linger = {.l_onoff = 1, .l_linger = LINGER_S};
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t len = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    static const char zeros[65536];

    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &len), 0);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&address, len), 0);
    *peerp = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    ck_assert_int_ge(*peerp, 0);
    close(listener);
    while (send(client, zeros, sizeof(zeros), MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
        ;
    ck_assert_int_eq(setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), 0);
    return client;
}

/*
 * Sends the descriptor over a new connection and closes all other references to it. Returns the
 * front's end of the connection.
 */
static int pass(int fd)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))] = {0};
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary,
        .msg_controllen = sizeof(ancillary),
    };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &fd, sizeof(int));
    ck_assert_int_eq(sendmsg(pair[1], &message, 0), 1);
    close(fd);
    close(pair[1]);
    return pair[0];
}

static void run_for(long ms)
{
    const struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

    event_base_loopexit(base, &time);
    event_base_dispatch(base);
}

START_TEST(lingering_socket_is_dropped_elsewhere)
{
    int peers[20];
    int64_t since_ms = clock_now_ms();

    for (size_t i = 0; i < 20; i++) {
        int socket = pass(open_lingering(&peers[i]));
        uint8_t byte;

        ck_assert(bin_may_get_rights(socket));
        ck_assert_int_eq(bin_receive(socket, &byte, 1, true), -1);
        ck_assert_int_eq(errno, EPERM);
        ck_assert(bin_close(bin, socket, account, true));
    }
    run_for(100);
    ck_assert_int_lt(clock_now_ms() - since_ms, PATIENCE_MS);
    ck_assert_uint_eq(bin_count_parked(bin), 0);
    ck_assert_uint_eq(n_ended, 0);
    for (size_t i = 0; i < 20; i++) {
        static char sink[65536];
        ssize_t n;

        /* The bin has dropped the socket, so the peer's input ends. */
        while ((n = recv(peers[i], sink, sizeof(sink), 0)) > 0)
            ;
        ck_assert_int_le(n, 0);
        close(peers[i]);
    }
}
END_TEST

/* A connection whose input was read to its end is closed at once, and its account is not fined. */
START_TEST(clean_socket_is_closed_here)
{
    int pair[2];
    char byte;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(send(pair[1], "x", 1, 0), 1);
    ck_assert_int_eq(bin_receive(pair[0], &byte, 1, true), 1);
    ck_assert(!bin_close(bin, pair[0], account, true));
    ck_assert_int_eq(recv(pair[1], &byte, 1, 0), 0);
    ck_assert_int_eq(account->cpu_us, 0);
    close(pair[1]);
}
END_TEST

/*
 * While the bin takes nothing, sockets are parked and charged to their accounts; later they are
 * handed over.
 */
START_TEST(sockets_wait_while_the_bin_is_stopped)
{
    struct bin *slow;
    int pair[2], peer;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(bin_new(&slow, base, pair[0], true, &callbacks), 0);
    while (send(pair[0], "x", 1, MSG_DONTWAIT) == 1)
        ;
    for (size_t i = 0; i < 10; i++)
        bin_close(slow, pass(open("/dev/null", O_RDONLY | O_CLOEXEC)), account, true);
    ck_assert_uint_eq(bin_count_parked(slow), 10);
    ck_assert_uint_eq(account->charged[ACCOUNT_CONNECTIONS], 10);
    run_for(20);
    ck_assert_uint_eq(bin_count_parked(slow), 10);
    for (size_t i = 0; i < 4000; i++) {
        alignas(struct cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))];
        char kind;
        struct iovec part = {.iov_base = &kind, .iov_len = 1};
        struct msghdr message = {
            .msg_iov = &part,
            .msg_iovlen = 1,
            .msg_control = ancillary,
            .msg_controllen = sizeof(ancillary),
        };

        if (recvmsg(pair[1], &message, MSG_DONTWAIT) != 1) {
            if (bin_count_parked(slow) == 0)
                break;
            run_for(20);
        } else if (message.msg_controllen > 0) {
            memcpy(&peer, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(peer));
            close(peer);
        }
    }
    ck_assert_uint_eq(bin_count_parked(slow), 0);
    ck_assert_uint_eq(account->charged[ACCOUNT_CONNECTIONS], 0);
    ck_assert_uint_gt(n_unparked, 0);
    bin_free(slow);
    close(pair[0]);
    close(pair[1]);
}
END_TEST

#define TAINTED_COUNT 300

/* Returns the pid that the next process in the pid namespace of this process's children gets. */
static int find_next_number(void)
{
    int number = 0, status, ends[2];
    pid_t pid;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        number = (int)getpid();
        _exit(write(ends[1], &number, sizeof(number)) == sizeof(number) ? EXIT_SUCCESS
                                                                        : EXIT_FAILURE);
    }
    ck_assert_int_eq(read(ends[0], &number, sizeof(number)), sizeof(number));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    close(ends[0]);
    close(ends[1]);
    return number;
}

/*
 * Sockets that come one after the other are dropped by few children, because clients must not
 * decide how often the bin forks. The test counts the forks by the pids in a new pid namespace.
 */
START_TEST(forks_are_bounded)
{
    struct bin *counted;
    int usual = process, status;
    int64_t since_ms;
    pid_t pid;

    ck_assert_int_eq(unshare(CLONE_NEWPID), 0);
    pid = start_bin();
    ck_assert_int_eq(bin_new(&counted, base, process, true, &callbacks), 0);
    since_ms = clock_now_ms();
    for (size_t i = 0; i < TAINTED_COUNT; i++) {
        bin_close(counted, pass(open("/dev/null", O_RDONLY | O_CLOEXEC)), NULL, true);
        run_for(1);
    }
    /* The bin pauses for 5 ms after each fork. Two pids are those of the bin and of the process
     * that find_next_number() makes. */
    ck_assert_int_le(find_next_number(), 2 + 2 + (clock_now_ms() - since_ms) / 5);
    bin_free(counted);
    close(process);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    process = usual;
}
END_TEST

START_TEST(end_of_the_process_is_reported_once)
{
    struct bin *lost;
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(bin_new(&lost, base, pair[0], true, &callbacks), 0);
    close(pair[1]);
    for (int i = 0; i < 2; i++)
        bin_close(lost, pass(open("/dev/null", O_RDONLY | O_CLOEXEC)), NULL, true);
    ck_assert_uint_eq(n_ended, 1);
    bin_free(lost);
    close(pair[0]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bin");
    TCase *cases = tcase_create("bin");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, lingering_socket_is_dropped_elsewhere);
    tcase_add_test(cases, clean_socket_is_closed_here);
    tcase_add_test(cases, sockets_wait_while_the_bin_is_stopped);
    tcase_add_test(cases, end_of_the_process_is_reported_once);
    /* Only root may make a pid namespace, and LeakSanitizer does not work in one. */
    if (geteuid() == 0 && !sandbox_is_relaxed())
        tcase_add_test(cases, forks_are_bounded);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
