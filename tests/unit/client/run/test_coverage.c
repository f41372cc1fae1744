/* SPDX-License-Identifier: MIT */
/* The examination of programs: what it refuses, and that no file, however broken, is read beyond
 * its end. */

#include <check.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/run/coverage.h"

#define MUTATIONS_COUNT 1000
/* Headers lie at the beginning of a program, where most mutations go. */
#define HEAD_BYTES 4096

static uint8_t *program;
static size_t n_program;
static char reason[COVERAGE_REASON_BYTES];

/* Reads the program of this test, which is covered. */
static void setup(void)
{
    struct stat file;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    ck_assert_int_eq(fstat(fd, &file), 0);
    n_program = (size_t)file.st_size;
    program = malloc(n_program);
    ck_assert_ptr_nonnull(program);
    ck_assert_int_eq(read(fd, program, n_program), (ssize_t)n_program);
    close(fd);
}

static void teardown(void)
{
    free(program);
}

/* Examines bytes as a file. */
static int examine(const void *data, size_t len)
{
    int fd = memfd_create("program", MFD_CLOEXEC), r;

    ck_assert_int_eq(write(fd, data, len), (ssize_t)len);
    r = coverage_check_fd(fd, reason, sizeof(reason));
    close(fd);
    return r;
}

static ElfW(Phdr) * find_segment(uint32_t type)
{
    const ElfW(Ehdr) *header = (const void *)program;

    for (unsigned i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) *segment = (void *)(program + header->e_phoff + i * sizeof(*segment));

        if (segment->p_type == type)
            return segment;
    }
    return NULL;
}

START_TEST(test_covered)
{
    ck_assert_msg(examine(program, n_program) == 0, "%s", reason);
    ck_assert_int_eq(coverage_check("/nonexistent/program", reason, sizeof(reason)), 0);
}
END_TEST

START_TEST(test_refused)
{
    ElfW(Phdr) *loader = find_segment(PT_INTERP);

    ck_assert_ptr_nonnull(loader);
    memcpy(program + loader->p_offset, "/lib/ld-musl", 12);
    ck_assert_int_eq(examine(program, n_program), 1);
    ck_assert_ptr_nonnull(strstr(reason, "/lib/ld-musl"));
    loader->p_type = PT_NULL;
    ck_assert_int_eq(examine(program, n_program), 1);
    ck_assert_ptr_nonnull(strstr(reason, "linked statically"));
    program[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
    ck_assert_int_eq(examine(program, n_program), 1);
    ck_assert_ptr_nonnull(strstr(reason, "another machine"));
    ck_assert_int_eq(examine("no program", 10), 1);
    ck_assert_int_eq(examine("#!", 2), 1);
    ck_assert_int_eq(examine("#! \n", 4), 1);
    ck_assert_int_eq(examine("#!/nonexistent/interpreter -x", 29), 0);
}
END_TEST

/* A file that ends anywhere, or has any bytes changed, is examined or refused, and never read
 * beyond its end. */
START_TEST(test_broken)
{
    unsigned seed = 1;

    for (size_t len = 0; len < 2048; len += 7)
        (void)examine(program, len);
    for (int i = 0; i < MUTATIONS_COUNT; i++) {
        uint8_t saved[4];
        size_t at[4];

        for (int j = 0; j < 4; j++) {
            size_t room = rand_r(&seed) % 4 ? HEAD_BYTES : n_program;

            at[j] = (size_t)rand_r(&seed) % (room < n_program ? room : n_program);
            saved[j] = program[at[j]];
            program[at[j]] = (uint8_t)rand_r(&seed);
        }
        (void)examine(program, n_program);
        for (int j = 3; j >= 0; j--)
            program[at[j]] = saved[j];
    }
    ck_assert_int_eq(examine(program, n_program), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tcase = tcase_create("coverage");
    SRunner *runner;
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_covered);
    tcase_add_test(tcase, test_refused);
    tcase_add_test(tcase, test_broken);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
