/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/*
 * Tests configurations of several files: which files are read, in which order, and which sections
 * they may have together.
 */

static const char *const folders[] = {"lib", "run", "etc"};

#define FOLDERS_COUNT (sizeof(folders) / sizeof(folders[0]))

struct place {
    char root[64];
    char main[96];
    char paths[FOLDERS_COUNT][96];
    const char *directories[FOLDERS_COUNT];
    struct policy_tree tree;
};

static void place_init(struct place *place)
{
    strcpy(place->root, "/tmp/test-policy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place->root));
    snprintf(place->main, sizeof(place->main), "%s/main.conf", place->root);
    for (size_t i = 0; i < FOLDERS_COUNT; i++) {
        snprintf(place->paths[i], sizeof(place->paths[i]), "%s/%s", place->root, folders[i]);
        ck_assert_int_eq(mkdir(place->paths[i], 0755), 0);
        place->directories[i] = place->paths[i];
    }
    place->tree = (struct policy_tree){
        .main = place->main,
        .directories = place->directories,
        .n_directories = FOLDERS_COUNT,
    };
}

static void place_deinit(struct place *place)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf '%s'", place->root);
    ck_assert_int_eq(system(command), 0);
}

static void file_put(const struct place *place, const char *name, const char *text)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", place->root, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, 0644), 0);
}

static void link_put(const struct place *place, const char *name, const char *target)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", place->root, name);
    ck_assert_int_eq(symlink(target, path), 0);
}

static struct policy *load(const struct place *place)
{
    struct policy *policy = NULL;
    struct policy_error error = {.line = 0};
    int r = policy_load_tree(&policy, &place->tree, suffixes, &error);

    ck_assert_msg(r == 0, "%s:%u: %s", error.file, error.line, error.message);
    return policy;
}

static void refuse(const struct place *place, const char *file, unsigned line, const char *fragment)
{
    struct policy *policy = NULL;
    struct policy_error error = {.line = UINT_MAX};

    ck_assert_int_eq(policy_load_tree(&policy, &place->tree, suffixes, &error), 1);
    ck_assert_ptr_null(policy);
    ck_assert_msg(strstr(error.message, fragment), "%s", error.message);
    ck_assert_msg(strlen(error.file) >= strlen(file) &&
                      strcmp(error.file + strlen(error.file) - strlen(file), file) == 0,
                  "%s: %s", error.file, error.message);
    ck_assert_uint_eq(error.line, line);
}

/* Asserts that the section for d.example is in `file`, at `line`. */
static void origin_expect(const struct policy *policy, const char *file, unsigned line)
{
    const struct policy_origin *origin = &rule_of(policy, "d.example")->origin;

    ck_assert_msg(strstr(origin->file, file), "%s instead of %s", origin->file, file);
    ck_assert_uint_eq(origin->line, line);
}

/* All files together make one policy, and each section's origin has its file. */
START_TEST(test_merge)
{
    struct place place;
    struct policy *policy;
    struct policy_texts files;

    place_init(&place);
    file_put(&place, "main.conf", "defaults { common-name = yes }\ndomain a.example { }\n");
    file_put(&place, "lib/50-b.conf", "\n\ndomain d.example { pinset = bank }\n");
    file_put(&place, "etc/10-a.conf", BANK_PINS);
    file_put(&place, "run/90-c.conf", "limits { workers = 3 }");
    file_put(&place, "etc/README", "this is none");
    file_put(&place, "etc/.hidden.conf", "nor is this");
    file_put(&place, "etc/.conf", "nor this");
    file_put(&place, "etc/x.conf.bak", "nor this");
    policy = load(&place);
    origin_expect(policy, "/lib/50-b.conf", 3);
    ck_assert_str_eq(rule_of(policy, "d.example")->pinset->name, "bank");
    ck_assert_int_eq(rule_of(policy, "d.example")->rules.common_name, RULE_COMMON_NAME_YES);
    ck_assert_uint_eq(policy_limits(policy)->workers, 3);
    files = policy_files(policy);
    ck_assert_uint_eq(files.n_texts, 4);
    ck_assert_str_eq(files.texts[0], place.main);
    ck_assert_ptr_nonnull(strstr(files.texts[1], "/etc/10-a.conf"));
    ck_assert_ptr_nonnull(strstr(files.texts[2], "/lib/50-b.conf"));
    ck_assert_ptr_nonnull(strstr(files.texts[3], "/run/90-c.conf"));
    policy_free(policy);
    place_deinit(&place);
}
END_TEST

/*
 * A file in a later directory replaces one of the same name in an earlier directory, which is not
 * even opened.
 */
START_TEST(test_masking)
{
    struct place place;
    struct policy *policy;

    place_init(&place);
    file_put(&place, "main.conf", "");
    file_put(&place, "lib/d.conf", "domain d.example { }");
    policy = load(&place);
    origin_expect(policy, "/lib/d.conf", 1);
    policy_free(policy);

    file_put(&place, "run/d.conf", "\ndomain d.example { }");
    policy = load(&place);
    origin_expect(policy, "/run/d.conf", 2);
    policy_free(policy);

    file_put(&place, "lib/d.conf", "this is {{ broken");
    file_put(&place, "etc/d.conf", "\n\ndomain d.example { }");
    policy = load(&place);
    origin_expect(policy, "/etc/d.conf", 3);
    policy_free(policy);

    file_put(&place, "etc/d.conf", "");
    policy = load(&place);
    ck_assert_str_eq(rule_of(policy, "d.example")->origin.section, "built-in defaults");
    policy_free(policy);
    place_deinit(&place);
}
END_TEST

/*
 * A link to /dev/null masks files of its name. A link to another device does not, nor does a link
 * that belongs to another user.
 */
START_TEST(test_null)
{
    struct place place;
    struct policy *policy;
    char path[160];

    place_init(&place);
    file_put(&place, "main.conf", "");
    file_put(&place, "lib/d.conf", "domain d.example { }");
    link_put(&place, "etc/d.conf", "/dev/null");
    policy = load(&place);
    ck_assert_str_eq(rule_of(policy, "d.example")->origin.section, "built-in defaults");
    ck_assert_uint_eq(policy_files(policy).n_texts, 1);
    policy_free(policy);

    snprintf(path, sizeof(path), "%s/etc/d.conf", place.root);
    if (geteuid() == 0) {
        ck_assert_int_eq(lchown(path, 12345, 12345), 0);
        refuse(&place, "/etc/d.conf", 0, "belongs to uid 12345");
    }
    ck_assert_int_eq(unlink(path), 0);
    link_put(&place, "etc/d.conf", "/dev/zero");
    refuse(&place, "/etc/d.conf", 0, "not a regular file");
    place_deinit(&place);
}
END_TEST

/* Missing directories count as empty. Without any file the policy is the built-in one. */
START_TEST(test_absent)
{
    struct place place;
    struct policy *policy;

    place_init(&place);
    for (size_t i = 0; i < FOLDERS_COUNT; i++)
        ck_assert_int_eq(rmdir(place.paths[i]), 0);
    place.tree.main = NULL;
    policy = load(&place);
    ck_assert_str_eq(rule_default(policy)->origin.section, "built-in policy");
    policy_free(policy);

    place.tree.main = place.main;
    refuse(&place, "/main.conf", 0, "No such file");
    file_put(&place, "main.conf", "domain d.example { }");
    policy = load(&place);
    origin_expect(policy, "/main.conf", 1);
    policy_free(policy);

    ck_assert_int_eq(mkdir(place.paths[2], 0755), 0);
    file_put(&place, "etc/d.conf", "domain x.d.example { }");
    place.tree.main = NULL;
    policy = load(&place);
    ck_assert_str_eq(rule_default(policy)->origin.section, "built-in defaults");
    ck_assert_uint_eq(policy_files(policy).n_texts, 1);
    policy_free(policy);
    link_put(&place, "run", "nowhere");
    refuse(&place, "/run", 0, "No such file");
    place_deinit(&place);
}
END_TEST

struct together_row {
    const char *intent;
    const char *main;
    const char *drop_in;
    const char *fragment;
};

static const struct together_row together_rows[] = {
    {"defaults", "\ndefaults { }", "\n\ndefaults { }", "main.conf, line 2: keep one"},
    {"limits", "limits { }", "\n\nlimits { }", "a second section \"limits\""},
    {"record", "record { file = /r }", "\n\nrecord { file = /s }", "main.conf, line 1"},
    {"metrics", "metrics { socket = /m }", "\n\nmetrics { socket = /m }", "main.conf, line 1"},
    {"a domain", "domain a.example { }", "\n\ndomain A.example { }", "is already defined in"},
    {"a pinset", BANK_PINS, "\n\n" BANK_PINS, "main.conf, line 1, as pinset \"bank\""},
    {"a trust", "trust a { file = /a }", "\n\ntrust a { file = /b }", "main.conf, line 1"},
    {"a denial", "deny a { names = a.example }", "\n\ndeny a { names = b.example }",
     "main.conf, line 1"},
    {"a client", "client a { uid = 1 }", "\n\nclient a { uid = 2 }", "main.conf, line 1"},
    {"the unidentified", "client unidentified { }", "\n\nclient unidentified { }",
     "main.conf, line 1"},
    {"an exemption", "domain a.example { subdomains = all exempt = x.a.example }",
     "\n\ndomain x.a.example { }", "main.conf, line 1"},
};

/*
 * A section that may occur once may occur only once in all files together; the refusal names both
 * places.
 */
START_TEST(test_together)
{
    for (size_t i = 0; i < ROWS(together_rows); i++) {
        struct place place;

        place_init(&place);
        file_put(&place, "main.conf", together_rows[i].main);
        file_put(&place, "etc/d.conf", together_rows[i].drop_in);
        refuse(&place, "/etc/d.conf", 3, together_rows[i].fragment);
        place_deinit(&place);
    }
}
END_TEST

/*
 * Drop-ins and their directories have to be as safe as the main file, and all files together may be
 * as large as one.
 */
START_TEST(test_safety)
{
    struct place place;
    char path[160];
    char *large;

    place_init(&place);
    file_put(&place, "main.conf", "");
    file_put(&place, "etc/d.conf", "domain d.example {");
    refuse(&place, "/etc/d.conf", 1, "the text ends");
    snprintf(path, sizeof(path), "%s/etc/d.conf", place.root);
    ck_assert_int_eq(chmod(path, 0664), 0);
    refuse(&place, "/etc/d.conf", 0, "may be written by its group");
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    refuse(&place, "/etc/d.conf", 0, "a folder");
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(chmod(place.paths[0], 0777), 0);
    refuse(&place, "/lib", 0, "may be written by its group");
    ck_assert_int_eq(chmod(place.paths[0], 0755), 0);
    ck_assert_int_eq(rmdir(place.paths[1]), 0);
    file_put(&place, "run", "");
    refuse(&place, "/run", 0, "not a folder");
    snprintf(path, sizeof(path), "%s/run", place.root);
    ck_assert_int_eq(unlink(path), 0);

    large = text_fill("", ' ', POLICY_FILE_BYTES - 1);
    file_put(&place, "main.conf", large);
    file_put(&place, "etc/a.conf", "\n");
    policy_free(load(&place));
    file_put(&place, "etc/a.conf", "\n\n");
    refuse(&place, "/etc/a.conf", 0, "larger than 4 MiB");
    free(large);
    place_deinit(&place);
}
END_TEST

/* The greatest number of drop-ins is accepted, and one more is refused. */
START_TEST(test_many)
{
    struct place place;
    struct policy *policy;
    char name[64];

    place_init(&place);
    file_put(&place, "main.conf", "");
    for (unsigned i = 0; i < POLICY_DROP_INS_COUNT; i++) {
        char text[64];

        snprintf(name, sizeof(name), "%s/%u.conf", folders[i % FOLDERS_COUNT], i);
        snprintf(text, sizeof(text), "domain d%u.example { }", i);
        file_put(&place, name, text);
    }
    policy = load(&place);
    ck_assert_uint_eq(policy_files(policy).n_texts, POLICY_DROP_INS_COUNT + 1);
    policy_free(policy);
    file_put(&place, "lib/last.conf", "");
    refuse(&place, "", 0, "more than 256 files");
    place_deinit(&place);
}
END_TEST

/* The same sections are printed as the same bytes, whether they are in one file or in several. */
START_TEST(test_print_alike)
{
    struct place place;
    struct policy *tree, *one;
    char *printed, *expected;

    place_init(&place);
    file_put(&place, "main.conf", "defaults { path = always }\nclient b { uid = 2 }");
    file_put(&place, "lib/z.conf", "domain z.example { trust = corp }\nclient a { uid = 1 }");
    file_put(&place, "etc/a.conf", "trust corp { file = /etc/corp.pem }\ndomain a.example { }");
    tree = load(&place);
    one = accept_text("trust corp { file = /etc/corp.pem }\ndefaults { path = always }\n"
                      "domain a.example { path = always }\ndomain z.example { trust = { corp } }\n"
                      "client b { uid = 2 }\nclient a { uid = 1 }");
    printed = print_text(tree);
    expected = print_text(one);
    ck_assert_str_eq(printed, expected);
    free(printed);
    free(expected);
    policy_free(tree);
    policy_free(one);
    place_deinit(&place);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_merge,    test_masking, test_null, test_absent,
        test_together, test_safety,  test_many, test_print_alike,
    };

    return policy_suite_run("policy-tree", tests, ROWS(tests));
}
