/* SPDX-License-Identifier: MIT */

/*
 * Tests Landlock without seccomp. In the daemon's processes the seccomp filter ends a process
 * before Landlock could refuse anything, so no other test can show that Landlock refuses.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "daemon/os/landlock.h"

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static char folder[] = "/tmp/certnamed-unit-XXXXXX";
static char path[128], other[128];

static void setup(void)
{
    FILE *file;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/file", folder);
    snprintf(other, sizeof(other), "%s/other", folder);
    file = fopen(other, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fclose(file), 0);
}

static void teardown(void)
{
    unlink(path);
    unlink(other);
    rmdir(folder);
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
}

static int attempt_read(void)
{
    return open("/dev/null", O_RDONLY);
}

static int attempt_folder(void)
{
    return open("/", O_RDONLY | O_DIRECTORY);
}

static int attempt_create(void)
{
    return open(path, O_WRONLY | O_CREAT, 0600);
}

static int attempt_mkdir(void)
{
    return mkdir(path, 0700);
}

static int attempt_remove(void)
{
    return unlink(other);
}

static int attempt_truncate(void)
{
    return truncate(other, 0);
}

static int attempt_execute(void)
{
    char *const nothing[] = {NULL};

    return execve("/bin/true", nothing, nothing);
}

static int attempt_bind(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    return bind(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&address,
                sizeof(address));
}

static int attempt_connect(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(9),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };

    return connect(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&address,
                   sizeof(address));
}

static int attempt_signal(void)
{
    return kill(getppid(), 0);
}

static const struct {
    const char *name;
    int abi; /* the first version of Landlock's interface that refuses the attempt */
    int (*act)(void);
    int error;
} attempts[] = {
    {"read", 1, attempt_read, EACCES},       {"list", 1, attempt_folder, EACCES},
    {"create", 1, attempt_create, EACCES},   {"mkdir", 1, attempt_mkdir, EACCES},
    {"remove", 1, attempt_remove, EACCES},   {"truncate", 3, attempt_truncate, EACCES},
    {"execute", 1, attempt_execute, EACCES}, {"bind", 4, attempt_bind, EACCES},
    {"connect", 4, attempt_connect, EACCES}, {"signal", 6, attempt_signal, EPERM},
};

/*
 * Makes the attempt of a row inside Landlock. Returns an exit status: 0 if it was refused with the
 * expected errno, 1 if it was not, 2 if Landlock could not be entered.
 */
static int attempt_confined(int row)
{
    errno = 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || landlock_enter() != 0)
        return 2;
    return attempts[row].act() < 0 && errno == attempts[row].error ? 0 : 1;
}

/* Each attempt is refused, even to root, if the version of this kernel's Landlock covers it. */
START_TEST(test_refuses)
{
    int status = 0;
    pid_t pid;

    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        _exit(attempt_confined(_i));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    if (landlock_abi() >= attempts[_i].abi)
        ck_assert_msg(WEXITSTATUS(status) == 0, "%s: %d", attempts[_i].name, WEXITSTATUS(status));
    else
        ck_assert_msg(WEXITSTATUS(status) != 2, "%s", attempts[_i].name);
}
END_TEST

/* Landlock may be entered twice, and an open descriptor stays usable. */
START_TEST(test_twice)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC), status = 0;
    pid_t pid = fork();

    if (pid == 0)
        _exit(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || landlock_enter() != 0 ||
              landlock_enter() != 0 || write(fd, "x", 1) != 1);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    fd_close(fd);
}
END_TEST

/* Allows one file or folder and enters. Returns 0 or -errno. */
static int confine_to(const char *place)
{
    struct landlock landlock;
    int fd = open(place, O_PATH | O_CLOEXEC);
    int r = landlock_open(&landlock);

    if (!r)
        r = landlock_allow_reading(&landlock, fd);
    if (!r)
        r = landlock_confine(&landlock);
    landlock_close(&landlock);
    fd_close(fd);
    return r;
}

/*
 * Confines itself to a place, in which `other` is. Returns an exit status: 0 if exactly that file
 * can be read, and nothing be written.
 */
static int read_confined(const char *place)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || confine_to(place) != 0)
        return 2;
    if (open(other, O_RDONLY) < 0)
        return 3;
    if (open("/dev/null", O_RDONLY) >= 0 || errno != EACCES || open(other, O_WRONLY) >= 0 ||
        errno != EACCES || attempt_create() >= 0 || errno != EACCES)
        return 4;
    return 0;
}

/* A process that is confined to a file or to its folder can read that file and nothing else. */
START_TEST(test_reads)
{
    int status = 0;
    pid_t pid = landlock_abi() > 0 ? fork() : -1;

    if (pid == 0)
        _exit(read_confined(_i == 0 ? other : folder));
    if (pid < 0)
        return;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("landlock");
    TCase *cases = tcase_create("landlock");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_refuses, 0, N_ROWS(attempts));
    tcase_add_test(cases, test_twice);
    tcase_add_loop_test(cases, test_reads, 0, 2);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
