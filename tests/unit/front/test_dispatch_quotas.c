/* SPDX-License-Identifier: MIT */

/*
 * Tests of what dispatch gives to each account: turns at the verifiers, room in the queue, requests
 * in flight; and of the rotation of verifiers.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/limits.h"
#include "proto/error.h"
#include "proto/limits.h"
#include "tests/unit/front/dispatch_fixture.h"

/*
 * A uid with many queued requests and one with few take turns, after the requests that the verifier
 * has already been given.
 */
START_TEST(uids_take_turns)
{
    static const uint64_t expected[] = {1, 2, 3, 10, 4, 11};
    int verifier = plan_add_verifier(1);
    struct frame_header header;

    for (uint64_t tag = 1; tag <= 4; tag++)
        ck_assert_int_eq(plan_submit(100, tag), 0);
    ck_assert_int_eq(plan_submit(200, 10), 0);
    ck_assert_int_eq(plan_submit(200, 11), 0);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(plan_take(verifier, &header), expected[i]);
        plan_reply(verifier, header.tag, FRAME_KIND_VERDICT, 0);
        plan_run_once();
    }
    ck_assert_uint_eq(plan.told.n, 6);
    close(verifier);
}
END_TEST

START_TEST(uid_has_its_bytes_and_others_theirs)
{
    static uint8_t payload[LIMIT_FRAME_BYTES - FRAME_HEADER_BYTES];
    size_t n = LIMIT_QUEUED_PER_UID_BYTES / LIMIT_FRAME_BYTES;

    for (size_t i = 0; i < n; i++) {
        payload[0] = (uint8_t)i;
        ck_assert_int_eq(plan_submit_bytes(1, i, payload, sizeof(payload)), 0);
    }
    ck_assert_int_eq(plan_submit_bytes(1, n, payload, sizeof(payload)), ERROR_BUSY);
    ck_assert_int_eq(plan_submit(2, 1), 0);
}
END_TEST

/*
 * Fills the queue with the largest frames of accounts from 10 on, for each as many as it may have,
 * until the queue has no room left for such accounts. Returns the account that was refused.
 */
static uid_t fill_queue(uint8_t *payload, size_t n)
{
    static uint32_t number;

    for (uid_t uid = 10; uid < 30; uid++) {
        do {
            number++;
            memcpy(payload, &number, sizeof(number));
        } while (plan_submit_bytes(uid, number, payload, n) == 0);
        if (plan.monitor.statistics.busy[BUSY_QUEUED] > 0)
            return uid;
    }
    ck_abort_msg("the queue takes everything");
}

/* The last part of the queue is reserved for root and for accounts with few bytes in the queue. */
START_TEST(queue_has_a_reserve)
{
    static uint8_t payload[LIMIT_FRAME_BYTES - FRAME_HEADER_BYTES];
    const size_t reserve = LIMIT_QUEUED_BYTES / LIMIT_RESERVED_QUEUE_PART;
    struct dispatch_figures figures;

    ck_assert_uint_gt(fill_queue(payload, sizeof(payload)), 10);
    dispatch_measure(plan.dispatch, &figures);
    ck_assert_uint_le(figures.queued_bytes, LIMIT_QUEUED_BYTES - reserve);
    ck_assert_uint_gt(figures.queued_bytes, LIMIT_QUEUED_BYTES - reserve - LIMIT_FRAME_BYTES);
    for (uint8_t i = 0; i < 4; i++) {
        payload[8] = (uint8_t)(i + 1);
        ck_assert_int_eq(plan_submit_bytes(0, i, payload, sizeof(payload)), 0);
    }
    payload[9] = 1;
    ck_assert_int_eq(plan_submit_bytes(2, 1, payload, sizeof(payload)), 0);
    payload[9] = 2;
    ck_assert_int_eq(plan_submit_bytes(2, 2, payload, sizeof(payload)), 0);
    payload[9] = 3;
    ck_assert_int_eq(plan_submit_bytes(2, 3, payload, sizeof(payload)), ERROR_BUSY);
}
END_TEST

/*
 * Accounts that have used much CPU time recently leave most turns to root and to accounts that have
 * not, but still get some turns.
 */
START_TEST(turns_have_a_reserve)
{
    struct frame_header header;
    size_t n_greedy = 0;
    int verifier;

    for (uid_t uid = 10; uid < 13; uid++) {
        plan_find_requester(uid)->account->recent_us = 3000000;
        plan_find_requester(uid)->account->recent_ms = clock_now_ms();
        for (uint64_t n = 0; n < 4; n++)
            ck_assert_int_eq(plan_submit(uid, uid * 10 + n), 0);
    }
    for (uint64_t n = 0; n < 12; n++)
        ck_assert_int_eq(plan_submit(0, 1 + n), 0);
    ck_assert_int_eq(plan_submit(2, 99), 0);
    verifier = plan_add_verifier(1);
    for (size_t i = 0; i < 12; i++) {
        uint64_t tag = plan_take(verifier, &header);

        n_greedy += tag >= 100;
        plan_reply(verifier, header.tag, FRAME_KIND_VERDICT, 0);
        plan_run_once();
        if (i == 3)
            ck_assert(plan.told.tags[0] == 99 || plan.told.tags[1] == 99 ||
                      plan.told.tags[2] == 99 || plan.told.tags[3] == 99);
    }
    ck_assert_uint_ge(n_greedy, 2);
    ck_assert_uint_le(n_greedy, 4);
    close(verifier);
}
END_TEST

/*
 * A verifier that has served for its time is closed while it is idle, and another one serves. A
 * single verifier is not closed.
 */
START_TEST(verifiers_rotate)
{
    int first = plan_add_verifier(1), second;
    int64_t later_ms = clock_now_ms() + LIMIT_VERIFIER_SERVES_MS + 1000;
    struct frame_header header, other;
    uint8_t byte;

    ck_assert(!dispatch_rotate(plan.dispatch, later_ms));
    ck_assert_int_eq(plan_submit(1, 5), 0);
    ck_assert_uint_eq(plan_take(first, &header), 5);
    ck_assert(!dispatch_rotate(plan.dispatch, later_ms));
    second = plan_add_verifier(2);
    ck_assert(!dispatch_rotate(plan.dispatch, clock_now_ms()));
    /* The first verifier ends the request at work and is given no other. */
    ck_assert(dispatch_rotate(plan.dispatch, later_ms));
    ck_assert(!dispatch_rotate(plan.dispatch, later_ms));
    ck_assert_int_eq(plan_submit(1, 6), 0);
    ck_assert_uint_eq(plan_take(second, &other), 6);
    ck_assert_int_eq(recv(first, &byte, 1, MSG_DONTWAIT), -1);
    plan_reply(first, header.tag, FRAME_KIND_VERDICT, 0x55);
    plan_run_once();
    ck_assert_uint_eq(plan.told.n, 1);
    ck_assert_int_eq(recv(first, &byte, 1, MSG_DONTWAIT), 0);
    dispatch_lose_verifier(plan.dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(plan.monitor.statistics.ended[CONTROL_CAUSE_RETIRED], 1);
    ck_assert_uint_eq(plan.overrun, 0);
    close(first);
    close(second);
}
END_TEST

START_TEST(uid_has_its_quota_and_others_theirs)
{
    for (uint64_t i = 0; i < LIMITS_DEFAULT_IN_FLIGHT_PER_UID; i++)
        ck_assert_int_eq(plan_submit(1, 1), 0);
    ck_assert_int_eq(plan_submit(1, 1), ERROR_BUSY);
    ck_assert_uint_gt(strlen(plan.refusal.text), 0);
    ck_assert_int_eq(plan_submit(2, 1), 0);
    plan_abandon_all();
    ck_assert_uint_eq(dispatch_in_flight(plan.dispatch), 0);
    ck_assert_int_eq(plan_submit(1, 1), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatch quotas");
    TCase *cases = tcase_create("dispatch quotas");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, plan_setup, plan_teardown);
    tcase_add_test(cases, uids_take_turns);
    tcase_add_test(cases, uid_has_its_bytes_and_others_theirs);
    tcase_add_test(cases, queue_has_a_reserve);
    tcase_add_test(cases, turns_have_a_reserve);
    tcase_add_test(cases, verifiers_rotate);
    tcase_add_test(cases, uid_has_its_quota_and_others_theirs);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
