/* SPDX-License-Identifier: MIT */

/*
 * Tests that comparing takes time linear in the number of names of a certificate and in the length
 * of a name, whatever the number of stars. The shortest CPU time of several rounds is compared with
 * that for a 32nd of the input. Eight times the linear time is tolerated, for caches and a busy
 * machine; quadratic time would be 32 times the linear one.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/identity/match.h"

#define N_SANS     2000
#define LONG_BYTES 65536
#define TIMES      32
#define TOLERANCE  8
#define N_ROUNDS   9
/*
 * The shortest time in seconds that a round has to take: in less, reading the clock would dominate.
 */
#define ROUND_S 0.0005

static struct suffix_list *suffixes;
static uint8_t *text;
static struct identity *presented;

static void setup(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
    text = malloc(LONG_BYTES);
    presented = calloc(N_SANS, sizeof(*presented));
    ck_assert_ptr_nonnull(text);
    ck_assert_ptr_nonnull(presented);
}

static void teardown(void)
{
    free(presented);
    free(text);
    suffixes = suffix_list_close(suffixes);
}

struct question {
    struct match_rules rules;
    struct reference reference;
};

static struct question ask(enum reference_kind kind, enum rule_set set, const char *reference)
{
    struct question question = {.rules = {.suffixes = suffixes, .rules = {.set = set}}};

    ck_assert_int_eq(reference_parse(&question.reference, kind, set, (const uint8_t *)reference,
                                     strlen(reference)),
                     0);
    return question;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Returns the seconds for judging `n` identities: whether one matches, and why each does not. */
static double answer(const struct question *question, size_t n)
{
    struct match_result result;
    double start = now(), end;
    size_t n_times = 0;

    do {
        match_all(&question->rules, &question->reference, presented, n, &result);
        ck_assert_int_eq(result.match, MATCH_NONE);
        n_times++;
        end = now();
    } while (end - start < ROUND_S);
    return (end - start) / (double)n_times;
}

static double least(const struct question *question, size_t n)
{
    double seconds = answer(question, n);

    for (int i = 1; i < N_ROUNDS; i++) {
        double again = answer(question, n);

        seconds = again < seconds ? again : seconds;
    }
    return seconds;
}

static const struct kind_row {
    enum reference_kind kind;
    const char *reference;
    enum identity_type type;
    const char *repeated; /* the text that is repeated to make a long name */
} kind_rows[] = {
    {REFERENCE_HOST, "a.example.com", IDENTITY_DNS, "*."},
    {REFERENCE_HOST, "a.example.com", IDENTITY_DNS, "*"},
    {REFERENCE_HOST, "a.example.com", IDENTITY_DNS, "a*"},
    {REFERENCE_HOST, "a.example.com", IDENTITY_DNS, "xn--a."},
    {REFERENCE_HOST, "a.example.com", IDENTITY_DNS, "com."},
    {REFERENCE_HOST, "a.example.com", IDENTITY_CN, "\u00fc"},
    {REFERENCE_EMAIL, "a@example.com", IDENTITY_EMAIL, "a@"},
    {REFERENCE_EMAIL, "a@example.com", IDENTITY_EMAIL, "*"},
    {REFERENCE_EMAIL, "\u00fc@example.com", IDENTITY_SMTP_UTF8, "\u00fc@"},
    {REFERENCE_EMAIL, "a@example.com", IDENTITY_SUBJECT_EMAIL, "a@"},
    {REFERENCE_URI, "https://example.com", IDENTITY_URI, "https://a@:"},
    {REFERENCE_URI, "https://example.com", IDENTITY_URI, "a"},
    {REFERENCE_URI, "sip:example.com", IDENTITY_URI, "sip:;?"},
    {REFERENCE_SPIFFE, "spiffe://a/b", IDENTITY_URI, "spiffe://a/"},
    {REFERENCE_SRV, "_imap.example.com", IDENTITY_SRV, "_imap.*."},
    {REFERENCE_SRV, "_imap.example.com", IDENTITY_SRV, "_"},
};

#define N_OF(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static void fill(const char *repeated)
{
    size_t len = strlen(repeated);

    for (size_t i = 0; i < LONG_BYTES; i++)
        text[i] = (uint8_t)repeated[i % len];
}

static void check_linear(double small, double large, const char *what, const struct kind_row *row,
                         int set)
{
    ck_assert_msg(large <= small * TIMES * TOLERANCE, "%s, %s by %d: %g s, and %g s for %d times",
                  what, row->repeated, set, small, large, TIMES);
}

/* Compares the time for 62 names with that for 2,000. */
START_TEST(in_the_number_of_names)
{
    const struct kind_row *row = &kind_rows[_i];

    fill(row->repeated);
    for (size_t i = 0; i < N_SANS; i++)
        presented[i] = (struct identity){row->type, text, 32 + i % 16};
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct question question = ask(row->kind, (enum rule_set)set, row->reference);

        check_linear(least(&question, N_SANS / TIMES), least(&question, N_SANS), "names", row, set);
    }
}
END_TEST

/* Compares the time for names of 2 KiB with that for names of 64 KiB. */
START_TEST(in_the_length_of_a_name)
{
    const struct kind_row *row = &kind_rows[_i];

    fill(row->repeated);
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct question question = ask(row->kind, (enum rule_set)set, row->reference);
        double small, large;

        presented[0] = (struct identity){row->type, text, LONG_BYTES / TIMES};
        small = least(&question, 1);
        presented[0].len = LONG_BYTES;
        large = least(&question, 1);
        check_linear(small, large, "length", row, set);
    }
}
END_TEST

/* Compares a name of 253 bytes with 1 to 64 stars spread over it: more stars take no more time. */
START_TEST(whatever_the_stars)
{
    char host[254];
    double eight = 0;

    for (size_t i = 0; i < 253; i++)
        host[i] = i % 4 == 3 ? '.' : 'a';
    host[253] = '\0';
    for (int n_stars = 1; n_stars <= 64; n_stars *= 2) {
        struct question question = ask(REFERENCE_HOST, (enum rule_set)_i, host);
        double seconds;

        memcpy(text, host, 253);
        text[252] = 'b';
        for (int i = 0; i < n_stars; i++)
            text[(i * 252 / n_stars) & ~3] = '*';
        presented[0] = (struct identity){IDENTITY_DNS, text, 253};
        seconds = least(&question, 1);
        eight = n_stars == 8 ? seconds : eight;
        ck_assert_msg(n_stars < 8 || seconds <= eight * TOLERANCE * TOLERANCE,
                      "%d stars: %g s, and eight %g s", n_stars, seconds, eight);
        /* A comparison takes a few microseconds; under valgrind it takes far more. */
        ck_assert_double_lt(seconds, 1e-3);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-linear");
    TCase *linear = tcase_create("linear");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(linear, setup, teardown);
    tcase_set_timeout(linear, 120);
    tcase_add_loop_test(linear, in_the_number_of_names, 0, N_OF(kind_rows));
    tcase_add_loop_test(linear, in_the_length_of_a_name, 0, N_OF(kind_rows));
    tcase_add_loop_test(linear, whatever_the_stars, RULES_RFC9525, RULES_OPENSSL + 1);
    suite_add_tcase(suite, linear);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
