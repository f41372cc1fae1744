/* SPDX-License-Identifier: MIT */

/* Tests of which certificates a CRL covers, of the bounds of a question, of the window of an
 * answer, and of the signatures that are counted and remembered. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/x509/revocation_fixture.h"

static struct world world;

static void set_up(void)
{
    world_init(&world);
}

static void tear_down(void)
{
    world_deinit(&world);
}

/*
 * A CRL for a distribution point does not cover a certificate without distribution points, or one
 * whose point has more than a full name.
 */
START_TEST(points_of_the_certificate)
{
    static const struct {
        const char *points;
        enum revocation_state state;
    } certificates[] = {
        {"URI:" LEAF_POINT, REVOCATION_GOOD},
        {"URI:http://crl.example/0.crl,URI:" LEAF_POINT, REVOCATION_GOOD},
        {"DNS:crl.example,URI:" LEAF_POINT, REVOCATION_GOOD},
        {NULL, REVOCATION_UNKNOWN},
        /* One point with the name; with the name and a DNS name; with a directory name and the
         * name; with the name and reasons. */
        {"DER:3020301ea01ca01a8618687474703a2f2f63726c2e6578616d706c652f312e63726c",
         REVOCATION_GOOD},
        {"DER:"
         "302a3028a026a0248618687474703a2f2f63726c2e6578616d706c652f312e63726c8208612e6578616d706c",
         REVOCATION_GOOD},
        {"DER:3030302ea02ca02aa40e300c310a300806035504030c0161"
         "8618687474703a2f2f63726c2e6578616d706c652f312e63726c",
         REVOCATION_GOOD},
        {"DER:30243022a01ca01a8618687474703a2f2f63726c2e6578616d706c652f312e63726c81020640",
         REVOCATION_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(certificates) / sizeof(*certificates); i++) {
        struct party_spec leaf_spec = {
            .name = "leaf", .serial = 6, .points = certificates[i].points};
        struct party leaf = party_make(&leaf_spec, NULL, &world.intermediate);
        struct crl_spec spec = {.issuer = world.intermediate.certificate,
                                .key = world.intermediate.key,
                                .reason = -1,
                                .point = LEAF_POINT};
        struct crl_set *set = world_set(&world);
        struct revocation_result result;
        struct fault_list faults;

        world_add(set, &spec);
        world.path[0] = leaf.certificate;
        world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_msg(result.certificates[0].state == certificates[i].state, "%s",
                      certificates[i].points ? certificates[i].points : "none");
        world.path[0] = world.leaf.certificate;
        crl_set_free(set);
        party_free(&leaf);
    }
}
END_TEST

/* If libcrypto cannot read a certificate, there is no answer, since memory may have run out. */
START_TEST(points_relative_to_the_issuer)
{
    /* The distribution points: CN=1 relative to the issuer; CN=2; the issuer's name with CN=1
     * appended, in full; and CN=1 alone, in full. */
    static const struct {
        const char *points;
        enum revocation_state state;
    } certificates[] = {
        {"DER:3010300ea00ca10a300806035504030c0131", REVOCATION_GOOD},
        {"DER:3010300ea00ca10a300806035504030c0132", REVOCATION_UNKNOWN},
        {"DER:302d302ba029a027a42530233115301306035504030c0c496e7465726d656469617465"
         "310a300806035504030c0131",
         REVOCATION_GOOD},
        {"DER:30163014a012a010a40e300c310a300806035504030c0131", REVOCATION_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(certificates) / sizeof(*certificates); i++) {
        struct party_spec leaf_spec = {
            .name = "leaf", .serial = 6, .points = certificates[i].points};
        struct party leaf = party_make(&leaf_spec, NULL, &world.intermediate);
        struct crl_spec spec = {.issuer = world.intermediate.certificate,
                                .key = world.intermediate.key,
                                .shape = CRL_RELATIVE_POINT,
                                .reason = -1,
                                .point = "CN=1"};
        struct crl_set *set = world_set(&world);
        struct revocation_result result;
        struct fault_list faults;

        world_add(set, &spec);
        world.path[0] = leaf.certificate;
        world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_msg(result.certificates[0].state == certificates[i].state, "%s",
                      certificates[i].points);
        world.path[0] = world.leaf.certificate;
        crl_set_free(set);
        party_free(&leaf);
    }
}
END_TEST

START_TEST(a_certificate_that_cannot_be_read)
{
    struct party_spec leaf_spec = {.name = "leaf", .serial = 6, .points = "DER:05"};
    struct party leaf = party_make(&leaf_spec, NULL, &world.intermediate);
    X509 *path[] = {leaf.certificate, world.intermediate.certificate};
    struct revocation_question question = {
        .path = path, .n = 2, .time = NOW, .mode = REVOCATION_IF_KNOWN};
    struct revocation_result result = {.outcome = REVOCATION_PASSED};
    struct fault_list faults = {0};

    ck_assert_int_lt(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    party_free(&leaf);
}
END_TEST

START_TEST(off_looks_at_nothing)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .serial = LEAF_SERIAL,
                            .reason = -1};
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults = {0};
    struct revocation_question question = {.path = world.path,
                                           .n = 3,
                                           .time = NOW,
                                           .mode = REVOCATION_OFF,
                                           .sets = (const struct crl_set *const[]){set},
                                           .n_sets = 1};

    world_add(set, &spec);
    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_int_eq(result.outcome, REVOCATION_SKIPPED);
    ck_assert_int_ne(result.outcome, REVOCATION_PASSED);
    ck_assert_uint_eq(faults.n, 0);
    crl_set_free(set);
}
END_TEST

/* A question outside the limits is the caller's mistake and never passes. */
START_TEST(bounds_of_the_question)
{
    X509 *long_path[REVOCATION_PATH_COUNT + 1];
    struct revocation_question questions[] = {
        {.path = world.path, .n = 0, .mode = REVOCATION_IF_KNOWN},
        {.path = long_path, .n = REVOCATION_PATH_COUNT + 1, .mode = REVOCATION_IF_KNOWN},
        {.path = world.path, .n = 2},
        {.path = world.path, .n = 2, .mode = (enum revocation_mode)4},
        {.path = world.path, .n = 2, .mode = REVOCATION_IF_KNOWN, .clock_skew_s = -1},
        {.path = world.path,
         .n = 2,
         .mode = REVOCATION_IF_KNOWN,
         .clock_skew_s = REVOCATION_SKEW_S + 1},
        {.path = world.path, .n = 2, .mode = REVOCATION_IF_KNOWN, .ocsp_max_age_s = -1},
        {.path = world.path, .n = 2, .mode = REVOCATION_IF_KNOWN, .ocsp_max_age_s = OCSP_AGE_S + 1},
    };

    for (size_t i = 0; i < sizeof(long_path) / sizeof(*long_path); i++)
        long_path[i] = world.root.certificate;
    for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
        struct revocation_result result = {.outcome = REVOCATION_PASSED};
        struct fault_list faults = {0};

        ck_assert_int_lt(revocation_check(world.context, &questions[i], &faults, &result), 0);
        ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    }
}
END_TEST

/* The answer is the same at both ends of its window, and another one a second outside. */
START_TEST(windows_to_the_second)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .from = NOW - 100,
                            .until = NOW + 200,
                            .reason = -1};
    static const struct {
        int64_t time, from, until;
        enum revocation_state state;
    } times[] = {
        {NOW, NOW - 100, NOW + 200, REVOCATION_GOOD},
        {NOW - 100, NOW - 100, NOW + 200, REVOCATION_GOOD},
        {NOW + 200, NOW - 100, NOW + 200, REVOCATION_GOOD},
        {NOW - 101, INT64_MIN, NOW - 101, REVOCATION_UNUSABLE},
        {NOW + 201, NOW + 201, INT64_MAX, REVOCATION_STALE},
    };
    struct crl_set *set = world_set(&world);
    const struct crl_set *sets[] = {set};

    world_add(set, &spec);
    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
        struct revocation_question question = {.path = world.path,
                                               .n = 2,
                                               .time = times[i].time,
                                               .mode = REVOCATION_IF_KNOWN,
                                               .sets = sets,
                                               .n_sets = 1};
        struct revocation_result result;
        struct fault_list faults = {0};

        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state, times[i].state);
        ck_assert_int_eq(result.from, times[i].from);
        ck_assert_int_eq(result.until, times[i].until);
    }
    crl_set_free(set);
}
END_TEST

/*
 * A question that needs too many signatures is refused although the last CRL would be good, and
 * refused again when the signatures are remembered.
 */
START_TEST(too_many_signatures)
{
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    for (int i = 0; i < CRL_SIGNATURES_COUNT; i++) {
        struct crl_spec forged = {.issuer = world.intermediate.certificate,
                                  .key = world.namesake.key,
                                  .serial = 10000 + i,
                                  .reason = -1};

        if (i == CRL_SIGNATURES_COUNT - 1)
            forged.key = world.intermediate.key;
        world_add(set, &forged);
    }
    world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);

    for (int again = 0; again < 2; again++) {
        struct crl_set *more = world_set(&world);
        const struct crl_set *sets[] = {more, set};
        struct crl_spec forged = {.issuer = world.intermediate.certificate,
                                  .key = world.namesake.key,
                                  .serial = LEAF_SERIAL,
                                  .reason = -1};
        struct revocation_question question = {.path = world.path,
                                               .n = 2,
                                               .time = NOW,
                                               .mode = REVOCATION_IF_KNOWN,
                                               .sets = sets,
                                               .n_sets = 2};

        world_add(more, &forged);
        faults = (struct fault_list){0};
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
        ck_assert_str_eq(faults.faults[0].code, "revocation-budget");
        crl_set_free(more);
    }
    crl_set_free(set);
}
END_TEST

/*
 * A signature is remembered together with its key, so it does not count for another issuer with the
 * same name.
 */
START_TEST(what_is_remembered_is_the_keys)
{
    struct party_spec leaf_spec = {.name = "leaf", .serial = 6};
    struct party other = party_make(&leaf_spec, NULL, &world.namesake);
    X509 *path[] = {other.certificate, world.namesake.certificate};
    struct crl_spec spec = {
        .issuer = world.intermediate.certificate, .key = world.intermediate.key, .reason = -1};
    struct crl_set *set = world_set(&world);
    const struct crl_set *sets[] = {set};
    struct revocation_question question = {
        .path = path, .n = 2, .time = NOW, .mode = REVOCATION_IF_KNOWN, .sets = sets, .n_sets = 1};
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &spec);
    for (int i = 0; i < 2; i++) {
        world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_int_eq(result.certificates[0].state, REVOCATION_GOOD);
        faults = (struct fault_list){0};
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state, REVOCATION_UNUSABLE);
        ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    }
    crl_set_free(set);
    party_free(&other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revocation-bounds");
    TCase *cases = tcase_create("revocation-bounds");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, points_of_the_certificate);
    tcase_add_test(cases, points_relative_to_the_issuer);
    tcase_add_test(cases, a_certificate_that_cannot_be_read);
    tcase_add_test(cases, off_looks_at_nothing);
    tcase_add_test(cases, bounds_of_the_question);
    tcase_add_test(cases, windows_to_the_second);
    tcase_add_test(cases, too_many_signatures);
    tcase_add_test(cases, what_is_remembered_is_the_keys);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
