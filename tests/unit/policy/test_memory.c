/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/* Fails every allocation of the policy's code once, in turn: each time the result is -ENOMEM,
 * nothing leaks and there is no policy. The linker replaces these functions for the project's own
 * objects only. */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_reallocarray(void *old, size_t n, size_t size);
char *__real_strdup(const char *text);
FILE *__real_open_memstream(char **textp, size_t *lenp);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size);
char *__wrap_strdup(const char *text);
FILE *__wrap_open_memstream(char **textp, size_t *lenp);

static unsigned long left; /* the number of allocations until one fails; 0: none fails */
static bool has_failed;

static bool fails(void)
{
    if (left == 0 || --left > 0)
        return false;
    has_failed = true;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_reallocarray(void *old, size_t n, size_t size)
{
    return fails() ? NULL : __real_reallocarray(old, n, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

FILE *__wrap_open_memstream(char **textp, size_t *lenp)
{
    return fails() ? NULL : __real_open_memstream(textp, lenp);
}

static const char text[] =
    "defaults { path = always trust = { corp, system } rules-report = openssl }\n"
    "trust corp { file = { /a, /b } crls = /c permitted-dns = { a.example, b.example } "
    "permitted-ip = { \"10.0.0.0/8\", ::1 } distrust-after = \"2027-06-30\" }\n" BANK_PINS
    "pinset two { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } bad-spki-sha256 = \"" PIN_C
    "\" expires = \"2027-06-30\" }\n"
    "deny a { names = { zip, 10.0.0.1 } spki-sha256 = \"" PIN_D "\" issuer-sha256 = \"" PIN_A
    "\" serials = { 1, 2 } }\n"
    "domain d.example { subdomains = all exempt = { x.d.example } pinset = two max-depth = 2 }\n"
    "domain \"10.0.0.0/8\" { exempt = { 10.1.1.1 } }\n"
    "client c { uid = { root, 7 } gid = 9 request-time = yes }\n"
    "client unidentified { path = always }\n"
    "limits { workers = 2 cache = 1M }\n"
    "record { file = /r }\nmetrics { socket = /m }\n";

typedef int attempt_fn(struct policy **policyp);

static int parse(struct policy **policyp)
{
    struct policy_error error;

    return policy_parse(policyp, "test.conf", text, strlen(text), suffixes, &error);
}

static char root[64];

static int load_tree(struct policy **policyp)
{
    const char *const directories[] = {root};
    const struct policy_tree tree = {.directories = directories, .n_directories = 1};
    struct policy_error error;

    return policy_load_tree(policyp, &tree, suffixes, &error);
}

static int print(struct policy **policyp)
{
    struct policy *policy = *policyp;
    char *printed = NULL;
    size_t len = 0;
    int r = policy_print(policy, &printed, &len);

    free(printed);
    return r;
}

/* Returns how many allocations were made. The test library allocates by the same functions, so
 * nothing is asserted while one may fail. */
static unsigned long exhaust(attempt_fn *attempt, struct policy *given)
{
    for (unsigned long n = 1;; n++) {
        struct policy *policy = given;
        int r;

        has_failed = false;
        left = n;
        r = attempt(&policy);
        left = 0;
        if (!has_failed) {
            ck_assert_int_eq(r, 0);
            if (!given)
                policy_free(policy);
            return n - 1;
        }
        ck_assert_msg(r == -ENOMEM, "allocation %lu: %d", n, r);
        ck_assert_ptr_eq(policy, given);
    }
}

START_TEST(test_memory)
{
    struct policy *policy = NULL;

    ck_assert_uint_gt(exhaust(policy_builtin, NULL), 10);
    ck_assert_uint_gt(exhaust(parse, NULL), 100);
    ck_assert_int_eq(parse(&policy), 0);
    ck_assert_uint_ge(exhaust(print, policy), 1);
    policy_free(policy);
}
END_TEST

START_TEST(test_tree_memory)
{
    char path[96];
    FILE *file;

    strcpy(root, "/tmp/test-policy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    for (unsigned i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%u.conf", root, i);
        file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        fputs(i == 0 ? text : "domain e.example { }", file);
        ck_assert_int_eq(fclose(file), 0);
        ck_assert_int_eq(chmod(path, 0644), 0);
    }
    ck_assert_uint_gt(exhaust(load_tree, NULL), 100);
    for (unsigned i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%u.conf", root, i);
        ck_assert_int_eq(unlink(path), 0);
    }
    ck_assert_int_eq(rmdir(root), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_memory, test_tree_memory};

    return policy_suite_run("policy-memory", tests, ROWS(tests));
}
