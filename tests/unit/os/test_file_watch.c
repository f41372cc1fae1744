/* SPDX-License-Identifier: MIT */

/* Tests which changes of watched files and folders are noticed. */

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/os/file_watch.h"

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

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

/*
 * The times that stat(2) reports are only as fine as the kernel's tick, so two changes have to be
 * further apart than one tick.
 */
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
    bool file, folder; /* whether the watches on the file and on the folder notice the change */
} changes[] = {
    {"nothing happens", change_nothing, false, false},
    {"written in place, as long as before", change_text, true, false},
    {"replaced by a file of the same text", change_by_renaming, true, true},
    {"written, and the time of writing set back", change_and_set_time_back, true, false},
    {"removed", change_by_removing, true, true},
    {"a file beside it", change_another, false, true},
};

/* Returns the state of the file as it is now, watched anew and beside a folder that does not
 * change.
 */
static uint64_t take_state(void)
{
    struct file_watch *fresh = NULL;
    uint64_t state;

    ck_assert_int_eq(file_watch_new(&fresh), 0);
    ck_assert_int_eq(file_watch_add(fresh, path), 0);
    ck_assert_int_eq(file_watch_add(fresh, "/proc/self/nothing"), 0);
    state = file_watch_state(fresh);
    file_watch_free(fresh);
    return state;
}

START_TEST(test_change)
{
    struct file_watch *around = NULL;
    uint64_t state;

    write_file(path, "a");
    ck_assert_int_eq(file_watch_add(watch, path), 0);
    ck_assert_int_eq(file_watch_new(&around), 0);
    ck_assert_int_eq(file_watch_add(around, folder), 0);
    state = take_state();
    wait_a_tick();
    changes[_i].change();
    ck_assert_msg((take_state() != state) == changes[_i].file, "%s", changes[_i].intent);
    ck_assert_msg(file_watch_has_changed(watch) == changes[_i].file, "%s", changes[_i].intent);
    ck_assert_msg(file_watch_has_changed(around) == changes[_i].folder, "%s", changes[_i].intent);
    file_watch_free(around);
}
END_TEST

/* A path without a file is watched together with one that has a file. */
START_TEST(test_absent)
{
    write_file(other, "a");
    ck_assert_int_eq(file_watch_add(watch, other), 0);
    ck_assert_int_eq(file_watch_add(watch, path), 0);
    ck_assert(!file_watch_has_changed(watch));
    write_file(path, "");
    ck_assert(file_watch_has_changed(watch));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_watch");
    TCase *cases = tcase_create("file_watch");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_change, 0, N_ROWS(changes));
    tcase_add_test(cases, test_absent);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
