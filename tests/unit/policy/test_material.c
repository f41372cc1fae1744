/* SPDX-License-Identifier: MIT */

/*
 * Tests that policy_material_check refuses a path if somebody else can write to any part of it,
 * also to the target of a link.
 */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

#define SOMEBODY 12345

static const char others_write[] = "may be written by its group or by others";
static const char belongs[] = "belongs to uid 12345";
static const char not_regular[] = "not a regular file";

/* Makes the file root/inner/file.pem, which is safe. */
static char root[64], inner[96], file[128], elsewhere[96];

static void setup(void)
{
    strcpy(root, "/tmp/test-policy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    ck_assert_int_eq(chmod(root, 0755), 0);
    snprintf(inner, sizeof(inner), "%s/inner", root);
    snprintf(file, sizeof(file), "%s/file.pem", inner);
    snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere.pem", root);
    ck_assert_int_eq(mkdir(inner, 0755), 0);
}

static void teardown(void)
{
    char command[160];

    snprintf(command, sizeof(command), "chmod -R u+rwx '%s'; rm -rf '%s'", root, root);
    ck_assert_int_eq(system(command), 0);
}

static void put(const char *path, mode_t mode)
{
    FILE *made = fopen(path, "w");

    ck_assert_ptr_nonnull(made);
    ck_assert_int_eq(fclose(made), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
}

static void give(const char *path)
{
    ck_assert_int_eq(lchown(path, SOMEBODY, SOMEBODY), 0);
}

static void link_to(const char *target)
{
    ck_assert_int_eq(symlink(target, file), 0);
}

static void plain(void)
{
    put(file, 0644);
}
static void file_of_somebody(void)
{
    put(file, 0644);
    give(file);
}
static void folder_of_somebody(void)
{
    put(file, 0644);
    give(inner);
}
static void folder_above_of_somebody(void)
{
    put(file, 0644);
    give(root);
}
static void folder_above_of_everybody(void)
{
    put(file, 0644);
    ck_assert_int_eq(chmod(root, 0777), 0);
}
static void sticky_of_ours(void)
{
    put(file, 0644);
    ck_assert_int_eq(chmod(inner, 01777), 0);
}
static void sticky_with_a_file_of_somebody(void)
{
    sticky_of_ours();
    give(file);
}
static void sticky_of_somebody(void)
{
    sticky_of_ours();
    give(inner);
}
static void sticky_with_a_link_of_somebody(void)
{
    put(elsewhere, 0644);
    link_to(elsewhere);
    ck_assert_int_eq(chmod(inner, 01777), 0);
    give(file);
}
static void link_out_of_a_safe_folder(void)
{
    char folder[96], target[128];

    snprintf(folder, sizeof(folder), "%s/open", root);
    snprintf(target, sizeof(target), "%s/x.pem", folder);
    ck_assert_int_eq(mkdir(folder, 0755), 0);
    put(target, 0644);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    link_to(target);
}
static void link_by_way_of_an_open_folder(void)
{
    char folder[96], target[160];

    snprintf(folder, sizeof(folder), "%s/open", root);
    snprintf(target, sizeof(target), "%s/../elsewhere.pem", folder);
    ck_assert_int_eq(mkdir(folder, 0755), 0);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    put(elsewhere, 0644);
    link_to(target);
}
static void safe_link(void)
{
    put(elsewhere, 0644);
    link_to("../elsewhere.pem");
}
static void endless_link(void)
{
    link_to(file);
}
static void pipe_of_ours(void)
{
    ck_assert_int_eq(mkfifo(file, 0600), 0);
}
static void link_to_a_device(void)
{
    link_to("/dev/null");
}
static void socket_of_ours(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_uint_lt(strlen(file), sizeof(address.sun_path));
    memcpy(address.sun_path, file, strlen(file));
    ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

/*
 * The message with which the file is to be refused, and that with which its folder is; NULL: it is
 * safe.
 */
static const struct {
    const char *intent;
    void (*make)(void);
    const char *of_file;
    const char *of_folder;
    bool by_root; /* only root can set this case up */
} rows[] = {
    {"all ours", plain, NULL, NULL, false},
    {"a file of somebody's", file_of_somebody, belongs, belongs, true},
    {"a folder of somebody's", folder_of_somebody, belongs, belongs, true},
    {"a folder above of somebody's", folder_above_of_somebody, belongs, belongs, true},
    {"a folder above of everybody's", folder_above_of_everybody, others_write, others_write, false},
    {"root's sticky folder, a file of ours", sticky_of_ours, NULL, NULL, true},
    {"root's sticky folder, a file of somebody's", sticky_with_a_file_of_somebody, belongs, belongs,
     true},
    {"somebody's sticky folder", sticky_of_somebody, belongs, belongs, true},
    {"root's sticky folder, a link of somebody's to ours", sticky_with_a_link_of_somebody, belongs,
     belongs, true},
    {"a link of ours into an open folder", link_out_of_a_safe_folder, others_write, others_write,
     false},
    {"a link of ours by way of an open folder", link_by_way_of_an_open_folder, others_write,
     others_write, false},
    {"a link of ours to a file of ours", safe_link, NULL, NULL, false},
    {"a link to itself", endless_link, "Too many levels", "Too many levels", false},
    {"a pipe", pipe_of_ours, not_regular, NULL, false},
    {"a socket", socket_of_ours, not_regular, NULL, false},
    {"a link to a device", link_to_a_device, not_regular, not_regular, false},
};

static void expect(const char *intent, const char *path, const char *fragment)
{
    struct policy_error error = {0};
    int r = policy_material_check(path, &error);

    ck_assert_msg(r == (fragment != NULL), "%s: %s: %d %s", intent, path, r, error.message);
    if (fragment)
        ck_assert_msg(strstr(error.message, fragment), "%s: %s", intent, error.message);
}

START_TEST(material)
{
    if (rows[_i].by_root && geteuid() != 0)
        return;
    rows[_i].make();
    expect(rows[_i].intent, file, rows[_i].of_file);
    expect(rows[_i].intent, inner, rows[_i].of_folder);
}
END_TEST

/* A path at which a new file may be made is safe if its folder is. */
START_TEST(place)
{
    struct policy_error error = {0};
    char path[160];

    ck_assert_int_eq(policy_place_check(file, &error), 0);
    put(file, 0666);
    ck_assert_int_eq(policy_place_check(file, &error), 0);
    ck_assert_int_eq(chmod(inner, 0775), 0);
    ck_assert_int_eq(policy_place_check(file, &error), 1);
    ck_assert_ptr_nonnull(strstr(error.message, others_write));
    ck_assert_int_eq(chmod(inner, 0755), 0);
    snprintf(path, sizeof(path), "%s/none/file", inner);
    ck_assert_int_eq(policy_place_check(path, &error), 1);
    ck_assert_ptr_nonnull(strstr(error.message, strerror(ENOENT)));
    snprintf(path, sizeof(path), "%s/below", file);
    ck_assert_int_eq(policy_place_check(path, &error), 1);
    ck_assert_int_eq(chdir(inner), 0);
    ck_assert_int_eq(policy_place_check("file", &error), 0);
    ck_assert_int_eq(chmod(inner, 0777), 0);
    ck_assert_int_eq(policy_place_check("file", &error), 1);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(policy_place_check("/file", &error), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy-material");
    TCase *tests = tcase_create("places");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, material, 0, (int)ROWS(rows));
    tcase_add_test(tests, place);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
