/* SPDX-License-Identifier: MIT */

/*
 * Tests that the record and the metrics socket are opened safely at the paths that the policy
 * names, and are kept from one generation to the next.
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
#include "daemon/supervisor/front_files.h"

static char folder[] = "/tmp/certnamed-unit-XXXXXX";
static char file[128], other[128], metrics[128], moved[128];
static struct front_files first, second;
static struct policy_error error;

static void setup(void)
{
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/record", folder);
    snprintf(other, sizeof(other), "%s/other", folder);
    snprintf(metrics, sizeof(metrics), "%s/metrics", folder);
    snprintf(moved, sizeof(moved), "%s/moved", folder);
    first = second = FRONT_FILES_NULL;
}

static void teardown(void)
{
    front_files_close(&second, &first);
    front_files_close(&first, NULL);
    unlink(file);
    unlink(other);
    unlink(moved);
    ck_assert_int_eq(rmdir(folder), 0);
}

static int open_first(const char *record_path, const char *metrics_path)
{
    const struct front_files none = FRONT_FILES_NULL;

    return front_files_open(&first, &none, record_path, metrics_path, &error);
}

START_TEST(nothing)
{
    ck_assert_int_eq(open_first(NULL, NULL), 0);
    ck_assert_int_eq(first.record, -1);
    ck_assert_int_eq(first.metrics, -1);
}
END_TEST

/*
 * The record is created with access for its owner alone, whatever the umask is, and is appended to.
 */
START_TEST(record)
{
    struct stat status;
    mode_t mask = umask(0);

    ck_assert_int_eq(open_first(file, NULL), 0);
    umask(mask);
    ck_assert_int_eq(fstat(first.record, &status), 0);
    ck_assert_uint_eq(status.st_mode, S_IFREG | 0600);
    ck_assert_int_eq(fcntl(first.record, F_GETFL) & (O_ACCMODE | O_APPEND), O_WRONLY | O_APPEND);
    ck_assert_int_eq(fcntl(first.record, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    front_files_close(&first, NULL);

    ck_assert_int_eq(open_first(file, NULL), 0);
    ck_assert_int_eq(write(first.record, "a", 1), 1);
    front_files_close(&first, NULL);
    ck_assert_int_eq(open_first(file, NULL), 0);
    ck_assert_int_eq(write(first.record, "b", 1), 1);
    ck_assert_int_eq(fstat(first.record, &status), 0);
    ck_assert_int_eq(status.st_size, 2);
}
END_TEST

static void put_link(void)
{
    ck_assert_int_eq(symlink(other, file), 0);
}

static void put_folder(void)
{
    ck_assert_int_eq(mkdir(file, 0700), 0);
}

static void put_pipe(void)
{
    ck_assert_int_eq(mkfifo(file, 0600), 0);
}

static void put_second_name(void)
{
    fd_close(open(other, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ck_assert_int_eq(link(other, file), 0);
}

static void put_readable(void)
{
    fd_close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ck_assert_int_eq(chmod(file, 0644), 0);
}

static const struct {
    const char *intent;
    void (*put)(void);
} bad_records[] = {
    {"a link to what would be made", put_link},
    {"a folder", put_folder},
    {"a pipe", put_pipe},
    {"a file with a second name", put_second_name},
    {"a file that others may read", put_readable},
};

START_TEST(bad_record)
{
    bad_records[_i].put();
    ck_assert_msg(open_first(file, metrics) == 1, "%s", bad_records[_i].intent);
    ck_assert_str_eq(error.file, file);
    ck_assert_msg(error.message[0], "%s", bad_records[_i].intent);
    ck_assert_int_eq(first.record, -1);
    ck_assert_int_eq(first.metrics, -1);
    ck_assert_int_lt(access(metrics, F_OK), 0);
    if (rmdir(file) < 0)
        unlink(file);
}
END_TEST

/*
 * If other users may write to the folder the record is refused, because they could put another file
 * or a link at its path just before it is opened.
 */
START_TEST(bad_folder)
{
    static const struct {
        const char *intent;
        mode_t mode;
        uid_t owner;
    } rows[] = {
        {"a folder that everybody may write", 0777, 0},
        {"a folder that its group may write", 0775, 0},
        {"a folder that another user owns", 0755, 12345},
    };
    const char *const asked[][2] = {{file, NULL}, {NULL, metrics}};
    const struct front_files none = FRONT_FILES_NULL;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].owner != 0 && geteuid() != 0)
            continue;
        ck_assert_int_eq(chmod(folder, rows[i].mode), 0);
        ck_assert_int_eq(chown(folder, rows[i].owner ? rows[i].owner : geteuid(), (gid_t)-1), 0);
        for (size_t k = 0; k < 2; k++) {
            ck_assert_msg(front_files_open(&second, &none, asked[k][0], asked[k][1], &error) == 1,
                          "%s", rows[i].intent);
            ck_assert_str_eq(error.file, k == 0 ? file : metrics);
            ck_assert_msg(strstr(error.message, folder) != NULL, "%s", error.message);
        }
        ck_assert_int_lt(access(file, F_OK), 0);
        ck_assert_int_lt(access(metrics, F_OK), 0);
    }
}
END_TEST

/*
 * The metrics socket listens, is accessible only to root and its group, and is removed at the end.
 */
START_TEST(metrics_socket)
{
    struct stat status;
    int listens = 0;
    socklen_t len = sizeof(listens);

    ck_assert_int_eq(open_first(NULL, metrics), 0);
    ck_assert_int_eq(stat(metrics, &status), 0);
    ck_assert_uint_eq(status.st_mode, S_IFSOCK | 0660);
    ck_assert_int_eq(getsockopt(first.metrics, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len), 0);
    ck_assert_int_eq(listens, 1);
    front_files_close(&first, NULL);
    ck_assert_int_lt(access(metrics, F_OK), 0);
}
END_TEST

/*
 * The next generation shares the record and the metrics socket, and closing the files of the
 * generation before closes neither.
 */
START_TEST(kept)
{
    ck_assert_int_eq(open_first(file, metrics), 0);
    ck_assert_int_eq(front_files_open(&second, &first, file, metrics, &error), 0);
    ck_assert_int_eq(second.record, first.record);
    ck_assert_int_eq(second.metrics, first.metrics);
    front_files_close(&first, &second);
    ck_assert_int_eq(write(second.record, "a", 1), 1);
    ck_assert_int_eq(access(metrics, F_OK), 0);
    first = second;
    second = FRONT_FILES_NULL;
}
END_TEST

/* Files that the next policy does not want are closed with those of the generation before. */
START_TEST(given_up)
{
    int was_record, was_metrics;

    ck_assert_int_eq(open_first(file, metrics), 0);
    was_record = first.record;
    was_metrics = first.metrics;
    ck_assert_int_eq(front_files_open(&second, &first, NULL, NULL, &error), 0);
    front_files_close(&first, &second);
    ck_assert_int_lt(fcntl(was_record, F_GETFD), 0);
    ck_assert_int_lt(fcntl(was_metrics, F_GETFD), 0);
    ck_assert_int_lt(access(metrics, F_OK), 0);
}
END_TEST

/* After a rotation has moved the record away, a new one is created. */
START_TEST(rotated)
{
    ck_assert_int_eq(open_first(file, NULL), 0);
    ck_assert_int_eq(rename(file, moved), 0);
    ck_assert_int_eq(front_files_open(&second, &first, file, NULL, &error), 0);
    ck_assert_int_ne(second.record, first.record);
    ck_assert_int_eq(access(file, F_OK), 0);
}
END_TEST

/* If a generation is refused, the files of the generation before stay open. */
START_TEST(refused)
{
    ck_assert_int_eq(open_first(file, NULL), 0);
    fd_close(open(metrics, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ck_assert_int_eq(front_files_open(&second, &first, file, metrics, &error), 1);
    ck_assert_str_eq(error.file, metrics);
    ck_assert_int_eq(second.record, -1);
    ck_assert_int_eq(write(first.record, "a", 1), 1);
    unlink(metrics);
}
END_TEST

/* A metrics socket that the service manager passed is kept, whatever path the policy names. */
START_TEST(passed)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    first.metrics_passed = true;
    first.metrics = ends[0];
    ck_assert_int_eq(front_files_open(&second, &first, NULL, metrics, &error), 0);
    ck_assert_int_eq(second.metrics, ends[0]);
    ck_assert(second.metrics_passed);
    front_files_close(&first, &second);
    front_files_close(&second, NULL);
    ck_assert_int_ge(fcntl(ends[0], F_GETFD), 0);
    ck_assert_int_lt(access(metrics, F_OK), 0);
    fd_close(ends[0]);
    fd_close(ends[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("front-files");
    TCase *cases = tcase_create("front-files");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, nothing);
    tcase_add_test(cases, record);
    tcase_add_loop_test(cases, bad_record, 0, (int)(sizeof(bad_records) / sizeof(bad_records[0])));
    tcase_add_test(cases, bad_folder);
    tcase_add_test(cases, metrics_socket);
    tcase_add_test(cases, kept);
    tcase_add_test(cases, given_up);
    tcase_add_test(cases, rotated);
    tcase_add_test(cases, refused);
    tcase_add_test(cases, passed);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
