/* SPDX-License-Identifier: MIT */

/*
 * Tests of the cache: it answers only an equal request, within the window of the answer; it stays
 * within its bounds; and it keeps during a scan what is asked often.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/front/cache.h"
#include "daemon/front/hash.h"

#define CACHE_BYTES 1048576
#define FROM        1000
#define UNTIL       2000

static struct hash_secret secret;
static struct cache *cache;
static int64_t now_s, inexact_by_s;
static uint8_t payload[4096];
static const uint8_t reply[256] = "verdict";

static int64_t on_clock(void *context, bool exact)
{
    (void)context;
    return exact ? now_s : now_s + inexact_by_s;
}

static void setup(void)
{
    ck_assert_int_eq(hash_secret_init(&secret), 0);
    ck_assert_int_eq(cache_new(&cache, CACHE_BYTES, on_clock, NULL), 0);
    memset(payload, 0, sizeof(payload));
    now_s = FROM + 500;
    inexact_by_s = 0;
}

static void teardown(void)
{
    cache = cache_free(cache);
}

static struct request_key ask(size_t n)
{
    return (struct request_key){
        .payload = payload,
        .n_payload = n,
        .hash = hash_bytes(&secret, payload, n),
    };
}

static struct answer verdict(int64_t from, int64_t until)
{
    return (struct answer){
        .payload = reply,
        .n_payload = sizeof(reply),
        .audit = "line",
        .n_audit = 4,
        .from_s = from,
        .until_s = until,
        .summary = {.outcome = 7, .code = 3},
    };
}

static void keep(const struct request_key *question, int64_t from, int64_t until)
{
    const struct answer answer = verdict(from, until);

    cache_add(cache, question, &answer);
}

static bool knows(const struct request_key *question)
{
    struct answer answer;

    return cache_find(cache, question, &answer);
}

/* Makes request number `i` with a payload of n bytes. */
static struct request_key numbered(uint32_t i, size_t n)
{
    memcpy(payload, &i, sizeof(i));
    return ask(n);
}

START_TEST(answer_comes_back_whole)
{
    struct request_key question = ask(100);
    struct answer answer;

    ck_assert(!knows(&question));
    keep(&question, FROM, UNTIL);
    ck_assert(cache_find(cache, &question, &answer));
    ck_assert_uint_eq(answer.n_payload, sizeof(reply));
    ck_assert_mem_eq(answer.payload, reply, sizeof(reply));
    ck_assert_ptr_ne(answer.payload, reply);
    ck_assert_uint_eq(answer.n_audit, 4);
    ck_assert_mem_eq(answer.audit, "line", 4);
    ck_assert_uint_eq(answer.summary.outcome, 7);
    ck_assert_uint_eq(answer.summary.code, 3);
}
END_TEST

/* A request that differs in a byte, the length, the class or the scope is another request, even if
 * the hashes are equal. */
START_TEST(the_same_question_and_no_other)
{
    struct request_key question = ask(100), other;

    keep(&question, FROM, UNTIL);
    for (size_t i = 0; i < 100; i++) {
        other = question;
        payload[i] = 1;
        ck_assert(!knows(&other));
        payload[i] = 0;
    }
    other = question;
    other.n_payload = 99;
    ck_assert(!knows(&other));
    other = question;
    other.client_class = 1;
    ck_assert(!knows(&other));
    other = question;
    other.scope = request_key_scope_of_uid(0);
    ck_assert(!knows(&other));
    ck_assert(knows(&question));
}
END_TEST

static const struct {
    const char *intent;
    int64_t from, until, now, inexact_by;
    bool known;
} windows[] = {
    {"in the middle", FROM, UNTIL, 1500, 0, true},
    {"the first second counts", FROM, UNTIL, FROM, 0, true},
    {"the last second counts", FROM, UNTIL, UNTIL, 0, true},
    {"before it", FROM, UNTIL, FROM - 1, 0, false},
    {"after it", FROM, UNTIL, UNTIL + 1, 0, false},
    {"long after it", FROM, UNTIL, INT64_MAX, 0, false},
    {"long before it", FROM, UNTIL, INT64_MIN, 0, false},
    {"the inexact clock is behind, and it is over", FROM, UNTIL, UNTIL + 1, -1, false},
    {"the inexact clock is ahead, and it has not begun", FROM, UNTIL, FROM - 1, 1, false},
    {"the inexact clock is behind, and it is the last second", FROM, UNTIL, UNTIL, -1, true},
    {"one second long", FROM, FROM, FROM, 0, true},
    {"one second long, and over", FROM, FROM, FROM + 1, -1, false},
    {"for ever", INT64_MIN, INT64_MAX, 0, 0, true},
    {"for ever, at the end of time", INT64_MIN, INT64_MAX, INT64_MAX, 0, true},
    {"never", UNTIL, FROM, 1500, 0, false},
    {"never, by a second", FROM + 1, FROM, FROM, 0, false},
};

START_TEST(window_has_both_ends)
{
    struct request_key question = ask(100);

    keep(&question, windows[_i].from, windows[_i].until);
    now_s = windows[_i].now;
    inexact_by_s = windows[_i].inexact_by;
    ck_assert_msg(knows(&question) == windows[_i].known, "%s", windows[_i].intent);
}
END_TEST

/* An answer that was found outside its window is dropped: a clock that is set back does not revive
 * it. */
START_TEST(clock_set_back_revives_nothing)
{
    struct request_key question = ask(100);

    keep(&question, FROM, UNTIL);
    now_s = UNTIL + 1;
    ck_assert(!knows(&question));
    now_s = FROM;
    ck_assert(!knows(&question));
}
END_TEST

/* A new answer replaces the old one, even if the new one cannot be kept. */
START_TEST(newest_answer_holds)
{
    struct request_key question = ask(100);
    struct cache_figures figures;

    keep(&question, FROM, UNTIL);
    keep(&question, FROM, UNTIL);
    cache_measure(cache, &figures);
    ck_assert_uint_eq(figures.n_entries, 1);
    keep(&question, UNTIL, FROM);
    ck_assert(!knows(&question));
}
END_TEST

START_TEST(bounded_in_bytes)
{
    struct cache_figures figures;

    for (uint32_t i = 0; i < 20000; i++) {
        size_t n = 4 + (size_t)(i * 2654435761u) % (sizeof(payload) - 4);
        struct request_key question = numbered(i, n);

        keep(&question, FROM, UNTIL);
        cache_measure(cache, &figures);
        ck_assert_uint_le(figures.n_bytes, CACHE_BYTES);
        ck_assert(knows(&question));
    }
    ck_assert_uint_gt(figures.n_entries, 100);
    ck_assert_uint_gt(figures.n_bytes, CACHE_BYTES * 9 / 10);
    ck_assert_uint_gt(figures.n_evicted, 19000);
}
END_TEST

/* An answer so large that it would empty the cache is not kept, and no other answer is evicted. */
START_TEST(too_large_is_not_kept)
{
    static uint8_t large[CACHE_BYTES / 8];
    struct request_key question = ask(100), other = numbered(1, 100);
    struct answer answer = verdict(FROM, UNTIL);

    question = numbered(0, 100);
    keep(&question, FROM, UNTIL);
    answer.payload = large;
    answer.n_payload = sizeof(large);
    other = numbered(1, 100);
    cache_add(cache, &other, &answer);
    ck_assert(!knows(&other));
    question = numbered(0, 100);
    ck_assert(knows(&question));
}
END_TEST

/*
 * Answers that are asked for repeatedly stay in the cache while a hundred times as many are asked
 * for only once.
 */
START_TEST(scan_passes_by)
{
    unsigned n_known = 0;

    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 200; i++) {
            struct request_key question = numbered(i, 1000);

            if (!knows(&question))
                keep(&question, FROM, UNTIL);
        }
    }
    for (uint32_t i = 1000; i < 21000; i++) {
        struct request_key question = numbered(i, 1000);

        if (!knows(&question))
            keep(&question, FROM, UNTIL);
    }
    for (uint32_t i = 0; i < 200; i++) {
        struct request_key question = numbered(i, 1000);

        n_known += knows(&question);
    }
    ck_assert_uint_ge(n_known, 190);
}
END_TEST

/* An answer whose request comes back soon after the eviction enters the long queue. */
START_TEST(what_comes_back_stays)
{
    struct request_key question = numbered(0, 1000);

    keep(&question, FROM, UNTIL);
    for (uint32_t i = 1; i < 2000; i++) {
        struct request_key other = numbered(i, 1000);

        keep(&other, FROM, UNTIL);
    }
    question = numbered(0, 1000);
    ck_assert(!knows(&question));
    keep(&question, FROM, UNTIL);
    for (uint32_t i = 2000; i < 2500; i++) {
        struct request_key other = numbered(i, 1000);

        keep(&other, FROM, UNTIL);
    }
    question = numbered(0, 1000);
    ck_assert(knows(&question));
}
END_TEST

START_TEST(none_knows_nothing)
{
    struct request_key question = ask(100);
    const struct answer answer = verdict(FROM, UNTIL);
    struct answer found;
    struct cache_figures figures;

    cache_add(NULL, &question, &answer);
    ck_assert(!cache_find(NULL, &question, &found));
    cache_measure(NULL, &figures);
    ck_assert_uint_eq(figures.max_bytes, 0);
}
END_TEST

/* Only the answers of the given verifier are dropped, in both queues. */
START_TEST(answers_of_a_verifier_are_dropped)
{
    struct answer answer = verdict(FROM, UNTIL);
    struct request_key question;

    for (uint8_t i = 0; i < 200; i++) {
        payload[0] = i;
        question = ask(100);
        /* numbers of verifiers that share a list (VERIFIER_LISTS is 64) */
        answer.verifier = 1 + 64u * (i % 3);
        cache_add(cache, &question, &answer);
        ck_assert(knows(&question));
    }
    cache_drop_verifier(cache, 65);
    cache_drop_verifier(NULL, 65);
    for (uint8_t i = 0; i < 200; i++) {
        payload[0] = i;
        question = ask(100);
        ck_assert_int_eq(knows(&question), i % 3 != 1);
    }
}
END_TEST

/* A cache that has hardly room for its own tables keeps nothing and has no other fault. */
START_TEST(tiny_keeps_nothing)
{
    static const size_t sizes[] = {0, 1, 100, 1000, 2000, 3000};
    struct request_key question = ask(100);

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        cache_free(cache);
        ck_assert_int_eq(cache_new(&cache, sizes[i], on_clock, NULL), 0);
        keep(&question, FROM, UNTIL);
        ck_assert(!knows(&question));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cache");
    TCase *cases = tcase_create("cache");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, answer_comes_back_whole);
    tcase_add_test(cases, the_same_question_and_no_other);
    tcase_add_loop_test(cases, window_has_both_ends, 0, sizeof(windows) / sizeof(windows[0]));
    tcase_add_test(cases, clock_set_back_revives_nothing);
    tcase_add_test(cases, newest_answer_holds);
    tcase_add_test(cases, bounded_in_bytes);
    tcase_add_test(cases, too_large_is_not_kept);
    tcase_add_test(cases, scan_passes_by);
    tcase_add_test(cases, what_comes_back_stays);
    tcase_add_test(cases, none_knows_nothing);
    tcase_add_test(cases, tiny_keeps_nothing);
    tcase_add_test(cases, answers_of_a_verifier_are_dropped);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
