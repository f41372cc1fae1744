/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/* A folder for the test's files, which is removed after the test. */
struct place {
    char folder[64];
    char file[128];
};

static void place_init(struct place *place)
{
    strcpy(place->folder, "/tmp/test-policy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place->folder));
    snprintf(place->file, sizeof(place->file), "%s/the.conf", place->folder);
}

static void place_deinit(struct place *place)
{
    char command[160];

    ck_assert_int_eq(chmod(place->folder, 0700), 0);
    snprintf(command, sizeof(command), "rm -rf '%s'", place->folder);
    ck_assert_int_eq(system(command), 0);
}

static void file_write(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
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

/*
 * Loads the file and expects a refusal whose message contains `fragment`, or success if `fragment`
 * is NULL.
 */
static void load_expect(const char *intent, const char *path, const char *fragment)
{
    struct policy *policy = NULL;
    struct policy_error error = {.line = UINT_MAX};
    unsigned n = descriptors_count();
    int r = policy_load(&policy, path, suffixes, &error);

    ck_assert_uint_eq(descriptors_count(), n);
    if (!fragment) {
        ck_assert_msg(r == 0, "%s: %s", intent, error.message);
        ck_assert_str_eq(rule_default(policy)->origin.file, path);
        policy_free(policy);
        return;
    }
    ck_assert_msg(r == 1, "%s: %d", intent, r);
    ck_assert_ptr_null(policy);
    ck_assert_str_eq(error.file, path);
    ck_assert_uint_eq(error.line, 0);
    ck_assert_msg(strstr(error.message, fragment), "%s: %s", intent, error.message);
}

static const char others_write[] = "may be written by its group or by others";

struct mode_row {
    const char *intent;
    mode_t folder;
    mode_t file;
    const char *fragment;
};

static const struct mode_row mode_rows[] = {
    {"ours alone", 0700, 0600, NULL},
    {"readable for all", 0755, 0644, NULL},
    {"read-only", 0555, 0444, NULL},
    {"the group may write the file", 0755, 0664, others_write},
    {"others may write the file", 0755, 0646, others_write},
    {"all may write the file", 0755, 0666, others_write},
    {"the sticky bit helps no file", 0755, 01666, others_write},
    {"the group may write the folder", 0775, 0644, others_write},
    {"others may write the folder", 0757, 0644, others_write},
};

/* A file is refused if its mode or that of a folder lets anybody else write to it or replace it. */
START_TEST(test_modes)
{
    struct place place;

    place_init(&place);
    for (size_t i = 0; i < ROWS(mode_rows); i++) {
        file_write(place.file, "defaults { }", mode_rows[i].file);
        ck_assert_int_eq(chmod(place.folder, mode_rows[i].folder), 0);
        load_expect(mode_rows[i].intent, place.file, mode_rows[i].fragment);
        ck_assert_int_eq(chmod(place.folder, 0700), 0);
        ck_assert_int_eq(unlink(place.file), 0);
    }
    file_write(place.file, "defaults { }", 0644);
    ck_assert_int_eq(chmod(place.folder, 01777), 0);
    load_expect("a sticky folder is fine if it is root's", place.file,
                geteuid() == 0 ? NULL : others_write);
    place_deinit(&place);
}
END_TEST

/* A file is refused if another user owns the file, a folder on its path, or a link to it. */
START_TEST(test_owners)
{
    struct place place;
    char path[160];

    if (geteuid() != 0)
        return;
    place_init(&place);
    file_write(place.file, "defaults { }", 0644);
    ck_assert_int_eq(chown(place.file, 12345, 0), 0);
    load_expect("another's file", place.file, "belongs to uid 12345");
    ck_assert_int_eq(chown(place.file, 0, 12345), 0);
    load_expect("another's group that may only read", place.file, NULL);
    ck_assert_int_eq(chown(place.folder, 12345, 0), 0);
    load_expect("another's folder", place.file, "belongs to uid 12345");
    ck_assert_int_eq(chown(place.folder, 0, 0), 0);

    ck_assert_int_eq(chmod(place.folder, 01777), 0);
    snprintf(path, sizeof(path), "%s/link", place.folder);
    ck_assert_int_eq(symlink("the.conf", path), 0);
    load_expect("root's link in root's sticky folder", path, NULL);
    ck_assert_int_eq(lchown(path, 12345, 12345), 0);
    load_expect("another's link in root's sticky folder", path, "belongs to uid 12345");

    ck_assert_int_eq(chown(place.file, 12345, 0), 0);
    ck_assert_int_eq(seteuid(12345), 0);
    load_expect("our own file, not being root", place.file, NULL);
    ck_assert_int_eq(seteuid(0), 0);
    place_deinit(&place);
}
END_TEST

/* Links are followed one at a time, and every folder on the way is checked. */
START_TEST(test_links)
{
    struct place place;
    char open_folder[96], safe[96], path[160], target[160];

    place_init(&place);
    file_write(place.file, "defaults { }", 0644);
    snprintf(open_folder, sizeof(open_folder), "%s/open", place.folder);
    snprintf(safe, sizeof(safe), "%s/safe", place.folder);
    ck_assert_int_eq(mkdir(open_folder, 0755), 0);
    ck_assert_int_eq(mkdir(safe, 0755), 0);
    ck_assert_int_eq(chmod(open_folder, 0777), 0);

    snprintf(path, sizeof(path), "%s/absolute", place.folder);
    ck_assert_int_eq(symlink(place.file, path), 0);
    load_expect("an absolute link", path, NULL);
    snprintf(path, sizeof(path), "%s/relative", safe);
    ck_assert_int_eq(symlink("..//./the.conf", path), 0);
    load_expect("a relative link, back up", path, NULL);
    snprintf(path, sizeof(path), "%s/folder", safe);
    ck_assert_int_eq(symlink(place.folder, path), 0);
    strcat(path, "/./safe/relative");
    load_expect("a link to a folder, and one below", path, NULL);

    snprintf(path, sizeof(path), "%s/link", open_folder);
    ck_assert_int_eq(symlink(place.file, path), 0);
    load_expect("a link that anybody may turn", path, others_write);
    snprintf(target, sizeof(target), "%s/../the.conf", open_folder);
    snprintf(path, sizeof(path), "%s/through", safe);
    ck_assert_int_eq(symlink(target, path), 0);
    load_expect("a link through an open folder", path, others_write);
    load_expect("a path through an open folder", target, others_write);

    snprintf(path, sizeof(path), "%s/loop", safe);
    ck_assert_int_eq(symlink("loop", path), 0);
    load_expect("a link to itself", path, strerror(ELOOP));
    snprintf(path, sizeof(path), "%s/dangling", safe);
    ck_assert_int_eq(symlink("gone", path), 0);
    load_expect("a link to nothing", path, strerror(ENOENT));
    place_deinit(&place);
}
END_TEST

/* Only a regular file of limited size is read, and opening a pipe does not block. */
START_TEST(test_files)
{
    struct place place;
    char path[PATH_MAX + 16];
    char *folder;

    place_init(&place);
    snprintf(path, sizeof(path), "%s/pipe", place.folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    load_expect("a pipe", path, "not a regular file");
    load_expect("a device", "/dev/null", "not a regular file");
    load_expect("a folder", place.folder, "this is a folder");
    load_expect("the root", "/", "this is a folder");
    load_expect("no file", place.file, strerror(ENOENT));
    load_expect("no path", "", strerror(ENOENT));

    file_write(place.file, "defaults { }", 0600);
    snprintf(path, sizeof(path), "%s/", place.file);
    load_expect("a file as a folder", path, "is no folder");
    snprintf(path, sizeof(path), "%s//.//the.conf", place.folder);
    load_expect("slashes and dots", path, NULL);
    folder = getcwd(NULL, 0);
    ck_assert_int_eq(chdir(place.folder), 0);
    load_expect("a relative path", "the.conf", NULL);
    ck_assert_int_eq(chdir(folder), 0);
    free(folder);
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    ck_assert_int_eq(
        policy_load(&(struct policy *){NULL}, path, suffixes, &(struct policy_error){.line = 0}),
        1);
    ck_assert_int_eq(truncate(place.file, POLICY_FILE_BYTES + 1), 0);
    load_expect("a byte too many", place.file, "larger than 4 MiB");
    file_write(place.file, "defaults { }", 0);
    if (geteuid() != 0)
        load_expect("a file that we may not read", place.file, strerror(EACCES));
    place_deinit(&place);
}
END_TEST

/* An error in a file has its line number. */
START_TEST(test_file_error)
{
    struct place place;
    struct policy *policy = NULL;
    struct policy_error error;

    place_init(&place);
    file_write(place.file, "\n\ndomain bank.example {\n frob = 1 }", 0600);
    ck_assert_int_eq(policy_load(&policy, place.file, suffixes, &error), 1);
    ck_assert_str_eq(error.file, place.file);
    ck_assert_uint_eq(error.line, 4);
    place_deinit(&place);
}
END_TEST

/*
 * Checks a path with policy_material_check and expects a refusal whose message contains `fragment`,
 * or success if `fragment` is NULL.
 */
static void check_expect(const char *intent, const char *path, const char *fragment)
{
    struct policy_error error = {0};
    unsigned n = descriptors_count();
    int r = policy_material_check(path, &error);

    ck_assert_uint_eq(descriptors_count(), n);
    ck_assert_msg(r == (fragment != NULL), "%s: %d: %s", intent, r, error.message);
    if (fragment)
        ck_assert_msg(strstr(error.message, fragment), "%s: %s", intent, error.message);
}

/*
 * A path that the policy names is safe if it and all files in it are safe, wherever links lead to.
 */
START_TEST(test_named)
{
    struct place place;
    char folder[96], path[160], link[160];

    place_init(&place);
    snprintf(folder, sizeof(folder), "%s/some", place.folder);
    snprintf(path, sizeof(path), "%s/one.pem", folder);
    snprintf(link, sizeof(link), "%s/link.pem", folder);
    ck_assert_int_eq(mkdir(folder, 0755), 0);
    check_expect("an empty folder", folder, NULL);
    check_expect("no file", path, strerror(ENOENT));

    file_write(path, "", 0644);
    check_expect("a file", path, NULL);
    check_expect("a folder with one", folder, NULL);
    file_write(path, "", 0664);
    check_expect("a file of its group's", path, others_write);
    check_expect("a folder with one of its group's", folder, others_write);
    file_write(path, "", 0644);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    check_expect("a folder of everybody's", folder, others_write);
    check_expect("a file in a folder of everybody's", path, others_write);
    ck_assert_int_eq(chmod(folder, 0755), 0);

    file_write(place.file, "", 0666);
    ck_assert_int_eq(symlink(place.file, link), 0);
    check_expect("a folder with a link to a file of everybody's", folder, others_write);
    file_write(place.file, "", 0644);
    check_expect("a folder with a link to a safe one", folder, NULL);
    ck_assert_int_eq(unlink(place.file), 0);
    check_expect("a folder with a link to nothing", folder, strerror(ENOENT));
    ck_assert_int_eq(unlink(link), 0);

    snprintf(path, sizeof(path), "%s/folder", folder);
    ck_assert_int_eq(mkdir(path, 0777), 0);
    snprintf(path, sizeof(path), "%s/pipe", folder);
    ck_assert_int_eq(mkfifo(path, 0666), 0);
    snprintf(path, sizeof(path), "%s/.hidden", folder);
    file_write(path, "", 0666);
    check_expect("what nobody reads", folder, NULL);
    place_deinit(&place);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_modes, test_owners, test_links, test_files, test_file_error, test_named,
    };

    return policy_suite_run("policy-file", tests, ROWS(tests));
}
