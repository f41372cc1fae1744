/* SPDX-License-Identifier: MIT */

/* Of the host: strings as JSON, files that change, and Landlock, which the filter hides from every
 * other test. */

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
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "daemon/os/file_watch.h"
#include "daemon/os/landlock.h"

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* --- JSON --- */

static const struct {
    const char *intent, *text, *expected;
} strings[] = {
    {"nothing", "", "\"\""},
    {"printable ASCII", "a b~!", "\"a b~!\""},
    {"quotation mark and backslash", "\"\\", "\"\\\"\\\\\""},
    {"control characters", "\n\x01\x7f", "\"\\u000a\\u0001\\u007f\""},
    {"two bytes", "\xc3\xbc", "\"\\u00fc\""},
    {"three bytes", "\xe2\x82\xac", "\"\\u20ac\""},
    {"four bytes, a pair of surrogates", "\xf0\x9f\x98\x80", "\"\\ud83d\\ude00\""},
    {"the last code point", "\xf4\x8f\xbf\xbf", "\"\\udbff\\udfff\""},
    {"beyond it", "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""},
    {"a lone continuation", "a\x80z", "\"a\\ufffdz\""},
    {"cut off", "\xe2\x82", "\"\\ufffd\\ufffd\""},
    {"cut off by ASCII", "\xc3z", "\"\\ufffdz\""},
    {"an overlong slash", "\xc0\xaf", "\"\\ufffd\\ufffd\""},
    {"a surrogate", "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
    {"a byte that nothing begins with", "\xff", "\"\\ufffd\""},
};

START_TEST(json_string)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(file);
    json_write_string(file, strings[_i].text);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_msg(strcmp(text, strings[_i].expected) == 0, "%s: %s", strings[_i].intent, text);
    free(text);
}
END_TEST

/* --- watching --- */

static char folder[] = "/tmp/certnamed-unit-XXXXXX";
static char path[128], other[128];
static struct file_watch *watch;

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/file", folder);
    snprintf(other, sizeof(other), "%s/other", folder);
    ck_assert_int_eq(file_watch_new(&watch), 0);
    ck_assert(!file_watch_has_changed(watch));
}

static void teardown(void)
{
    watch = file_watch_free(watch);
    unlink(path);
    unlink(other);
    rmdir(folder);
}

/* What stat tells is as fine as the kernel's clock: two changes have to be apart. */
static void wait_a_tick(void)
{
    usleep(20000);
}

static void change_nothing(void)
{
}

static void change_text(void)
{
    write_file(path, "b");
}

static void change_by_renaming(void)
{
    write_file(other, "a");
    ck_assert_int_eq(rename(other, path), 0);
}

static void change_and_set_time_back(void)
{
    struct timespec times[2];
    struct stat status;

    ck_assert_int_eq(stat(path, &status), 0);
    write_file(path, "b");
    times[0] = status.st_atim;
    times[1] = status.st_mtim;
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void change_by_removing(void)
{
    ck_assert_int_eq(unlink(path), 0);
}

static void change_another(void)
{
    write_file(other, "a");
}

static const struct {
    const char *intent;
    void (*change)(void);
    bool file, folder; /* has it changed? */
} changes[] = {
    {"nothing happens", change_nothing, false, false},
    {"written in place, as long as before", change_text, true, false},
    {"replaced by a file of the same text", change_by_renaming, true, true},
    {"written, and the time of writing set back", change_and_set_time_back, true, false},
    {"removed", change_by_removing, true, true},
    {"a file beside it", change_another, false, true},
};

START_TEST(watch_change)
{
    struct file_watch *around = NULL;

    write_file(path, "a");
    ck_assert_int_eq(file_watch_add(watch, path), 0);
    ck_assert_int_eq(file_watch_new(&around), 0);
    ck_assert_int_eq(file_watch_add(around, folder), 0);
    wait_a_tick();
    changes[_i].change();
    ck_assert_msg(file_watch_has_changed(watch) == changes[_i].file, "%s", changes[_i].intent);
    ck_assert_msg(file_watch_has_changed(around) == changes[_i].folder, "%s", changes[_i].intent);
    file_watch_free(around);
}
END_TEST

/* What is not there is watched too, beside what is. */
START_TEST(watch_absent)
{
    write_file(other, "a");
    ck_assert_int_eq(file_watch_add(watch, other), 0);
    ck_assert_int_eq(file_watch_add(watch, path), 0);
    ck_assert(!file_watch_has_changed(watch));
    write_file(path, "");
    ck_assert(file_watch_has_changed(watch));
}
END_TEST

/* --- Landlock --- */

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
    int abi; /* the first that refuses it */
    int (*act)(void);
    int error;
} attempts[] = {
    {"read", 1, attempt_read, EACCES},       {"list", 1, attempt_folder, EACCES},
    {"create", 1, attempt_create, EACCES},   {"mkdir", 1, attempt_mkdir, EACCES},
    {"remove", 1, attempt_remove, EACCES},   {"truncate", 3, attempt_truncate, EACCES},
    {"execute", 1, attempt_execute, EACCES}, {"bind", 4, attempt_bind, EACCES},
    {"connect", 4, attempt_connect, EACCES}, {"signal", 6, attempt_signal, EPERM},
};

/* 0: it was refused as it ought to be; the child's exit status. */
static int attempt_confined(int row)
{
    errno = 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || landlock_enter() != 0)
        return 2;
    return attempts[row].act() < 0 && errno == attempts[row].error ? 0 : 1;
}

/* Each is refused by what this kernel has of Landlock, even to root; and what is open stays open.
 */
START_TEST(landlock_refuses)
{
    int status = 0;
    pid_t pid;

    write_file(other, "a");
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

/* The same again is no mistake, and descriptors are none of its business. */
START_TEST(landlock_twice)
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

int main(void)
{
    Suite *suite = suite_create("host");
    TCase *cases = tcase_create("host");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, json_string, 0, N_ROWS(strings));
    tcase_add_loop_test(cases, watch_change, 0, N_ROWS(changes));
    tcase_add_test(cases, watch_absent);
    tcase_add_loop_test(cases, landlock_refuses, 0, N_ROWS(attempts));
    tcase_add_test(cases, landlock_twice);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
