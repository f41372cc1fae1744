/* SPDX-License-Identifier: MIT */

/*
 * Tests of the statistics, and of the status and metrics made from them: everything fits into one
 * reply, whatever names verifiers and the supervisor send.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "daemon/front/admin.h"
#include "daemon/limits.h"
#include "proto/limits.h"
#include "proto/verdict.h"
#include "tests/unit/front/verifiers_fixture.h"

static struct play play;
static struct admin *admin;

static void on_answer(void *owner, uint64_t tag, const uint8_t *payload, size_t n)
{
    (void)owner;
    (void)tag;
    (void)payload;
    (void)n;
}

static int on_reload(void *context)
{
    (void)context;
    return 0;
}

static void setup(void)
{
    const struct admin_callbacks callbacks = {.answer = on_answer, .reload = on_reload};

    play_begin(&play);
    ck_assert_int_eq(admin_new(&admin, &callbacks, play.dispatch, &play.monitor, &play.accounts),
                     0);
}

static void teardown(void)
{
    admin_free(admin);
    play_end(&play);
}

/* --- histograms --- */

/* A quantile is never below the counted time, and at most a quarter above it. */
START_TEST(quantile_is_near)
{
    for (int64_t us = 0; us < 5000000; us += 1 + us / 7) {
        struct histogram histogram = {0};
        uint64_t found;

        histogram_add(&histogram, us, 1);
        found = histogram_quantile_us(&histogram, 0.5);
        ck_assert_uint_ge(found, (uint64_t)us);
        ck_assert_uint_le(found, (uint64_t)us + (uint64_t)us / 4);
    }
}
END_TEST

START_TEST(odd_times_are_counted)
{
    static const int64_t times[] = {-1, INT64_MIN, INT64_MAX, 0, UINT32_MAX};
    struct histogram histogram = {0};

    ck_assert_uint_eq(histogram_quantile_us(&histogram, 0.99), 0);
    for (size_t i = 0; i < 5; i++)
        histogram_add(&histogram, times[i], 2);
    ck_assert_uint_eq(histogram.n, 10);
    ck_assert_uint_eq(histogram_count_below(&histogram, 0), 6);
    ck_assert_uint_eq(histogram_count_below(&histogram, 24), 6);
    ck_assert_uint_ge(histogram_quantile_us(&histogram, 1), UINT32_MAX);
}
END_TEST

START_TEST(quantiles_of_many)
{
    struct histogram histogram = {0};

    histogram_add(&histogram, 10, 989);
    histogram_add(&histogram, 1000, 11);
    ck_assert_uint_le(histogram_quantile_us(&histogram, 0.5), 12);
    ck_assert_uint_le(histogram_quantile_us(&histogram, 0.98), 12);
    ck_assert_uint_ge(histogram_quantile_us(&histogram, 0.99), 1000);
    ck_assert_uint_eq(histogram.sum_us, 989 * 10 + 11 * 1000);
}
END_TEST

/* --- names --- */

START_TEST(names_are_bounded)
{
    struct statistics *statistics = &play.monitor.statistics;
    char name[32];

    for (unsigned i = 0; i < 100; i++) {
        struct answer_summary summary = {.outcome = VERDICT_VERIFIED};

        snprintf(name, sizeof(name), "rule-%u", i);
        summary.rule = statistics_find_name(&statistics->rules, name);
        ck_assert_uint_eq(summary.rule, statistics_find_name(&statistics->rules, name));
        statistics_count(statistics, &summary);
    }
    ck_assert_uint_eq(statistics->rules.n, STATISTICS_NAMES_COUNT);
    ck_assert_uint_eq(statistics->rules.rows[7].count, 1);
    ck_assert_uint_eq(statistics->rules.n_others, 100 - STATISTICS_NAMES_COUNT);
    ck_assert_uint_eq(statistics->outcomes[OUTCOME_VERIFIED], 100);
}
END_TEST

/* An outcome that is none of the named constants counts as refused. */
START_TEST(only_the_constants_accept)
{
    static const struct {
        uint32_t value;
        enum outcome outcome;
    } rows[] = {
        {0, OUTCOME_REFUSED},
        {1, OUTCOME_REFUSED},
        {VERDICT_NAME_MATCHES, OUTCOME_NAME_MATCHES},
        {VERDICT_NAME_MATCHES ^ 1, OUTCOME_REFUSED},
        {VERDICT_VERIFIED, OUTCOME_VERIFIED},
        {UINT32_MAX, OUTCOME_REFUSED},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct statistics statistics = {0};
        struct answer_summary summary = {.outcome = rows[i].value};

        statistics_count(&statistics, &summary);
        ck_assert_uint_eq(statistics.outcomes[rows[i].outcome], 1);
    }
}
END_TEST

/* --- status and metrics --- */

/*
 * Makes the largest possible status: full tables of names in which every character has to be
 * escaped, large numbers, and the longest facts.
 */
static void fill(void)
{
    struct statistics *statistics = &play.monitor.statistics;
    static char facts[LIMIT_FACTS_BYTES];
    char name[NOTE_RULE_BYTES];

    for (unsigned i = 0; i < STATISTICS_NAMES_COUNT + 5; i++) {
        memset(name, i % 2 ? '"' : '\\', sizeof(name));
        snprintf(name, sizeof(name), "%u\n\x7f\xff", i);
        name[strlen(name)] = '"';
        name[sizeof(name) - 1] = '\0';
        statistics_find_name(&statistics->rules, name);
        statistics_find_name(&statistics->codes, name);
    }
    for (size_t i = 0; i < STATISTICS_NAMES_COUNT; i++)
        statistics->rules.rows[i].count = statistics->codes.rows[i].count = INT64_MAX;
    for (size_t i = 0; i < N_BUSY; i++)
        statistics->busy[i] = INT64_MAX;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS_COUNT; i++)
        statistics->warm.counts[i] = statistics->cold.counts[i] = INT64_MAX / 256;
    for (uid_t uid = 0; uid < 200; uid++) {
        struct account *account = account_find(&play.accounts, UINT32_MAX - uid);

        ck_assert_ptr_nonnull(account);
        account->n_requests = INT64_MAX - uid;
        account->used_cpu_us = INT64_MAX;
    }
    memset(facts, 'x', sizeof(facts));
    memcpy(facts, "{\"a\":\"", 6);
    memcpy(facts + sizeof(facts) - 3, "\"}", 2);
    ck_assert_int_eq(admin_set_facts(admin, facts, sizeof(facts) - 1), 0);
}

static json_t *parse_status(void)
{
    const char *text;
    size_t len = admin_write_status(admin, &text);
    json_error_t error;
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);

    ck_assert_uint_le(len, LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES);
    ck_assert_msg(json != NULL, "%s at %d: %.60s", error.text, error.position, text);
    return json;
}

START_TEST(status_is_one_object)
{
    json_t *json = parse_status();

    ck_assert(json_is_null(json_object_get(json, "supervisor")));
    ck_assert_int_eq(json_integer_value(json_object_get(json, "epoch")), 1);
    json_decref(json);
    fill();
    json = parse_status();
    ck_assert(json_is_object(json_object_get(json, "supervisor")));
    ck_assert_uint_eq(json_object_size(json_object_get(json, "rules")), STATISTICS_NAMES_COUNT + 1);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "users")), 16);
    ck_assert_int_eq(json_integer_value(
                         json_object_get(json_array_get(json_object_get(json, "users"), 0), "uid")),
                     UINT32_MAX);
    json_decref(json);
}
END_TEST

/*
 * Checks that every line is a comment or a sample, no metric family is listed twice, and the last
 * line is "# EOF".
 */
static void check_metrics(const char *text, size_t len)
{
    const char *at = text;
    unsigned n_samples = 0;

    ck_assert_uint_le(len, LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES);
    ck_assert_uint_eq(strlen(text), len);
    ck_assert_str_eq(text + len - 6, "# EOF\n");
    while (*at != '\0') {
        const char *end = strchr(at, '\n');

        ck_assert_ptr_nonnull(end);
        if (strncmp(at, "certnamed_", 10) == 0) {
            const char *value = end;

            while (value[-1] != ' ')
                value--;
            ck_assert(strspn(value, "0123456789.") == (size_t)(end - value));
            n_samples++;
        } else {
            ck_assert_msg(strncmp(at, "# ", 2) == 0, "%.60s", at);
        }
        at = end + 1;
    }
    ck_assert_uint_gt(n_samples, 80);
}

START_TEST(metrics_are_lines)
{
    static const char of_supervisor[] = "{}\ncertnamed_files_in_force 1\n";
    const char *text;
    size_t len = admin_write_metrics(admin, &text);

    check_metrics(text, len);
    ck_assert_ptr_nonnull(strstr(text, "\ncertnamed_cache_hits_total 0\n"));
    ck_assert_ptr_nonnull(strstr(text, "certnamed_busy_total{limit=\"cpu-per-uid\"} 0\n"));
    ck_assert_ptr_nonnull(strstr(text, "le=\"1.048576\"} "));
    fill();
    ck_assert_int_eq(admin_set_facts(admin, of_supervisor, strlen(of_supervisor)), 0);
    len = admin_write_metrics(admin, &text);
    check_metrics(text, len);
    /* Even with full tables there is room for the supervisor's metrics, which alarms need. */
    ck_assert_uint_le(len + LIMIT_FACTS_METRICS_BYTES, LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES);
    ck_assert_ptr_nonnull(strstr(text, "\ncertnamed_files_in_force 1\n"));
}
END_TEST

static const struct {
    const char *text;
    bool good;
} facts[] = {
    {"{}", true},
    {"{\"a\":[1,{\"b\":\"}]\\\"{\"}]}", true},
    {"", false},
    {"{", false},
    {"}", false},
    {"[]", false},
    {"{}}", false},
    {"{}{}", false},
    {"{},\"epoch\":{}", false},
    {"{\"a\":\"}", false},
    {"{\"a\":\"\\\"}", false},
    {"{\n}", false},
    {"{\"\xc3\xa4\":1}", false},
    {" {}", false},
    {"{} ", false},
    {"{[}", false},
    {"{}\n", true},
    {"{}\ncertnamed_x 42\n", true},
    {"{}\n# TYPE certnamed_x gauge\ncertnamed_x 42\n", true},
    {"{}\ncertnamed_x 42", false},
    {"{}\ncertnamed_x 42\n# EOF\n", false},
    {"{}\n\xc3\xa4 1\n", false},
    {"{}\ncertnamed_x\t42\n", false},
    {"{\n}\n", false},
    {"\ncertnamed_x 42\n", false},
};

START_TEST(facts_are_one_object)
{
    int r = admin_set_facts(admin, facts[_i].text, strlen(facts[_i].text));
    const char *text;
    size_t len;
    bool is_said;

    ck_assert_msg((r == 0) == facts[_i].good, "%s", facts[_i].text);
    json_decref(parse_status());
    len = admin_write_metrics(admin, &text);
    check_metrics(text, len);
    is_said = memmem(text, len, "\ncertnamed_x 42\n", strlen("\ncertnamed_x 42\n")) != NULL;
    ck_assert(is_said == (facts[_i].good && strstr(facts[_i].text, "certnamed_x")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statistics");
    TCase *cases = tcase_create("statistics");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, quantile_is_near);
    tcase_add_test(cases, odd_times_are_counted);
    tcase_add_test(cases, quantiles_of_many);
    tcase_add_test(cases, names_are_bounded);
    tcase_add_test(cases, only_the_constants_accept);
    tcase_add_test(cases, status_is_one_object);
    tcase_add_test(cases, metrics_are_lines);
    tcase_add_loop_test(cases, facts_are_one_object, 0, sizeof(facts) / sizeof(facts[0]));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
