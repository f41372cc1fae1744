/* SPDX-License-Identifier: MIT */

/*
 * Tests of the recorder: records can be read back as they were written, one request in a given
 * number is recorded, and the file never exceeds its limit.
 */

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/front/recorder.h"
#include "daemon/limits.h"
#include "proto/limits.h"

static struct recorder recorder;
static uint8_t payload[1000];
static uint8_t file[65536];

static const struct record example = {
    .time_s = 0x0102030405060708,
    .uid = 1000,
    .client_class = UINT32_MAX,
    .outcome = 0x35A6C993,
    .flags = RECORD_HIT,
    .code = "name-matches",
    .socket = "boxed",
};

static void setup(void)
{
    recorder = RECORDER_NULL;
    for (size_t i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)i;
}

static void teardown(void)
{
    recorder_close(&recorder);
}

static int open_file(void)
{
    int fd = memfd_create("record", MFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    return fd;
}

static size_t read_file(int fd)
{
    ssize_t n = pread(fd, file, sizeof(file), 0);

    ck_assert_int_ge(n, 0);
    return (size_t)n;
}

START_TEST(record_comes_back)
{
    int fd = open_file(), copy = dup(fd);
    struct record record;
    size_t n;

    recorder_open(&recorder, fd);
    recorder_append(&recorder, &example, payload, 100, sizeof(file));
    recorder_append(&recorder, &example, payload, 0, sizeof(file));
    n = read_file(copy);
    ck_assert_uint_eq(n, 2 * RECORD_HEADER_BYTES + 100);
    ck_assert_int_eq(record_read(&record, file, n), RECORD_WHOLE);
    ck_assert_uint_eq(record.length, RECORD_HEADER_BYTES + 100);
    ck_assert_uint_eq(record.time_s, example.time_s);
    ck_assert_uint_eq(record.uid, example.uid);
    ck_assert_uint_eq(record.client_class, example.client_class);
    ck_assert_uint_eq(record.outcome, example.outcome);
    ck_assert_uint_eq(record.flags, example.flags);
    ck_assert_str_eq(record.code, example.code);
    ck_assert_str_eq(record.socket, example.socket);
    ck_assert_mem_eq(file + RECORD_HEADER_BYTES, payload, 100);
    ck_assert_int_eq(record_read(&record, file + record.length, n - record.length), RECORD_WHOLE);
    close(copy);
}
END_TEST

/*
 * A record that is cut off at any byte is recognised as cut off; other bytes are not taken for a
 * record.
 */
START_TEST(what_is_no_record_is_none)
{
    struct record record;

    record_write(file, &example, 100);
    for (size_t n = 0; n < RECORD_HEADER_BYTES + 100; n++)
        ck_assert_int_eq(record_read(&record, file, n), RECORD_CUT_OFF);
    file[0] = 'X';
    ck_assert_int_eq(record_read(&record, file, sizeof(file)), RECORD_FOREIGN);
    record_write(file, &example, LIMIT_FRAME_BYTES + 1);
    ck_assert_int_eq(record_read(&record, file, sizeof(file)), RECORD_FOREIGN);
    record_write(file, &example, 0);
    file[7]--;
    ck_assert_int_eq(record_read(&record, file, sizeof(file)), RECORD_FOREIGN);
    record_write(file, &example, 0);
    memset(file + 32, 'x', RECORD_CODE_BYTES);
    ck_assert_int_eq(record_read(&record, file, sizeof(file)), RECORD_FOREIGN);
}
END_TEST

/* Records are appended at the end of the file, up to the limit, and then no more. */
START_TEST(file_is_bounded)
{
    const uint64_t max_bytes = 5 * (RECORD_HEADER_BYTES + 100) + 50;
    int fd = open_file(), copy = dup(fd);

    ck_assert_int_eq(write(fd, payload, 40), 40);
    recorder_open(&recorder, fd);
    for (int i = 0; i < 20; i++)
        recorder_append(&recorder, &example, payload, 100, max_bytes);
    ck_assert_str_eq(recorder_state(&recorder), "paused");
    ck_assert_uint_eq(read_file(copy), 40 + 5 * (RECORD_HEADER_BYTES + 100));
    /* Opened again, the file is already full. */
    recorder_open(&recorder, dup(copy));
    ck_assert_str_eq(recorder_state(&recorder), "on");
    recorder_append(&recorder, &example, payload, 100, max_bytes);
    ck_assert_str_eq(recorder_state(&recorder), "paused");
    /* Recording goes on when the pause is over and the limit is larger, as it can be after a
     * reload. */
    recorder.resume_ms = 0;
    recorder_append(&recorder, &example, payload, 100, 2 * max_bytes);
    ck_assert_str_eq(recorder_state(&recorder), "on");
    ck_assert_uint_eq(read_file(copy), 40 + 6 * (RECORD_HEADER_BYTES + 100));
    close(copy);
}
END_TEST

START_TEST(errors_pause_it)
{
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    int pair[2];

    ck_assert_int_ge(fd, 0);
    recorder_open(&recorder, fd);
    recorder_append(&recorder, &example, payload, 100, UINT64_MAX);
    ck_assert_str_eq(recorder_state(&recorder), "paused");
    ck_assert_int_eq(pipe(pair), 0);
    recorder_open(&recorder, pair[1]);
    ck_assert_str_eq(recorder_state(&recorder), "off");
    close(pair[0]);
}
END_TEST

/*
 * If the disk is full after a part of a record, that part is removed, so that later records can be
 * read.
 */
START_TEST(part_is_taken_back)
{
    char path[] = "/tmp/certnamed-record-XXXXXX";
    int fd = mkstemp(path), copy = dup(fd);
    struct rlimit whole, full;
    struct record record;
    int r_full, r_whole;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fcntl(fd, F_SETFL, O_APPEND), 0);
    unlink(path);
    recorder_open(&recorder, fd);
    recorder_append(&recorder, &example, payload, 100, UINT64_MAX);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &whole), 0);
    full = (struct rlimit){.rlim_cur = 300, .rlim_max = whole.rlim_max};
    ck_assert_ptr_ne(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    /* The results are checked after the limit is lifted, because Check writes to a file too. */
    r_full = setrlimit(RLIMIT_FSIZE, &full);
    recorder_append(&recorder, &example, payload, 200, UINT64_MAX);
    r_whole = setrlimit(RLIMIT_FSIZE, &whole);
    ck_assert(r_full == 0 && r_whole == 0);
    ck_assert_str_eq(recorder_state(&recorder), "paused");
    ck_assert_uint_eq(read_file(copy), RECORD_HEADER_BYTES + 100);
    /* During the pause nothing is written; after it, recording goes on in the same file. */
    recorder_append(&recorder, &example, payload, 200, UINT64_MAX);
    ck_assert_uint_eq(read_file(copy), RECORD_HEADER_BYTES + 100);
    recorder.resume_ms = 0;
    recorder_append(&recorder, &example, payload, 200, UINT64_MAX);
    ck_assert_uint_eq(read_file(copy), 2 * RECORD_HEADER_BYTES + 300);
    ck_assert_int_eq(record_read(&record, file + RECORD_HEADER_BYTES + 100, 1000), RECORD_WHOLE);
    close(copy);
}
END_TEST

START_TEST(one_in_so_many)
{
    struct settings_record wanted = {.one_in = 3};
    unsigned n = 0;

    ck_assert(!recorder_wants(&recorder, &wanted));
    recorder_open(&recorder, open_file());
    for (int i = 0; i < 30; i++)
        n += recorder_wants(&recorder, &wanted);
    ck_assert_uint_eq(n, 10);
    wanted.one_in = 0;
    ck_assert(!recorder_wants(&recorder, &wanted));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recorder");
    TCase *cases = tcase_create("recorder");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, record_comes_back);
    tcase_add_test(cases, what_is_no_record_is_none);
    tcase_add_test(cases, file_is_bounded);
    tcase_add_test(cases, errors_pause_it);
    tcase_add_test(cases, part_is_taken_back);
    tcase_add_test(cases, one_in_so_many);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
