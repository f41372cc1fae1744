/* SPDX-License-Identifier: MIT */

/* Tests of costly requests: an equal request is remembered for a minute, within bounds. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/front/costly_requests.h"
#include "daemon/front/hash.h"
#include "daemon/limits.h"
#include "proto/limits.h"

static struct costly_requests *refusals;
static uint8_t payload[LIMIT_FRAME_BYTES];
static struct hash_secret secret;

static struct request_key question(size_t n, uint64_t scope)
{
    return (struct request_key){
        .payload = payload,
        .n_payload = n,
        .hash = hash_bytes(&secret, payload, n),
        .scope = scope,
    };
}

static bool has(size_t n, int64_t now_ms)
{
    const struct request_key asked = question(n, REQUEST_KEY_SHARED);

    return costly_requests_has(refusals, &asked, now_ms);
}

static void add(size_t n, int64_t now_ms)
{
    const struct request_key asked = question(n, REQUEST_KEY_SHARED);

    costly_requests_add(refusals, &asked, now_ms);
}

static void setup(void)
{
    ck_assert_int_eq(hash_secret_init(&secret), 0);
    ck_assert_int_eq(costly_requests_new(&refusals), 0);
    memset(payload, 0, sizeof(payload));
}

static void teardown(void)
{
    refusals = costly_requests_free(refusals);
}

START_TEST(the_same_bytes_and_no_others)
{
    ck_assert(!has(100, 0));
    add(100, 0);
    ck_assert(has(100, 0));
    ck_assert(!has(99, 0));
    ck_assert(!has(101, 0));
    for (size_t i = 0; i < 100; i++) {
        payload[i] = 1;
        ck_assert(!has(100, 0));
        payload[i] = 0;
    }
}
END_TEST

START_TEST(for_a_minute)
{
    add(100, 1000);
    ck_assert(has(100, 1000 + LIMIT_REMEMBERED_MS - 1));
    ck_assert(!has(100, 1000 + LIMIT_REMEMBERED_MS));
    ck_assert(!has(100, 1000));
}
END_TEST

/* Adding a request that is already remembered does not extend its minute. */
START_TEST(asking_again_prolongs_nothing)
{
    add(100, 0);
    add(100, LIMIT_REMEMBERED_MS - 1);
    ck_assert(!has(100, LIMIT_REMEMBERED_MS));
}
END_TEST

START_TEST(the_oldest_make_room)
{
    size_t n = 100000;
    uint8_t count = LIMIT_REMEMBERED_BYTES / 100000 + 1;

    for (uint8_t i = 0; i < count; i++) {
        payload[0] = i;
        add(n, 0);
    }
    payload[0] = 0;
    ck_assert(!has(n, 0));
    payload[0] = (uint8_t)(count - 1);
    ck_assert(has(n, 0));
    payload[0] = 2;
    ck_assert(has(n, 0));
}
END_TEST

/* If answers are not shared, a costly request of one uid is not remembered for another uid. */
START_TEST(within_a_scope)
{
    const struct request_key mine = question(100, request_key_scope_of_uid(1)),
                             yours = question(100, request_key_scope_of_uid(2));

    costly_requests_add(refusals, &mine, 0);
    ck_assert(costly_requests_has(refusals, &mine, 0));
    ck_assert(!costly_requests_has(refusals, &yours, 0));
}
END_TEST

/* A costly request of one client class is not remembered for another class. */
START_TEST(classes_are_apart)
{
    struct request_key mine = {.payload = (const uint8_t *)"x", .n_payload = 1};
    struct request_key yours = mine;

    yours.client_class = 1;
    costly_requests_add(refusals, &mine, 0);
    ck_assert(costly_requests_has(refusals, &mine, 0));
    ck_assert(!costly_requests_has(refusals, &yours, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("refusals");
    TCase *cases = tcase_create("refusals");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, the_same_bytes_and_no_others);
    tcase_add_test(cases, for_a_minute);
    tcase_add_test(cases, asking_again_prolongs_nothing);
    tcase_add_test(cases, the_oldest_make_room);
    tcase_add_test(cases, classes_are_apart);
    tcase_add_test(cases, within_a_scope);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
