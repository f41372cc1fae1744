/* SPDX-License-Identifier: MIT */

/*
 * Tests verifiers that an attacker has taken over. A thousand of them, one after the other, reply
 * with wrong tags, wide windows, huge CPU times and wrong lengths, late or twice, or not at all,
 * and end. After the end of a verifier nothing that it said is answered, and nobody except the
 * requester is charged.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/limits.h"
#include "tests/unit/front/verifiers_fixture.h"

#define TAKEOVERS_COUNT 1000
#define HOUR_S          3600

static struct play play;

static void setup(void)
{
    play_begin(&play);
}

static void teardown(void)
{
    play_end(&play);
}

enum lie {
    LIE_NONE = 0, /* the reply is well-formed; only the note before it lies */
    LIE_TAG,
    LIE_LENGTH,
    LIE_TWICE,
    LIE_SILENCE,
    N_LIES,
};

static void send_lie(int verifier, const struct taken *taken, enum lie lie)
{
    const struct note note = {
        .from_s = INT64_MIN,
        .until_s = INT64_MAX,
        .outcome = 1,
        .cpu_us = UINT32_MAX,
    };
    uint8_t rubbish[sizeof(struct note) + FRAME_HEADER_BYTES + 4] = {0};

    switch (lie) {
    case LIE_TWICE:
        play_reply(verifier, taken->number, FRAME_KIND_VERDICT, &note, "lie", 3);
        /* fall through */
    case LIE_NONE:
        play_reply(verifier, taken->number, FRAME_KIND_VERDICT, &note, "lie", 3);
        break;
    case LIE_TAG:
        play_reply(verifier, taken->number + 1, FRAME_KIND_VERDICT, &note, "lie", 3);
        break;
    case LIE_LENGTH:
        ck_assert_int_gt(send(verifier, rubbish, (size_t)rand() % sizeof(rubbish) + 1, 0), 0);
        break;
    default:
        break;
    }
}

/* Returns the verdict that is cached for this payload, or NULL. */
static const struct answer *find_remembered(const char *payload, size_t n)
{
    return play_ask(&play, 1, 1000, payload, n) == DISPATCH_KNOWN ? &play.known : NULL;
}

START_TEST(lies_end_with_the_verifier)
{
    size_t n_answered = 0;

    srand(12);
    for (uint32_t i = 1; i <= TAKEOVERS_COUNT; i++) {
        int verifier = play_add_verifier(&play, i, 1);
        enum lie lie = (enum lie)(rand() % N_LIES);
        struct taken taken;
        char payload[16];
        int n = snprintf(payload, sizeof(payload), "request %u", i);

        ck_assert_int_eq(play_ask(&play, 0, i, payload, (size_t)n), DISPATCH_WAITS);
        ck_assert(play_take(verifier, &taken));
        send_lie(verifier, &taken, lie);
        if (lie != LIE_SILENCE)
            play_turn(&play);
        n_answered += play_find(&play, i) != NULL;
        dispatch_lose_verifier(play.dispatch, i, CONTROL_CAUSE_CRASH);
        close(verifier);
        /* Requests that still wait are dropped, because no verifier is left to answer them. */
        dispatch_abandon(play.dispatch, &play.requesters[0]);
        ck_assert_ptr_null(find_remembered(payload, (size_t)n));
        dispatch_abandon(play.dispatch, &play.requesters[1]);
        play.requesters[0].account->pause_end_ms = 0;
    }
    ck_assert_uint_gt(n_answered, 0);
    ck_assert_uint_eq(play.requesters[1].account->used_cpu_us, 0);
    ck_assert_uint_eq(play.requesters[1].account->n_crashes, 0);
    ck_assert_uint_le(play.requesters[0].account->used_cpu_us,
                      (uint64_t)TAKEOVERS_COUNT * LIMIT_VERIFY_CPU_MS * 1000);
}
END_TEST

/*
 * A window that is too wide is cut: the answer of a verifier that ended in order is used for one
 * day.
 */
START_TEST(window_is_cut)
{
    const struct note note = {.from_s = INT64_MIN, .until_s = INT64_MAX, .outcome = 1};
    int verifier = play_add_verifier(&play, 1, 1);
    struct taken taken;

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    play_reply(verifier, taken.number, FRAME_KIND_VERDICT, &note, "yes", 3);
    play_turn(&play);
    play.now_s += LIMIT_CACHE_WINDOW_S - HOUR_S;
    ck_assert_ptr_nonnull(find_remembered("q", 1));
    play.now_s += 2 * HOUR_S;
    ck_assert_ptr_null(find_remembered("q", 1));
    close(verifier);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lying verifiers");
    TCase *cases = tcase_create("lying verifiers");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, lies_end_with_the_verifier);
    tcase_add_test(cases, window_is_cut);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
