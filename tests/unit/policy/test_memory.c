/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <confuse.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/*
 * Fails every allocation in turn, also those that libc makes for itself. Each time loading has to
 * fail, nothing may leak, and there is no policy. The functions below replace libc's in the whole
 * program, so that a stream in memory, a copy of a string or the list of a directory fails inside
 * libc as it does when memory has run out.
 *
 * libconfuse crashes or exits when its own allocations fail. So within its functions only the
 * allocations of our callbacks fail, which are recognised by the address of their caller.
 */

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#ifndef IS_SANITIZED

/* The program hides its symbols by default; libc finds only symbols that are visible. */
#define REPLACES_LIBC __attribute__((visibility("default")))

extern const char __executable_start[], etext[];

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
cfg_t *__real_cfg_init(cfg_opt_t *options, cfg_flag_t flags);
int __real_cfg_parse_buf(cfg_t *cfg, const char *text);
cfg_t *__wrap_cfg_init(cfg_opt_t *options, cfg_flag_t flags);
int __wrap_cfg_parse_buf(cfg_t *cfg, const char *text);

static unsigned long left; /* the number of allocations until one fails; 0: none fails */
static bool goes_on;       /* after the failed allocation all later ones fail too */
static bool has_failed;
static bool in_libconfuse;

static bool is_ours(const void *caller)
{
    return (const char *)caller >= __executable_start && (const char *)caller < etext;
}

static bool fails(const void *caller)
{
    if (left == 0 || (in_libconfuse && !is_ours(caller)))
        return false;
    if (left > 1) {
        left--;
        return false;
    }
    left = goes_on ? 1 : 0;
    has_failed = true;
    errno = ENOMEM;
    return true;
}

REPLACES_LIBC void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

REPLACES_LIBC void *calloc(size_t n, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

REPLACES_LIBC void *realloc(void *old, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

/*
 * libc's own strdup calls malloc from within libc, so a call by one of our callbacks would look
 * like one by libconfuse.
 */
REPLACES_LIBC char *strdup(const char *string)
{
    size_t size = strlen(string) + 1;
    char *copy = fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);

    return copy ? memcpy(copy, string, size) : NULL;
}

cfg_t *__wrap_cfg_init(cfg_opt_t *options, cfg_flag_t flags)
{
    cfg_t *cfg;

    in_libconfuse = true;
    cfg = __real_cfg_init(options, flags);
    in_libconfuse = false;
    return cfg;
}

int __wrap_cfg_parse_buf(cfg_t *cfg, const char *string)
{
    int r;

    in_libconfuse = true;
    r = __real_cfg_parse_buf(cfg, string);
    in_libconfuse = false;
    return r;
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

static char *printed; /* the text of the last call of print() */

static int print(struct policy **policyp)
{
    size_t len = 0;

    return policy_print(*policyp, &printed, &len);
}

/*
 * Fails one allocation after the other. An attempt in which one fails has to fail, or to yield the
 * whole policy, since libc can do without some of its own allocations. The test library allocates
 * with the same functions, so nothing is asserted while an allocation may fail. Returns how many
 * allocations an attempt makes.
 */
static unsigned long exhaust(attempt_fn *attempt, const char *expected)
{
    for (unsigned long n = 1;; n++) {
        struct policy *policy = NULL;
        bool has_none_failed;
        int r;

        has_failed = false;
        left = n;
        r = attempt(&policy);
        left = 0;
        has_none_failed = !has_failed;
        ck_assert_msg(r == 0 || (has_failed && r == -ENOMEM), "allocation %lu: %d", n, r);
        ck_assert_msg((r == 0) == (policy != NULL), "allocation %lu: a policy is there", n);
        if (r == 0) {
            char *whole = print_text(policy);

            ck_assert_msg(strcmp(whole, expected) == 0, "allocation %lu: %s", n, whole);
            free(whole);
            policy_free(policy);
        }
        if (has_none_failed)
            return n - 1;
    }
}

/* Fails each allocation, first alone, then together with all later ones. */
static void exhaust_both_ways(attempt_fn *attempt, unsigned long n_least)
{
    struct policy *policy = NULL;
    char *expected;

    /* In glibc the first look-up of a user crashes if memory runs out; later ones return an error.
     */
    ck_assert_ptr_nonnull(getpwnam("root"));
    ck_assert_int_eq(attempt(&policy), 0);
    expected = print_text(policy);
    policy_free(policy);
    goes_on = false;
    ck_assert_uint_ge(exhaust(attempt, expected), n_least);
    goes_on = true;
    ck_assert_uint_ge(exhaust(attempt, expected), n_least);
    free(expected);
}

START_TEST(test_memory)
{
    exhaust_both_ways(policy_builtin, 10);
    exhaust_both_ways(parse, 100);
}
END_TEST

/* Printing returns the whole policy or a failure. */
START_TEST(test_print_memory)
{
    struct policy *policy = NULL;
    char *expected;
    int r = -ENOMEM;

    ck_assert_int_eq(parse(&policy), 0);
    expected = print_text(policy);
    for (unsigned long n = 1; r; n++) {
        printed = NULL;
        left = n;
        r = print(&policy);
        left = 0;
        ck_assert_int_eq(r == 0, printed != NULL);
        ck_assert(r == -ENOMEM || strcmp(printed, expected) == 0);
        ck_assert(r == 0 || n < 100);
        free(printed);
    }
    free(expected);
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
    exhaust_both_ways(load_tree, 100);
    for (unsigned i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%u.conf", root, i);
        ck_assert_int_eq(unlink(path), 0);
    }
    ck_assert_int_eq(rmdir(root), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_memory, test_print_memory, test_tree_memory};

    return policy_suite_run("policy-memory", tests, ROWS(tests));
}

#else

int main(void)
{
    puts("skipped: the sanitizer has an allocator of its own, which cannot be replaced");
    return 77;
}

#endif
