/* SPDX-License-Identifier: MIT */

/*
 * Tests of dispatch without verifier processes, which the test plays at the other ends of socket
 * pairs: what happens to a request whose verifier ends, and what a verifier may not send.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/ipc/note.h"
#include "proto/error.h"
#include "tests/unit/front/dispatch_fixture.h"

START_TEST(request_goes_and_answer_comes_back)
{
    int verifier = plan_add_verifier(1);
    struct frame_header header;

    ck_assert_int_eq(plan_submit(7, 42), 0);
    ck_assert_uint_eq(plan_take(verifier, &header), 42);
    plan_reply(verifier, header.tag, FRAME_KIND_VERDICT, 0x55);
    plan_run_once();
    ck_assert_uint_eq(plan.told.n, 1);
    ck_assert_uint_eq(plan.told.tags[0], 42);
    ck_assert_uint_eq(plan.told.kinds[0], FRAME_KIND_VERDICT);
    ck_assert_uint_eq(plan.told.payloads[0][0], 0x55);
    ck_assert_uint_eq(dispatch_in_flight(plan.dispatch), 0);
    close(verifier);
}
END_TEST

START_TEST(death_of_another_cause_is_tried_once_more)
{
    int first = plan_add_verifier(1), second, third;
    struct frame_header header;

    ck_assert_int_eq(plan_submit(1, 5), 0);
    ck_assert_uint_eq(plan_take(first, &header), 5);
    close(first);
    plan_run_once();
    second = plan_add_verifier(2);
    ck_assert_uint_eq(plan_take(second, &header), 0);
    dispatch_lose_verifier(plan.dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(plan.told.n, 0);
    ck_assert_uint_eq(plan.at_work, 1);
    ck_assert_uint_eq(plan_take(second, &header), 5);
    close(second);
    third = plan_add_verifier(3);
    dispatch_lose_verifier(plan.dispatch, 2, CONTROL_CAUSE_OTHER);
    plan_assert_resources(0, 5);
    ck_assert_uint_eq(plan_take(third, &header), 0);
    close(third);
}
END_TEST

START_TEST(death_of_its_own_cpu_time_is_not)
{
    int first = plan_add_verifier(1), second;
    struct frame_header header;

    ck_assert_int_eq(plan_submit(1, 5), 0);
    second = plan_add_verifier(2);
    close(first);
    dispatch_lose_verifier(plan.dispatch, 1, CONTROL_CAUSE_CPU);
    plan_assert_resources(0, 5);
    ck_assert_uint_eq(plan_take(second, &header), 0);
    /* The request that failed is refused without being given to a verifier; another request is
     * given to one. */
    ck_assert_int_eq(plan_submit(2, 5), ERROR_RESOURCES);
    ck_assert_uint_gt(strlen(plan.refusal.text), 0);
    ck_assert_int_eq(plan_submit(2, 6), 0);
    ck_assert_uint_eq(plan_take(second, &header), 6);
    close(second);
}
END_TEST

/*
 * A request for which a verifier ran out of memory, as its note says, is remembered as costly; a
 * request whose verifier was killed is not.
 */
START_TEST(memory_is_remembered_and_crashes_are_not)
{
    int verifier = plan_add_verifier(1);
    uint8_t data[FRAME_HEADER_BYTES + 1] = {0};
    struct frame_header header;

    ck_assert_int_eq(plan_submit(1, 5), 0);
    ck_assert_uint_eq(plan_take(verifier, &header), 5);
    frame_write_header(data, FRAME_KIND_ERROR, header.tag, 1);
    plan_send_reply(verifier, &(struct note){.from_s = 1, .flags = NOTE_REMEMBER}, data,
                    sizeof(data));
    plan_run_once();
    ck_assert_uint_eq(plan.told.n, 1);
    ck_assert_int_eq(plan_submit(1, 5), ERROR_RESOURCES);

    for (uint32_t number = 2; number <= 3; number++) {
        if (number == 2)
            ck_assert_int_eq(plan_submit(1, 7), 0);
        dispatch_lose_verifier(plan.dispatch, number - 1, CONTROL_CAUSE_OTHER);
        close(verifier);
        verifier = plan_add_verifier(number);
    }
    dispatch_lose_verifier(plan.dispatch, 3, CONTROL_CAUSE_OTHER);
    plan_assert_resources(1, 7);
    ck_assert_int_eq(plan_submit(1, 7), 0);
    close(verifier);
}
END_TEST

/* A request that crashed two verifiers is not given to a third for a minute. */
START_TEST(crashes_are_remembered)
{
    int verifiers[2];

    for (uint32_t i = 0; i < 2; i++)
        verifiers[i] = plan_add_verifier(i + 1);
    ck_assert_int_eq(plan_submit(1, 5), 0);
    dispatch_lose_verifier(plan.dispatch, 1, CONTROL_CAUSE_CRASH);
    ck_assert_uint_eq(plan.told.n, 0);
    dispatch_lose_verifier(plan.dispatch, 2, CONTROL_CAUSE_CRASH);
    plan_assert_resources(0, 5);
    ck_assert_int_eq(plan_submit(1, 5), ERROR_RESOURCES);
    ck_assert_int_eq(plan_submit(1, 6), 0);
    for (uint32_t i = 0; i < 2; i++)
        close(verifiers[i]);
}
END_TEST

/* CONTROL_AT_WORK is not sent for a verifier that ended without a request at work. */
START_TEST(idle_death_is_told_apart)
{
    int verifier = plan_add_verifier(1);

    close(verifier);
    dispatch_lose_verifier(plan.dispatch, 1, CONTROL_CAUSE_CRASH);
    ck_assert_uint_eq(plan.at_work, 0);
}
END_TEST

/* A reply is used even if its verifier ended before the front read it. */
START_TEST(reply_before_death_counts)
{
    int verifier = plan_add_verifier(1);
    struct frame_header header;

    ck_assert_int_eq(plan_submit(1, 5), 0);
    ck_assert_uint_eq(plan_take(verifier, &header), 5);
    plan_reply(verifier, header.tag, FRAME_KIND_VERDICT, 9);
    close(verifier);
    dispatch_lose_verifier(plan.dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(plan.told.n, 1);
    ck_assert_uint_eq(plan.told.kinds[0], FRAME_KIND_VERDICT);
}
END_TEST

static const struct {
    const char *intent;
    uint64_t off_by;
    uint8_t kind, version;
    uint32_t length;
} nonsense[] = {
    {"another request's number", 1, FRAME_KIND_VERDICT, FRAME_VERSION, 17},
    {"a kind that is no reply", 0, FRAME_KIND_VERIFY, FRAME_VERSION, 17},
    {"another version", 0, FRAME_KIND_VERDICT, 2, 17},
    {"a length beyond what came", 0, FRAME_KIND_VERDICT, FRAME_VERSION, 18},
    {"a length short of what came", 0, FRAME_KIND_VERDICT, FRAME_VERSION, 16},
};

/*
 * If a verifier sends something malformed, it is condemned, what it sent reaches no client, and the
 * request is given to another verifier.
 */
START_TEST(nonsense_is_reported_and_reaches_nobody)
{
    int liar = plan_add_verifier(1), honest;
    uint8_t data[FRAME_HEADER_BYTES + 1] = {0};
    struct frame_header header;

    ck_assert_int_eq(plan_submit(1, 5), 0);
    ck_assert_uint_eq(plan_take(liar, &header), 5);
    frame_write_header(data, nonsense[_i].kind, header.tag + nonsense[_i].off_by, 1);
    data[3] = (uint8_t)nonsense[_i].length;
    data[4] = nonsense[_i].version;
    plan_send_reply(liar, &(struct note){.from_s = 1}, data, sizeof(data));
    plan_run_once();
    ck_assert_msg(plan.broken == 1 && plan.overrun == 0, "%s", nonsense[_i].intent);
    ck_assert_uint_eq(plan.told.n, 0);
    honest = plan_add_verifier(2);
    dispatch_lose_verifier(plan.dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(plan_take(honest, &header), 5);
    close(liar);
    close(honest);
}
END_TEST

/* A reply to no request counts as malformed too. */
START_TEST(unasked_reply_is_reported)
{
    int verifier = plan_add_verifier(1);

    plan_reply(verifier, 1, FRAME_KIND_VERDICT, 0);
    plan_run_once();
    ck_assert_uint_eq(plan.broken, 1);
    ck_assert_uint_eq(plan.overrun, 0);
    ck_assert_uint_eq(plan.told.n, 0);
    close(verifier);
}
END_TEST

/*
 * If a verifier has ended and the front has not noticed, a request goes to another verifier, the
 * first one is not condemned, and its last reply is used.
 */
START_TEST(dead_verifier_is_passed_over)
{
    struct frame_header header;
    int first = plan_add_verifier(1), second = plan_add_verifier(2);

    plan.settings.limits.workers = 2;
    ck_assert_int_eq(plan_submit(1, 5), 0);
    ck_assert_uint_eq(plan_take(first, &header), 5);
    ck_assert_int_eq(plan_submit(1, 6), 0);
    ck_assert_uint_eq(plan_take(second, &header), 6);
    plan_reply(second, header.tag, FRAME_KIND_VERDICT, 66);
    close(second);
    plan_run_once();
    ck_assert_uint_eq(plan.told.n, 1);
    ck_assert_uint_eq(plan.told.tags[0], 6);
    second = plan_add_verifier(3);
    close(second);
    second = plan_add_verifier(4);
    ck_assert_int_eq(plan_submit(2, 7), 0);
    ck_assert_uint_eq(plan_take(second, &header), 7);
    ck_assert_uint_eq(plan.overrun, 0);
    close(first);
    close(second);
}
END_TEST

START_TEST(abandoned_request_at_work_ends_quietly)
{
    int verifier = plan_add_verifier(1);
    struct frame_header header;

    for (uint64_t tag = 5; tag <= 7; tag++)
        ck_assert_int_eq(plan_submit(1, tag), 0);
    plan_abandon_all();
    ck_assert_uint_eq(dispatch_in_flight(plan.dispatch), 2);
    for (uint64_t tag = 5; tag <= 6; tag++) {
        ck_assert_uint_eq(plan_take(verifier, &header), tag);
        plan_reply(verifier, header.tag, FRAME_KIND_VERDICT, 0);
        plan_run_once();
    }
    ck_assert_uint_eq(plan_take(verifier, &header), 0);
    ck_assert_uint_eq(plan.told.n, 0);
    ck_assert_uint_eq(dispatch_in_flight(plan.dispatch), 0);
    close(verifier);
}
END_TEST

static bool abandons;

/* Drops all requests of the requester at its first answer, as closing a connection does. */
static void on_answer_abandon(struct requester *requester, uint64_t tag, uint8_t kind,
                              const uint8_t *payload, size_t n)
{
    plan_on_answer(requester, tag, kind, payload, n);
    if (abandons)
        plan_abandon_all();
}

/*
 * Requests that no verifier takes are answered with busy after queue-time. One answer drops the
 * other requests of its requester, which ends the account; the test checks that no freed memory is
 * used then.
 */
START_TEST(late_requests_are_turned_away)
{
    struct dispatch_callbacks callbacks = plan_callbacks;
    const struct timeval patience = {.tv_sec = LIMITS_DEFAULT_QUEUE_TIME / 1000, .tv_usec = 300000};

    abandons = _i == 1;
    callbacks.answer = on_answer_abandon;
    dispatch_free(plan.dispatch);
    plan_make_dispatch(&callbacks);
    for (uint64_t tag = 1; tag <= 3; tag++)
        ck_assert_int_eq(plan_submit(1, tag), 0);
    ck_assert_int_eq(plan_submit(2, 4), 0);
    event_base_loopexit(plan.base, &patience);
    event_base_dispatch(plan.base);
    ck_assert_uint_eq(plan.told.n, abandons ? 1 : 4);
    ck_assert_uint_eq(plan.told.kinds[0], FRAME_KIND_ERROR);
    ck_assert_uint_eq(plan.told.payloads[0][1], ERROR_BUSY);
    ck_assert_uint_eq(dispatch_in_flight(plan.dispatch), 0);
}
END_TEST

START_TEST(nothing_is_taken_while_stopping)
{
    ck_assert_int_eq(plan_submit(1, 1), 0);
    dispatch_stop(plan.dispatch);
    ck_assert_int_eq(plan_submit(1, 2), ERROR_BUSY);
    ck_assert_uint_eq(dispatch_in_flight(plan.dispatch), 1);
}
END_TEST

/*
 * Without a policy the waiting request and the next one are refused with the reason; putting an
 * epoch in force ends that.
 */
START_TEST(without_policy_all_are_refused_with_the_reason)
{
    ck_assert_int_eq(plan_submit(1, 1), 0);
    dispatch_set_unavailable(plan.dispatch, "the reason");
    ck_assert_uint_eq(plan.told.n, 1);
    ck_assert_uint_eq(plan.told.kinds[0], FRAME_KIND_ERROR);
    ck_assert_uint_eq(plan.told.payloads[0][1], ERROR_UNAVAILABLE);
    ck_assert_mem_eq(plan.told.payloads[0] + 4, "the reason", 10);
    ck_assert_uint_eq(dispatch_in_flight(plan.dispatch), 0);

    ck_assert_int_eq(plan_submit(1, 2), ERROR_UNAVAILABLE);
    ck_assert_str_eq(plan.refusal.text, "the reason");
    dispatch_set_epoch(plan.dispatch, &plan.settings);
    ck_assert_int_eq(plan_submit(1, 3), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatch");
    TCase *cases = tcase_create("dispatch");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, plan_setup, plan_teardown);
    tcase_add_test(cases, request_goes_and_answer_comes_back);
    tcase_add_test(cases, death_of_another_cause_is_tried_once_more);
    tcase_add_test(cases, death_of_its_own_cpu_time_is_not);
    tcase_add_test(cases, memory_is_remembered_and_crashes_are_not);
    tcase_add_test(cases, crashes_are_remembered);
    tcase_add_test(cases, idle_death_is_told_apart);
    tcase_add_test(cases, reply_before_death_counts);
    tcase_add_loop_test(cases, nonsense_is_reported_and_reaches_nobody, 0, 5);
    tcase_add_test(cases, unasked_reply_is_reported);
    tcase_add_test(cases, dead_verifier_is_passed_over);
    tcase_add_test(cases, abandoned_request_at_work_ends_quietly);
    tcase_add_test(cases, nothing_is_taken_while_stopping);
    tcase_add_test(cases, without_policy_all_are_refused_with_the_reason);
    tcase_add_loop_test(cases, late_requests_are_turned_away, 0, 2);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
