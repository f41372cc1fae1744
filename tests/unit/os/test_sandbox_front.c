/* SPDX-License-Identifier: MIT */

/*
 * Tests the system-call filters of the front and of its bin. Each system call is made in a process
 * of its own that has entered the sandbox. A call that is not allowed ends the process with SIGSYS
 * before it has any effect. The front may send descriptors only to the bin.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/os/sandbox.h"

/*
 * The descriptors of the tests: the front's end of the socket to the bin, and both ends of another
 * pair.
 */
#define BIN_FD   20
#define OTHER_FD 21
#define PEER_FD  22

static long pass_over(int socket)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))] = {0};
    const int passed = OTHER_FD;
    char byte = 'x';
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary,
        .msg_controllen = sizeof(ancillary),
    };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &passed, sizeof(passed));
    return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static long pass_to_bin(void)
{
    return pass_over(BIN_FD);
}

static long pass_to_client(void)
{
    return pass_over(OTHER_FD);
}

/*
 * Tries to send a descriptor to a client by a number whose lower half is that of the bin's socket.
 * The kernel uses only the lower half of a descriptor's number, and the filter must do so too.
 */
static long pass_to_client_in_disguise(void)
{
    struct msghdr message = {0};

    return syscall(SYS_sendmsg, (1ul << 32 | BIN_FD) + 1, &message, MSG_DONTWAIT);
}

static long pass_many(void)
{
    return syscall(SYS_sendmmsg, BIN_FD, NULL, 0, 0);
}

static long set_option(int option)
{
    const int yes = 1;

    return setsockopt(OTHER_FD, SOL_SOCKET, option, &yes, sizeof(yes));
}

static long inline_urgent_data(void)
{
    return set_option(SO_OOBINLINE);
}

static long name_writers(void)
{
    return set_option(SO_PASSCRED);
}

static long keep_alive(void)
{
    return set_option(SO_KEEPALIVE);
}

static long count_input(void)
{
    int n;

    return ioctl(OTHER_FD, SIOCINQ, &n);
}

static long set_async(void)
{
    int yes = 1;

    return ioctl(OTHER_FD, FIOASYNC, &yes);
}

static long hang_up(void)
{
    return shutdown(OTHER_FD, SHUT_RDWR);
}

static long unblock(void)
{
    return fcntl(OTHER_FD, F_SETFL, O_NONBLOCK);
}

static long copy_descriptor(void)
{
    return fcntl(OTHER_FD, F_DUPFD, 0);
}

static long listen_anew(void)
{
    return listen(OTHER_FD, 1);
}

static long make_socket(void)
{
    return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static long connect_anywhere(void)
{
    return syscall(SYS_connect, OTHER_FD, NULL, 0);
}

static long open_file(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);
}

static long execute(void)
{
    char *const nothing[] = {NULL};

    return syscall(SYS_execve, "/bin/true", nothing, nothing);
}

static long make_process(void)
{
    return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static long trace(void)
{
    return syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

static long signal_others(void)
{
    return syscall(SYS_kill, 1, 0);
}

static long become_dumpable(void)
{
    return syscall(SYS_prctl, 4, 1, 0, 0, 0);
}

static long map_code(void)
{
    return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static long write_elsewhere(void)
{
    return syscall(SYS_write, OTHER_FD, "x", 1);
}

struct row {
    const char *intent;
    long (*call)(void);
    bool front_may;
    bool bin_may;
};

static const struct row rows[] = {
    {"pass a descriptor to the bin", pass_to_bin, true, false},
    {"pass a descriptor to a client", pass_to_client, false, false},
    {"pass a descriptor to a client by another number", pass_to_client_in_disguise, false, false},
    {"send many messages", pass_many, false, false},
    {"have urgent data inline", inline_urgent_data, true, false},
    {"have writers named", name_writers, true, false},
    {"set another option", keep_alive, false, false},
    {"count unread input", count_input, true, false},
    {"set another mode", set_async, false, false},
    {"hang up", hang_up, true, false},
    {"make a socket non-blocking", unblock, true, false},
    {"copy a descriptor", copy_descriptor, false, false},
    {"listen", listen_anew, false, false},
    {"make a socket", make_socket, false, false},
    {"connect", connect_anywhere, false, false},
    {"open a file", open_file, false, false},
    {"execute a program", execute, false, false},
    {"make a process", make_process, false, true},
    {"be traced", trace, false, false},
    {"signal a process", signal_others, false, false},
    {"become dumpable", become_dumpable, false, false},
    {"map code", map_code, false, false},
    {"write past its error channel", write_elsewhere, false, true},
};

#define ROWS_COUNT ((int)(sizeof(rows) / sizeof(rows[0])))

static void place_sockets(void)
{
    int pair[2], bin[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, bin), 0);
    ck_assert_int_eq(dup2(bin[0], BIN_FD), BIN_FD);
    ck_assert_int_eq(dup2(pair[0], OTHER_FD), OTHER_FD);
    ck_assert_int_eq(dup2(pair[1], PEER_FD), PEER_FD);
}

/*
 * Makes the call in a process that has entered the sandbox. Returns the process's status from
 * waitpid.
 */
static int make_call(const struct row *row, bool is_front)
{
    int status;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        int r = sandbox_enter_common();

        if (!r)
            r = is_front ? sandbox_enter_front(BIN_FD) : sandbox_enter_bin();
        if (r)
            syscall(SYS_exit_group, 2);
        row->call();
        syscall(SYS_exit_group, 0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

static void check_row(const struct row *row, bool is_front)
{
    bool may = is_front ? row->front_may : row->bin_may;
    int status = make_call(row, is_front);
    char byte;

    if (may) {
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: not allowed",
                      row->intent);
        return;
    }
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: status %#x", row->intent,
                  (unsigned)status);
    /* Nothing has reached the client. */
    ck_assert_int_eq(recv(PEER_FD, &byte, 1, MSG_DONTWAIT), -1);
}

START_TEST(front_has_its_calls_alone)
{
    place_sockets();
    check_row(&rows[_i], true);
}
END_TEST

START_TEST(bin_has_its_calls_alone)
{
    place_sockets();
    check_row(&rows[_i], false);
}
END_TEST

int main(void)
{
    SRunner *runner;
    TCase *cases;
    Suite *suite;
    int n_failed;

    if (sandbox_is_relaxed()) {
        puts("skipped: this build confines no process");
        return 77;
    }
    suite = suite_create("sandbox of the front");
    cases = tcase_create("sandbox of the front");
    tcase_add_loop_test(cases, front_has_its_calls_alone, 0, ROWS_COUNT);
    tcase_add_loop_test(cases, bin_has_its_calls_alone, 0, ROWS_COUNT);
    suite_add_tcase(suite, cases);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
