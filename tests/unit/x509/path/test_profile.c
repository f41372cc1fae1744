/* SPDX-License-Identifier: MIT */

/* Tests what each rule of the profiles refuses, in which certificate, and what it accepts. */

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "daemon/x509/path/profile.h"
#include "daemon/x509/path/profile_internal.h"
#include "tests/unit/x509/x509_fixture.h"

#define BOTH STRICT

/* 2024-01-01T00:00:00Z */
#define NOW 1704067200

static const struct row {
    const char *intent;
    unsigned profiles; /* the profiles in which the faults are expected */
    enum purpose purpose;
    bool judge_anchor;
    const char *leaf;
    const char *ca;
    const char *root;
    const char *expected;
} rows[] = {
#include "tests/unit/x509/profile_rows.h"
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

struct chain {
    struct fixture fixtures[3];
    const struct facts *path[3];
};

static void make_chain(struct chain *chain, const char *leaf, const char *ca, const char *root)
{
    fixture_init(&chain->fixtures[0], FIXTURE_LEAF, leaf);
    fixture_init(&chain->fixtures[1], FIXTURE_CA, ca);
    fixture_init(&chain->fixtures[2], FIXTURE_ROOT, root);
    for (size_t i = 0; i < 3; i++)
        chain->path[i] = &chain->fixtures[i].facts;
}

static void free_chain(struct chain *chain)
{
    for (size_t i = 0; i < 3; i++)
        fixture_deinit(&chain->fixtures[i]);
}

static struct profile_options ask(unsigned profile)
{
    return (struct profile_options){.profiles = profile,
                                    .purpose = PURPOSE_SERVER,
                                    .judge_anchor = true,
                                    .time = NOW,
                                    .max_depth = -1};
}

static void judge(const struct profile_options *options, const struct chain *chain,
                  const char *expected, const char *intent)
{
    struct fault_list faults = {0};
    char text[FIXTURE_FAULTS_BYTES];

    ck_assert_int_eq(profile_check(options, chain->path, 3, &faults), 0);
    fixture_print(text, &faults);
    ck_assert_msg(strcmp(text, expected) == 0, "%s (profile %d): '%s', not '%s'", intent,
                  (int)options->profiles, text, expected);
}

START_TEST(each_row)
{
    const struct row *row = &rows[_i];
    struct chain chain;

    make_chain(&chain, row->leaf, row->ca, row->root);
    for (unsigned profile = WEBPKI; profile <= COMPATIBLE; profile <<= 1) {
        struct profile_options options = ask(profile);

        options.purpose = row->purpose;
        options.judge_anchor = row->judge_anchor;
        if (row->profiles & profile)
            judge(&options, &chain, row->expected, row->intent);
    }
    free_chain(&chain);
}
END_TEST

static bool is_named(const char *code)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        const char *at = strstr(rows[i].expected, code);

        if (at && at[strlen(code)] == '@' && (at == rows[i].expected || at[-1] == ' '))
            return true;
    }
    return false;
}

/*
 * For every rule there is a row that breaks it. The rule's code has the right form, and its
 * sentence fits into a fault.
 */
START_TEST(each_rule_has_a_row)
{
    const struct rule *rule;
    size_t i = 0;

    for (; (rule = profile_rule(i)) != NULL; i++) {
        ck_assert_msg(is_named(rule->code), "no row yields %s", rule->code);
        ck_assert_uint_le(strlen(rule->code), 48);
        ck_assert_uint_eq(strspn(rule->code, "abcdefghijklmnopqrstuvwxyz-"), strlen(rule->code));
        ck_assert_uint_lt(strlen(rule->sentence), FAULT_TEXT_BYTES);
        ck_assert_int_gt(rule->verify_code, 0);
        ck_assert_uint_ne(rule->places & PLACE_EVERY, 0);
        ck_assert_uint_ne(rule->profiles & EVERY, 0);
    }
    ck_assert_uint_gt(i, 40);
}
END_TEST

static const struct date_row {
    const char *intent;
    int64_t time;
    const char *expected;
} date_rows[] = {
    {"before all", -1, "not-yet-valid@0 not-yet-valid@1 not-yet-valid@2"},
    {"a second before notBefore", 1609459199, "not-yet-valid@0"},
    {"at notBefore", 1609459200, ""},
    {"at notAfter", 1640995199, ""},
    {"a second after notAfter", 1640995200, "expired@0"},
    {"the CA is past, the root not", 1893456000, "expired@0 expired@1"},
    {"after all", INT64_MAX, "expired@0 expired@1 expired@2"},
};

/* Both ends of the validity belong to it, RFC 5280 section 4.1.2.5. */
START_TEST(dates)
{
    const struct date_row *row = &date_rows[_i];
    struct profile_options options = ask(WEBPKI);
    struct chain chain;

    make_chain(&chain, "from=210101000000Z until=211231235959Z", "until=291231235959Z", "");
    options.time = row->time;
    judge(&options, &chain, row->expected, row->intent);
    free_chain(&chain);
}
END_TEST

static const struct depth_row {
    const char *intent;
    int max_depth;
    const char *ca;
    const char *expected;
} depth_rows[] = {
    {"no limit", -1, "", ""},
    {"one of one", 1, "", ""},
    {"one of none", 0, "", "path-too-deep@0"},
    {"a self-issued one does not count", 0, "subject=CN:root", ""},
};

START_TEST(depth)
{
    const struct depth_row *row = &depth_rows[_i];
    struct profile_options options = ask(RFC5280);
    struct chain chain;

    make_chain(&chain, "", row->ca, "");
    options.max_depth = row->max_depth;
    judge(&options, &chain, row->expected, row->intent);
    free_chain(&chain);
}
END_TEST

/* Each row has the last second that the schedule of the public web permits for a notBefore. */
static const struct {
    const char *good, *too_long;
    int64_t time;
} web_rows[] = {
    {"from=260314235959Z until=270416235958Z", "from=260314235959Z until=270416235959Z",
     1773600000},
    {"from=260315000000Z until=260930235959Z", "from=260315000000Z until=261001000000Z",
     1773600000},
    {"from=270315000000Z until=270622235959Z", "from=270315000000Z until=270623000000Z",
     1805100000},
    {"from=290315000000Z until=290430235959Z", "from=290315000000Z until=290501000000Z",
     1868230000},
};

START_TEST(web_lifetimes)
{
    struct profile_options options = ask(WEBPKI);
    struct chain chain;

    options.has_web_lifetime = true;
    options.time = web_rows[_i].time;
    make_chain(&chain, web_rows[_i].good, "", "");
    judge(&options, &chain, "", "as long as allowed");
    free_chain(&chain);
    make_chain(&chain, web_rows[_i].too_long, "", "");
    judge(&options, &chain, "lifetime@0", "a second too long");
    free_chain(&chain);
}
END_TEST

/*
 * Tests the limits of a trust section: a lifetime in days, which includes the first and the last
 * second, and a date.
 */
START_TEST(terms)
{
    struct profile_options options = ask(WEBPKI);
    struct chain chain;

    make_chain(&chain, "from=240101000000Z until=240110235959Z", "", "");
    options.max_lifetime_days = 10;
    judge(&options, &chain, "", "ten days to the second");
    options.max_lifetime_days = 9;
    judge(&options, &chain, "lifetime@0", "a day too long");
    options.max_lifetime_days = 0;
    options.distrusted = true;
    options.distrust_after = NOW;
    judge(&options, &chain, "", "begun at that moment");
    options.distrust_after = NOW - 1;
    judge(&options, &chain, "distrusted@0", "begun after it");
    free_chain(&chain);
}
END_TEST

/* A certificate that cannot be judged gets a fault. */
START_TEST(refuses_what_it_cannot_judge)
{
    struct profile_options options = ask(WEBPKI), unknown = {0};
    struct fault_list faults = {0};
    struct chain chain;

    make_chain(&chain, "", "", "");
    judge(&unknown, &chain, "profile-unknown@0", "zeroed options");
    options.profiles = EVERY + 1;
    judge(&options, &chain, "profile-unknown@0", "both profiles at once");
    options = ask(WEBPKI);
    options.purpose = (enum purpose)3;
    judge(&options, &chain, "profile-unknown@0", "both purposes at once");

    options = ask(WEBPKI);
    for (size_t n = 0; n < 2; n++) {
        faults = (struct fault_list){0};
        ck_assert_int_eq(profile_check(&options, chain.path, n, &faults), 0);
        ck_assert_uint_eq(faults.n, 1);
        ck_assert_str_eq(faults.faults[0].code, "path-too-short");
    }
    faults = (struct fault_list){0};
    ck_assert_int_eq(profile_check(NULL, chain.path, 3, &faults), -EINVAL);
    ck_assert_int_eq(profile_check(&options, NULL, 3, &faults), -EINVAL);
    ck_assert_int_eq(profile_check(&options, chain.path, 3, NULL), -EINVAL);
    chain.path[1] = NULL;
    ck_assert_int_eq(profile_check(&options, chain.path, 3, &faults), -EINVAL);
    chain.path[1] = &(struct facts){0};
    ck_assert_int_eq(profile_check(&options, chain.path, 3, &faults), 0);
    ck_assert_uint_gt(faults.n, 0);
    free_chain(&chain);
}
END_TEST

/* A full list keeps its first faults. */
START_TEST(keeps_the_first_faults)
{
    struct profile_options options = ask(WEBPKI);
    struct fault_list faults = {0};
    struct chain chain;

    make_chain(&chain, "serial=00 version=1 key=dsa -aki -eku -san until=210101000000Z ids",
               "serial=00", "-bc");
    ck_assert_int_eq(profile_check(&options, chain.path, 3, &faults), 0);
    ck_assert_uint_eq(faults.n, FAULTS_COUNT);
    ck_assert_str_eq(faults.faults[0].code, "version");
    ck_assert_int_eq(faults.faults[0].verify_code, X509_V_ERR_APPLICATION_VERIFICATION);
    ck_assert_str_eq(faults.faults[0].text, "the certificate is not of version 3");
    free_chain(&chain);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile");
    TCase *tcase = tcase_create("profile");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, each_row, 0, (int)N_ROWS);
    tcase_add_test(tcase, each_rule_has_a_row);
    tcase_add_loop_test(tcase, dates, 0, (int)(sizeof(date_rows) / sizeof(date_rows[0])));
    tcase_add_loop_test(tcase, depth, 0, (int)(sizeof(depth_rows) / sizeof(depth_rows[0])));
    tcase_add_test(tcase, terms);
    tcase_add_loop_test(tcase, web_lifetimes, 0, sizeof(web_rows) / sizeof(*web_rows));
    tcase_add_test(tcase, refuses_what_it_cannot_judge);
    tcase_add_test(tcase, keeps_the_first_faults);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
