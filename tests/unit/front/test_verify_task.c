/* SPDX-License-Identifier: MIT */

/*
 * Tests of shared tasks: equal requests share one, tasks change from one epoch to the next, and
 * cached answers are right. test_verify_task_model.c tests this with random sequences.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/limits.h"
#include "proto/error.h"
#include "tests/unit/front/verifiers_fixture.h"

static struct play play;
static struct taken taken;

/* The note of an answer that is always right, and the note of an answer that must not be kept. */
static const struct note for_ever = {.from_s = INT64_MIN, .until_s = INT64_MAX, .outcome = 1};
static const struct note for_now = {.from_s = 1, .until_s = 0, .outcome = 1};

static void setup(void)
{
    play_begin(&play);
}

static void teardown(void)
{
    play_end(&play);
}

static void reply_verdict(int verifier, const struct note *note, const char *text)
{
    play_reply(verifier, taken.number, FRAME_KIND_VERDICT, note, text, strlen(text));
    play_turn(&play);
}

static void assert_told(uint64_t tag, uint8_t kind, const char *text)
{
    const struct given_answer *told = play_find(&play, tag);

    ck_assert_msg(told != NULL, "nobody was told of %u", (unsigned)tag);
    ck_assert_uint_eq(told->kind, kind);
    ck_assert_uint_eq(told->n_payload, strlen(text));
    ck_assert_mem_eq(told->payload, text, strlen(text));
}

START_TEST(second_time_is_known)
{
    int verifier = play_add_verifier(&play, 1, 1);

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    reply_verdict(verifier, &for_ever, "yes");
    assert_told(1, FRAME_KIND_VERDICT, "yes");
    ck_assert_int_eq(play_ask(&play, 1, 2, "q", 1), DISPATCH_KNOWN);
    ck_assert_uint_eq(play.known.n_payload, 3);
    ck_assert_mem_eq(play.known.payload, "yes", 3);
    ck_assert_int_eq(play_ask(&play, 1, 3, "r", 1), DISPATCH_WAITS);
    ck_assert_uint_eq(play.monitor.statistics.n_hits, 1);
    ck_assert_uint_eq(play.monitor.statistics.n_misses, 2);
    close(verifier);
}
END_TEST

/* An error is never kept, whatever the window in its note. */
START_TEST(errors_are_not_kept)
{
    int verifier = play_add_verifier(&play, 1, 1);

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    play_reply(verifier, taken.number, FRAME_KIND_ERROR, &for_ever, "no", 2);
    play_turn(&play);
    assert_told(1, FRAME_KIND_ERROR, "no");
    ck_assert_int_eq(play_ask(&play, 0, 2, "q", 1), DISPATCH_WAITS);
    close(verifier);
}
END_TEST

START_TEST(other_class_asks_anew)
{
    int verifier = play_add_verifier(&play, 1, 1);

    play.classes[1] = 5;
    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert_int_eq(play_ask(&play, 1, 2, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    ck_assert_uint_eq(taken.ask.client_class, 0);
    reply_verdict(verifier, &for_ever, "0");
    ck_assert(play_take(verifier, &taken));
    ck_assert_uint_eq(taken.ask.client_class, 5);
    reply_verdict(verifier, &for_ever, "5");
    assert_told(1, FRAME_KIND_VERDICT, "0");
    assert_told(2, FRAME_KIND_VERDICT, "5");
    close(verifier);
}
END_TEST

/* With shared-cache off, neither a cached answer nor a task at work answers another uid. */
START_TEST(uids_apart_where_nothing_is_shared)
{
    int verifier;

    play_settings(&play)->limits.shared_cache = false;
    verifier = play_add_verifier(&play, 1, play_next_epoch(&play));
    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert_int_eq(play_ask(&play, 1, 2, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    reply_verdict(verifier, &for_ever, "a");
    ck_assert_int_eq(play_ask(&play, 0, 3, "q", 1), DISPATCH_KNOWN);
    ck_assert_int_eq(play_ask(&play, 2, 4, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    ck_assert_uint_eq(taken.ask.uid, 2);
    close(verifier);
}
END_TEST

/* A hundred equal requests at one time make one task, a hundred charges and a hundred answers. */
START_TEST(equal_questions_share_one_verification)
{
    int verifier;

    for (uint64_t tag = 0; tag < 100; tag++)
        ck_assert_int_eq(play_ask(&play, tag % 2, tag, "q", 1),
                         tag < 2 * LIMITS_DEFAULT_IN_FLIGHT_PER_CONNECTION ? DISPATCH_WAITS
                                                                           : DISPATCH_REFUSED);
    ck_assert_uint_eq(play.requesters[0].account->charged[ACCOUNT_REQUESTS], 50);
    ck_assert_uint_eq(play.requesters[1].account->charged[ACCOUNT_REQUESTS], 50);
    verifier = play_add_verifier(&play, 1, 1);
    ck_assert(play_take(verifier, &taken));
    reply_verdict(verifier, &for_ever, "yes");
    ck_assert(!play_take(verifier, &taken));
    ck_assert_uint_eq(play.n_told, 100);
    for (uint64_t tag = 0; tag < 100; tag++)
        assert_told(tag, FRAME_KIND_VERDICT, "yes");
    ck_assert_uint_eq(play.requesters[0].account->charged[ACCOUNT_REQUESTS], 0);
    ck_assert_uint_eq(play.monitor.statistics.n_shared, 99);
    close(verifier);
}
END_TEST

/*
 * If a request shares a task that is far back in another account's queue, the request does not wait
 * for that queue.
 */
START_TEST(sharing_is_no_way_to_the_end_of_a_queue)
{
    int verifier;
    uint8_t question;

    for (question = 0; question < 50; question++)
        ck_assert_int_eq(play_ask(&play, 0, question, &question, 1), DISPATCH_WAITS);
    question = 49;
    ck_assert_int_eq(play_ask(&play, 1, 100, &question, 1), DISPATCH_WAITS);
    verifier = play_add_verifier(&play, 1, 1);
    ck_assert(play_take(verifier, &taken));
    ck_assert(play_take(verifier, &taken));
    ck_assert_uint_eq(taken.payload[0], 49);
    close(verifier);
}
END_TEST

/* When the verifier of a shared task ends, the task is tried once more for all its requests. */
START_TEST(shared_verification_is_tried_once_more)
{
    int verifiers[3];

    for (uint64_t tag = 1; tag <= 3; tag++)
        ck_assert_int_eq(play_ask(&play, tag, tag, "q", 1), DISPATCH_WAITS);
    for (uint32_t i = 0; i < 3; i++) {
        verifiers[i] = play_add_verifier(&play, i + 1, 1);
        ck_assert_int_eq(play_take(verifiers[i], &taken), i < 2);
        if (i < 2)
            dispatch_lose_verifier(play.dispatch, i + 1, CONTROL_CAUSE_OTHER);
        ck_assert_uint_eq(play.n_told, i < 1 ? 0 : 3);
    }
    for (uint64_t tag = 1; tag <= 3; tag++) {
        ck_assert_uint_eq(play_find(&play, tag)->kind, FRAME_KIND_ERROR);
        ck_assert_uint_eq(play_find(&play, tag)->payload[1], ERROR_RESOURCES);
    }
    for (size_t i = 0; i < 3; i++)
        close(verifiers[i]);
}
END_TEST

/*
 * A request that joins a task at work gets its verdict only if the verdict is right at that later
 * moment.
 */
START_TEST(late_comer_gets_no_verdict_of_before)
{
    const struct note window = {.from_s = 0, .until_s = 1000000, .outcome = 1};
    int verifier = play_add_verifier(&play, 1, 1);

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    play.now_s = 1000001;
    ck_assert_int_eq(play_ask(&play, 1, 2, "q", 1), DISPATCH_WAITS);
    ck_assert(!play_take(verifier, &(struct taken){0}));
    reply_verdict(verifier, &window, "before");
    assert_told(1, FRAME_KIND_VERDICT, "before");
    ck_assert_ptr_null(play_find(&play, 2));
    ck_assert(play_take(verifier, &taken));
    reply_verdict(verifier, &for_ever, "after");
    assert_told(2, FRAME_KIND_VERDICT, "after");
    close(verifier);
}
END_TEST

START_TEST(late_comer_shares_what_is_right)
{
    int verifier = play_add_verifier(&play, 1, 1);

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    ck_assert_int_eq(play_ask(&play, 1, 2, "q", 1), DISPATCH_WAITS);
    reply_verdict(verifier, &for_ever, "yes");
    assert_told(1, FRAME_KIND_VERDICT, "yes");
    assert_told(2, FRAME_KIND_VERDICT, "yes");
    close(verifier);
}
END_TEST

/* --- epochs --- */

START_TEST(nothing_goes_out_before_its_epoch)
{
    int early = play_add_verifier(&play, 1, 2), verifier;

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(!play_take(early, &taken));
    verifier = play_add_verifier(&play, 2, 1);
    ck_assert(play_take(verifier, &taken));
    ck_assert_int_eq(play_ask(&play, 0, 2, "r", 1), DISPATCH_WAITS);
    play_next_epoch(&play);
    /* The task in the second slot goes to a new verifier; the task at work ends where it is. */
    ck_assert(play_take(early, &(struct taken){0}));
    reply_verdict(verifier, &for_ever, "old");
    assert_told(1, FRAME_KIND_VERDICT, "old");
    /* The answer of the old epoch is not cached, and the old verifier is closed after its reply to
     * the second slot. */
    ck_assert_int_eq(play_ask(&play, 0, 3, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    reply_verdict(verifier, &for_ever, "for nobody");
    ck_assert_int_eq((int)read(verifier, &taken, 1), 0);
    ck_assert_uint_eq(play.n_told, 1);
    close(early);
    close(verifier);
}
END_TEST

START_TEST(next_epoch_forgets)
{
    int verifier = play_add_verifier(&play, 1, 1);
    uint8_t byte;

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifier, &taken));
    reply_verdict(verifier, &for_ever, "yes");
    play_next_epoch(&play);
    /* Idle verifiers are closed at once. */
    ck_assert_int_eq((int)read(verifier, &byte, 1), 0);
    ck_assert_int_eq(play_ask(&play, 0, 2, "q", 1), DISPATCH_WAITS);
    close(verifier);
}
END_TEST

/* Requesters that share a task may belong to two client classes in the next epoch. */
START_TEST(epoch_divides_what_was_shared)
{
    int verifier;

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert_int_eq(play_ask(&play, 1, 2, "q", 1), DISPATCH_WAITS);
    play.classes[1] = 9;
    verifier = play_add_verifier(&play, 1, play_next_epoch(&play));
    ck_assert(play_take(verifier, &taken));
    ck_assert_uint_eq(taken.ask.client_class, 0);
    reply_verdict(verifier, &for_now, "0");
    ck_assert(play_take(verifier, &taken));
    ck_assert_uint_eq(taken.ask.client_class, 9);
    reply_verdict(verifier, &for_now, "9");
    assert_told(1, FRAME_KIND_VERDICT, "0");
    assert_told(2, FRAME_KIND_VERDICT, "9");
    close(verifier);
}
END_TEST

/* A request whose verifier ends after a change of epochs is judged by the new epoch. */
START_TEST(retry_goes_to_the_epoch_in_force)
{
    int old = play_add_verifier(&play, 1, 1), new;

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert(play_take(old, &taken));
    play.classes[0] = 3;
    new = play_add_verifier(&play, 2, play_next_epoch(&play));
    dispatch_lose_verifier(play.dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert(play_take(new, &taken));
    ck_assert_uint_eq(taken.ask.client_class, 3);
    dispatch_lose_verifier(play.dispatch, 2, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(play_find(&play, 1)->kind, FRAME_KIND_ERROR);
    close(old);
    close(new);
}
END_TEST

/* --- two at a time --- */

/*
 * When a verifier ends, the task in its second slot is given to another verifier and does not count
 * as tried.
 */
START_TEST(second_goes_elsewhere)
{
    int first = play_add_verifier(&play, 1, 1), second;

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert_int_eq(play_ask(&play, 1, 2, "r", 1), DISPATCH_WAITS);
    ck_assert(play_take(first, &taken));
    ck_assert(play_take(first, &taken));
    second = play_add_verifier(&play, 2, 1);
    dispatch_lose_verifier(play.dispatch, 1, CONTROL_CAUSE_CPU);
    ck_assert_uint_eq(play_find(&play, 1)->kind, FRAME_KIND_ERROR);
    for (uint32_t number = 2; number <= 3; number++) {
        ck_assert(play_take(second, &taken));
        ck_assert_uint_eq(taken.payload[0], 'r');
        ck_assert_ptr_null(play_find(&play, 2));
        dispatch_lose_verifier(play.dispatch, number, CONTROL_CAUSE_OTHER);
        close(second);
        second = play_add_verifier(&play, number + 1, 1);
    }
    ck_assert_uint_eq(play_find(&play, 2)->kind, FRAME_KIND_ERROR);
    close(first);
    close(second);
}
END_TEST

/*
 * At most `workers` verifiers are at work at a time. When one of these ends, the spare verifier
 * takes its task at once.
 */
START_TEST(spare_takes_over)
{
    int first, spare;

    play_settings(&play)->limits.workers = 1;
    first = play_add_verifier(&play, 1, 1);
    spare = play_add_verifier(&play, 2, 1);
    for (uint64_t tag = 1; tag <= 3; tag++)
        ck_assert_int_eq(play_ask(&play, 0, tag, &tag, 1), DISPATCH_WAITS);
    ck_assert(play_take(first, &taken));
    ck_assert(play_take(first, &taken));
    ck_assert(!play_take(first, &taken));
    ck_assert(!play_take(spare, &taken));
    dispatch_lose_verifier(play.dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert(play_take(spare, &taken));
    ck_assert_uint_eq(taken.payload[0], 1);
    reply_verdict(spare, &for_now, "again");
    assert_told(1, FRAME_KIND_VERDICT, "again");
    ck_assert(play_take(spare, &taken));
    ck_assert_uint_eq(taken.payload[0], 2);
    close(first);
    close(spare);
}
END_TEST

/*
 * A task that waits behind one that takes long is given to a free verifier; the first verifier's
 * later reply to it is ignored.
 */
START_TEST(second_does_not_wait_for_long)
{
    int slow = play_add_verifier(&play, 1, 1), quick;
    struct taken first, second;

    ck_assert_int_eq(play_ask(&play, 0, 1, "q", 1), DISPATCH_WAITS);
    ck_assert_int_eq(play_ask(&play, 1, 2, "r", 1), DISPATCH_WAITS);
    ck_assert(play_take(slow, &first));
    ck_assert(play_take(slow, &second));
    usleep(10000);
    quick = play_add_verifier(&play, 2, 1);
    ck_assert(play_take(quick, &taken));
    ck_assert_uint_eq(taken.payload[0], 'r');
    reply_verdict(quick, &for_now, "quick");
    assert_told(2, FRAME_KIND_VERDICT, "quick");
    play_reply(slow, first.number, FRAME_KIND_VERDICT, &for_now, "slow", 4);
    play_reply(slow, second.number, FRAME_KIND_VERDICT, &for_now, "late", 4);
    play_turn(&play);
    assert_told(1, FRAME_KIND_VERDICT, "slow");
    assert_told(2, FRAME_KIND_VERDICT, "quick");
    ck_assert_uint_eq(play.n_told, 2);
    ck_assert_uint_eq(play.overrun, 0);
    close(slow);
    close(quick);
}
END_TEST

/* An account with costly requests leaves one verifier to the others. */
START_TEST(costly_questions_leave_one_verifier)
{
    const struct note costly = {.from_s = 1, .cpu_us = 80000};
    int verifiers[2] = {play_add_verifier(&play, 1, 1), -1};
    struct taken other;

    ck_assert_int_eq(play_ask(&play, 0, 1, "1", 1), DISPATCH_WAITS);
    ck_assert(play_take(verifiers[0], &taken));
    reply_verdict(verifiers[0], &costly, "x");
    verifiers[1] = play_add_verifier(&play, 2, 1);
    for (uint64_t tag = 2; tag < 5; tag++)
        ck_assert_int_eq(play_ask(&play, 0, tag, &(char){(char)('0' + tag)}, 1), DISPATCH_WAITS);
    ck_assert_int_eq(play_take(verifiers[0], &taken) + play_take(verifiers[1], &taken), 1);
    ck_assert_int_eq(play_ask(&play, 1, 9, "9", 1), DISPATCH_WAITS);
    ck_assert_int_eq(play_take(verifiers[0], &other) + play_take(verifiers[1], &other), 1);
    ck_assert_uint_eq(other.payload[0], '9');
    close(verifiers[0]);
    close(verifiers[1]);
}
END_TEST

/* --- CPU time --- */

START_TEST(cpu_time_runs_out_and_comes_back)
{
    const struct note costly = {.from_s = 1, .cpu_us = 60000};
    int verifier;

    play_settings(&play)->limits.cpu_per_uid_ms = 500;
    play_settings(&play)->limits.cpu_burst_ms = 100;
    verifier = play_add_verifier(&play, 1, play_next_epoch(&play));
    for (uint64_t tag = 1; tag <= 2; tag++) {
        ck_assert_int_eq(play_ask(&play, 0, tag, &(char){(char)tag}, 1), DISPATCH_WAITS);
        ck_assert(play_take(verifier, &taken));
        reply_verdict(verifier, &costly, "x");
    }
    ck_assert_int_eq(play_ask(&play, 0, 3, "q", 1), DISPATCH_REFUSED);
    ck_assert_uint_eq(play.refusal.code, ERROR_BUSY);
    ck_assert_ptr_nonnull(strstr(play.refusal.text, "cpu"));
    ck_assert_int_eq(play_ask(&play, 1, 4, "q", 1), DISPATCH_WAITS);
    /* A debt of 20 ms is paid back in 40 ms. */
    usleep(60000);
    ck_assert_int_eq(play_ask(&play, 0, 5, "r", 1), DISPATCH_WAITS);
    close(verifier);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sharing");
    TCase *cases = tcase_create("sharing");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, second_time_is_known);
    tcase_add_test(cases, errors_are_not_kept);
    tcase_add_test(cases, other_class_asks_anew);
    tcase_add_test(cases, uids_apart_where_nothing_is_shared);
    tcase_add_test(cases, equal_questions_share_one_verification);
    tcase_add_test(cases, sharing_is_no_way_to_the_end_of_a_queue);
    tcase_add_test(cases, shared_verification_is_tried_once_more);
    tcase_add_test(cases, late_comer_gets_no_verdict_of_before);
    tcase_add_test(cases, late_comer_shares_what_is_right);
    tcase_add_test(cases, nothing_goes_out_before_its_epoch);
    tcase_add_test(cases, next_epoch_forgets);
    tcase_add_test(cases, epoch_divides_what_was_shared);
    tcase_add_test(cases, retry_goes_to_the_epoch_in_force);
    tcase_add_test(cases, second_goes_elsewhere);
    tcase_add_test(cases, spare_takes_over);
    tcase_add_test(cases, second_does_not_wait_for_long);
    tcase_add_test(cases, costly_questions_leave_one_verifier);
    tcase_add_test(cases, cpu_time_runs_out_and_comes_back);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
