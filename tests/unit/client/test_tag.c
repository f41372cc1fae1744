/* SPDX-License-Identifier: MIT */
/*
 * Tests of tags: the hash, that each process has its own key, and that each tag belongs to one
 * question.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/lib/process_mark.h"
#include "client/lib/siphash.h"
#include "client/lib/tag.h"
#include "tests/unit/client/client_fixture.h"

static uint64_t hash_in_parts(const uint8_t *key, const uint8_t *data, size_t n, size_t n_first)
{
    struct siphash hash;

    siphash_init(&hash, key);
    siphash_add(&hash, data, n_first);
    siphash_add(&hash, NULL, 0);
    siphash_add(&hash, data + n_first, n - n_first);
    return siphash_end(&hash);
}

/*
 * The hashes of the bytes 0, 1, 2, ... are compared with those of CPython 3.11, which hashes bytes
 * objects by SipHash-1-3: PYTHONHASHSEED=0 is a key of zeros, PYTHONHASHSEED=1 the second key.
 */
START_TEST(test_siphash)
{
    static const uint8_t keys[2][SIPHASH_KEY_BYTES] = {{0},
                                                       {0x29, 0x23, 0xbe, 0x84, 0xe1, 0x6c, 0xd6,
                                                        0xae, 0x52, 0x90, 0x49, 0xf1, 0xf1, 0xbb,
                                                        0xe9, 0xeb}};
    static const struct {
        size_t n;
        uint64_t hashes[2];
    } rows[] = {
        {1, {UINT64_C(0x68a914128e01e473), UINT64_C(0xecd3e5afcecda4b9)}},
        {7, {UINT64_C(0x2f098ab0c751325a), UINT64_C(0xfd15e78052a69ddf)}},
        {8, {UINT64_C(0xead411e67ebe2eea), UINT64_C(0xc0b5739e7e28dd01)}},
        {9, {UINT64_C(0x75927f9d95124362), UINT64_C(0x208a1a5a0cbbf778)}},
        {15, {UINT64_C(0xf30eb725bb91c9ea), UINT64_C(0xfa87985f39e97a53)}},
        {16, {UINT64_C(0x8972188433a5c5b7), UINT64_C(0x12e9d283f9f37002)}},
        {63, {UINT64_C(0x385d3e39e5f37359), UINT64_C(0x542052345bc68274)}},
        {64, {UINT64_C(0x75e05fd5bbc870c6), UINT64_C(0x7e644b6edc375dc8)}},
    };
    uint8_t data[64];

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)i;
    for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
        for (size_t cut = 0; cut <= rows[i].n; cut++) {
            ck_assert_uint_eq(hash_in_parts(keys[0], data, rows[i].n, cut), rows[i].hashes[0]);
            ck_assert_uint_eq(hash_in_parts(keys[1], data, rows[i].n, cut), rows[i].hashes[1]);
        }
    }
}
END_TEST

/* Equal questions have different tags, and two sources have no tag in common. */
START_TEST(test_tags)
{
    static uint64_t tags[300];
    struct bytes payload = BYTES("payload");
    struct tag_source sources[2];

    ck_assert_int_eq(tag_source_init(&sources[0]), 0);
    ck_assert_int_eq(tag_source_init(&sources[1]), 0);
    for (size_t i = 0; i < N_ELEMENTS(tags); i++) {
        tags[i] = tag_next(&sources[i % 2], FRAME_KIND_VERIFY, payload);
        ck_assert_uint_ne(tags[i], 0);
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_ne(tags[i], tags[j]);
    }
}
END_TEST

/*
 * With one key and one counter, as in two processes after a fork, the tags differ if the kinds or
 * the payloads differ.
 */
START_TEST(test_bound)
{
    struct tag_source source;
    struct tag_source copies[4];
    uint64_t tag;

    ck_assert_int_eq(tag_source_init(&source), 0);
    for (size_t i = 0; i < N_ELEMENTS(copies); i++)
        copies[i] = source;
    tag = tag_next(&copies[0], FRAME_KIND_VERIFY, BYTES("a question"));
    ck_assert_uint_eq(tag, tag_next(&copies[1], FRAME_KIND_VERIFY, BYTES("a question")));
    ck_assert_uint_ne(tag, tag_next(&copies[2], FRAME_KIND_VERIFY, BYTES("a questiom")));
    ck_assert_uint_ne(tag, tag_next(&copies[3], FRAME_KIND_STATUS, BYTES("a question")));
}
END_TEST

/*
 * A child is recognised even if its pid equals its parent's, as that of the first process of a pid
 * namespace may; the test makes the child's mark look like that.
 */
START_TEST(test_process_mark)
{
    struct process_mark mark = {0};
    int status;
    pid_t child;

    ck_assert(!process_mark_is_ours(&mark));
    process_mark_set(&mark);
    ck_assert(process_mark_is_ours(&mark));
    child = fork();
    if (child == 0) {
        bool was_ours;

        mark.pid = getpid();
        was_ours = process_mark_is_ours(&mark);
        process_mark_set(&mark);
        _exit(mark.page && !was_ours && process_mark_is_ours(&mark) ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(process_mark_is_ours(&mark));
    process_mark_clear(&mark);
    process_mark_clear(&mark);
    ck_assert(!process_mark_is_ours(&mark));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-tag");
    TCase *tests = tcase_create("client-tag");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(tests, test_siphash);
    tcase_add_test(tests, test_tags);
    tcase_add_test(tests, test_bound);
    tcase_add_test(tests, test_process_mark);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
