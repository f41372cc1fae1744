/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/moment.h"
#include "daemon/policy/pinset.h"
#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/*
 * Tests how moments are written, and the state of pins before and after each moment at which it
 * changes.
 */

#define DAY 86400

/* 2027-06-30T00:00:00Z and 2027-06-01T00:00:00Z, as computed by `date -u +%s`. */
#define JUNE_30 INT64_C(1814313600)
#define JUNE_1  INT64_C(1811808000)

struct moment_row {
    const char *text;
    int64_t from;
    int64_t until;
    const char *from_printed; /* NULL: printed as in `text` */
    const char *until_printed;
};

static const struct moment_row moment_rows[] = {
    {"1970-01-01", 0, DAY, NULL, NULL},
    {"1970-12-31", 364 * DAY, 365 * DAY, NULL, NULL},
    {"1972-02-29", 789 * INT64_C(86400), 790 * INT64_C(86400), NULL, NULL},
    {"2000-02-29", INT64_C(951782400), INT64_C(951868800), NULL, NULL},
    {"2000-03-01", INT64_C(951868800), INT64_C(951955200), NULL, NULL},
    {"2024-12-31", INT64_C(1735603200), INT64_C(1735689600), NULL, NULL},
    {"2027-06-30", JUNE_30, JUNE_30 + DAY, NULL, NULL},
    {"2100-03-01", INT64_C(4107542400), INT64_C(4107628800), NULL, NULL},
    {"9999-12-31", INT64_C(253402214400), INT64_C(253402300800), NULL, NULL},
    {"2027-06-30T00:00:00Z", JUNE_30, JUNE_30 + 1, "2027-06-30", NULL},
    {"2027-06-30T23:59:59Z", JUNE_30 + DAY - 1, JUNE_30 + DAY, NULL, "2027-06-30"},
    {"2027-06-30T12:34:56Z", JUNE_30 + 45296, JUNE_30 + 45297, NULL, NULL},
    {"2027-06-30T02:00:00+02:00", JUNE_30, JUNE_30 + 1, "2027-06-30", "2027-06-30T00:00:00Z"},
    {"2027-06-29T18:30:00-05:30", JUNE_30, JUNE_30 + 1, "2027-06-30", "2027-06-30T00:00:00Z"},
    {"1970-01-01T00:00:00+00:00", 0, 1, "1970-01-01", "1970-01-01T00:00:00Z"},
};

static void print_expect(int64_t moment, bool is_end, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    struct memory_text out = {0};

    policy_moment_print(&out, moment, is_end);
    ck_assert_int_eq(memory_text_finish(&out, &text, &len), 0);
    ck_assert_str_eq(text, expected);
    free(text);
}

/*
 * A day stands for the seconds from its first to its last; a time stands for one second. Each is
 * printed as its shortest text.
 */
START_TEST(test_moments)
{
    for (size_t i = 0; i < ROWS(moment_rows); i++) {
        const struct moment_row *row = &moment_rows[i];
        int64_t from = -1, until = -1;

        ck_assert_ptr_null(policy_moment_parse(row->text, false, &from));
        ck_assert_ptr_null(policy_moment_parse(row->text, true, &until));
        ck_assert_msg(from == row->from && until == row->until, "%s: %lld, %lld", row->text,
                      (long long)from, (long long)until);
        print_expect(from, false, row->from_printed ? row->from_printed : row->text);
        print_expect(until, true, row->until_printed ? row->until_printed : row->text);
    }
}
END_TEST

/*
 * Each day from 1970 to 2110 begins where the one before ends, and its text is parsed back to the
 * same moment.
 */
START_TEST(test_every_day)
{
    for (int64_t day = 0; day < 51134; day++) {
        char *text = NULL;
        size_t len = 0;
        struct memory_text out = {0};
        int64_t from = -1;

        policy_moment_print(&out, day * DAY, false);
        ck_assert_int_eq(memory_text_finish(&out, &text, &len), 0);
        ck_assert_uint_eq(len, 10);
        ck_assert_ptr_null(policy_moment_parse(text, false, &from));
        ck_assert_int_eq(from, day * DAY);
        free(text);
    }
}
END_TEST

static const char *const bad_moments[] = {
    "",
    "2027",
    "2027-06",
    "2027-6-30",
    "27-06-30",
    "2027-06-31",
    "2027-02-29",
    "2100-02-29",
    "2027-00-10",
    "2027-13-10",
    "2027-06-00",
    "1969-12-31",
    "1970-01-01T00:00:00+00:01",
    " 2027-06-30",
    "2027-06-30 ",
    "2027/06/30",
    "30.06.2027",
    "2027-06-30T",
    "2027-06-30T12:00Z",
    "2027-06-30T12:00:00",
    "2027-06-30t12:00:00z",
    "2027-06-30 12:00:00Z",
    "2027-06-30T24:00:00Z",
    "2027-06-30T12:60:00Z",
    "2027-06-30T23:59:60Z",
    "2027-06-30T12:00:00.5Z",
    "2027-06-30T12:00:00ZZ",
    "2027-06-30T12:00:00+2",
    "2027-06-30T12:00:00+24:00",
    "2027-06-30T12:00:00+02:60",
    "2027-06-30T12:00:00+0200",
    "1814313600",
    "never",
};

START_TEST(test_bad_moments)
{
    for (size_t i = 0; i < ROWS(bad_moments); i++) {
        int64_t moment;
        char config[256];
        struct refusal_row row = {bad_moments[i], config, 2, "expires: \""};

        ck_assert_msg(policy_moment_parse(bad_moments[i], true, &moment), "%s", bad_moments[i]);
        snprintf(config, sizeof(config),
                 "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" }\n expires = \"%s\" }",
                 bad_moments[i]);
        refuse_bytes(&row, strlen(config));
    }
}
END_TEST

enum { NOT_YET = POLICY_PINSET_NOT_YET, ACTIVE, WARNED, EXPIRED };
enum { REFUSE = POLICY_PINS_REFUSE, CHECK, IGNORE };

struct life_row {
    const char *intent;
    const char *keys;
    int64_t now;
    int phase;
    int action;
    bool report_only;
    int64_t from;
    int64_t until;
};

#define MIN POLICY_TIME_MIN
#define MAX POLICY_TIME_MAX

#define WHOLE "not-before = \"2027-05-01\" expires = \"2027-06-30\""
#define MAY_1 INT64_C(1809129600)
#define END   (JUNE_30 + DAY)

static const struct life_row life_rows[] = {
    {"without an end", "", 0, ACTIVE, CHECK, false, MIN, MAX},
    {"without an end, for ever", "", MAX, ACTIVE, CHECK, false, MIN, MAX},
    {"without an end, only reported", "mode = report", 0, ACTIVE, CHECK, true, MIN, MAX},
    {"the second before its first", WHOLE, MAY_1 - 1, NOT_YET, IGNORE, false, MIN, MAY_1},
    {"its first second", WHOLE, MAY_1, ACTIVE, CHECK, false, MAY_1, END - 30 * DAY},
    {"the last second without a warning", WHOLE, END - 30 * DAY - 1, ACTIVE, CHECK, false, MAY_1,
     END - 30 * DAY},
    {"the first second with a warning, thirty days ahead", WHOLE, END - 30 * DAY, WARNED, CHECK,
     false, END - 30 * DAY, END},
    {"the last second of the last day", WHOLE, END - 1, WARNED, CHECK, false, END - 30 * DAY, END},
    {"midnight, closed without a word", WHOLE, END, EXPIRED, REFUSE, false, END, MAX},
    {"midnight, closed", WHOLE " on-expiry = closed", END, EXPIRED, REFUSE, false, END, MAX},
    {"midnight, reported", WHOLE " on-expiry = report", END, EXPIRED, CHECK, true, END, MAX},
    {"a second before it", WHOLE " on-expiry = report", END - 1, WARNED, CHECK, false,
     END - 30 * DAY, END},
    {"midnight, open", WHOLE " on-expiry = open", END, EXPIRED, IGNORE, false, END, MAX},
    {"a second before it, open", WHOLE " on-expiry = open", END - 1, WARNED, CHECK, false,
     END - 30 * DAY, END},
    {"long after, closed", WHOLE, MAX, EXPIRED, REFUSE, false, END, MAX},
    {"closed, and only reported", WHOLE " mode = report", END, EXPIRED, REFUSE, true, END, MAX},
    {"long before", WHOLE, MIN, NOT_YET, IGNORE, false, MIN, MAY_1},
    {"without a warning", WHOLE " warn-days = 0", END - 1, ACTIVE, CHECK, false, MAY_1, END},
    {"a day of warning", WHOLE " warn-days = 1", JUNE_30, WARNED, CHECK, false, JUNE_30, END},
    {"a second before it", WHOLE " warn-days = 1", JUNE_30 - 1, ACTIVE, CHECK, false, MAY_1,
     JUNE_30},
    {"warned from the first second", WHOLE " warn-days = 3650", MAY_1, WARNED, CHECK, false, MAY_1,
     END},
    {"and not yet before", WHOLE " warn-days = 3650", MAY_1 - 1, NOT_YET, IGNORE, false, MIN,
     MAY_1},
    {"no beginning", "expires = \"2027-06-30\"", 0, ACTIVE, CHECK, false, MIN, END - 30 * DAY},
    {"no end", "not-before = \"2027-06-30\"", JUNE_30, ACTIVE, CHECK, false, JUNE_30, MAX},
    {"no end, before", "not-before = \"2027-06-30\"", JUNE_30 - 1, NOT_YET, IGNORE, false, MIN,
     JUNE_30},
    {"a time: its last second", "expires = \"2027-06-30T12:00:00Z\" warn-days = 0", JUNE_30 + 43200,
     ACTIVE, CHECK, false, MIN, JUNE_30 + 43201},
    {"a time: the second after it", "expires = \"2027-06-30T12:00:00Z\"", JUNE_30 + 43201, EXPIRED,
     REFUSE, false, JUNE_30 + 43201, MAX},
    {"a single second", "not-before = \"2027-06-30T12:00:00Z\" expires = \"2027-06-30T12:00:00Z\"",
     JUNE_30 + 43200, WARNED, CHECK, false, JUNE_30 + 43200, JUNE_30 + 43201},
    {"a single day", "not-before = \"2027-06-30\" expires = \"2027-06-30\" warn-days = 0",
     JUNE_30 + DAY - 1, ACTIVE, CHECK, false, JUNE_30, END},
};

static struct policy *pinset_make(const char *keys)
{
    char config[512];

    snprintf(config, sizeof(config),
             "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } %s }\n", keys);
    return accept_text(config);
}

/* Tests the state of pins at a moment, and from when until when it stays the same. */
START_TEST(test_life)
{
    for (size_t i = 0; i < ROWS(life_rows); i++) {
        const struct life_row *row = &life_rows[i];
        struct policy *policy = pinset_make(row->keys);
        size_t n;
        const struct policy_pinset *pinset = policy_pinsets(policy, &n);
        struct policy_pinset_state state = policy_pinset_judge(pinset, row->now);

        ck_assert_uint_eq(n, 1);
        ck_assert_msg((int)state.phase == row->phase, "%s: phase %d", row->intent,
                      (int)state.phase);
        ck_assert_int_eq(policy_pinset_phase(pinset, row->now), state.phase);
        ck_assert_msg((int)state.action == row->action, "%s: action %d", row->intent,
                      (int)state.action);
        ck_assert_msg(state.report_only == row->report_only, "%s: report", row->intent);
        ck_assert_msg(state.from == row->from && state.until == row->until, "%s: %lld, %lld",
                      row->intent, (long long)state.from, (long long)state.until);
        policy_free(policy);
    }
}
END_TEST

/*
 * Within the window of a state, all moments have that state; the moments before and after have
 * another one. The windows follow each other without a gap.
 */
START_TEST(test_windows)
{
    struct policy *policy = pinset_make(WHOLE);
    size_t n;
    const struct policy_pinset *pinset = policy_pinsets(policy, &n);
    struct policy_pinset_state state = policy_pinset_judge(pinset, MIN);
    unsigned n_states = 1;

    while (state.until != MAX) {
        struct policy_pinset_state next = policy_pinset_judge(pinset, state.until);
        struct policy_pinset_state last = policy_pinset_judge(pinset, state.until - 1);

        ck_assert_int_eq(last.phase, state.phase);
        ck_assert_int_eq(next.from, state.until);
        ck_assert_int_ne(next.phase, state.phase);
        ck_assert_int_eq(policy_next_change(policy, state.until - 1), state.until);
        state = next;
        n_states++;
    }
    ck_assert_uint_eq(n_states, 4);
    ck_assert_int_eq(policy_next_change(policy, state.from), MAX);
    policy_free(policy);
}
END_TEST

/* Pins and forbidden keys are found in lists of the largest size, and other keys are not. */
START_TEST(test_keys)
{
    struct policy *policy = accept_text("pinset p { spki-sha256 = { \"" PIN_D "\", \"" PIN_A
                                        "\" } bad-spki-sha256 = { \"" PIN_C "\", \"" PIN_B
                                        "\" } scope = issuer local-anchors = override }");
    size_t n;
    const struct policy_pinset *pinset = policy_pinsets(policy, &n);
    uint8_t pin[POLICY_PIN_BYTES] = {0};

    ck_assert_int_eq(pinset->scope, POLICY_SCOPE_ISSUER);
    ck_assert(pinset->local_override);
    ck_assert(policy_pinset_has(pinset, pin));
    ck_assert(!policy_pinset_forbids(pinset, pin));
    for (uint8_t last = 1; last < 4; last++) {
        pin[31] = last;
        ck_assert(!policy_pinset_has(pinset, pin));
        ck_assert_int_eq(policy_pinset_forbids(pinset, pin), last < 3);
    }
    pin[0] = 0xfb;
    ck_assert(!policy_pinset_has(pinset, pin));
    policy_free(policy);

    policy = accept_text(BANK_PINS);
    pinset = policy_pinsets(policy, &n);
    ck_assert_int_eq(pinset->mode, POLICY_MODE_ENFORCE);
    ck_assert_int_eq(pinset->scope, POLICY_SCOPE_ANY);
    ck_assert(!pinset->local_override);
    ck_assert(!policy_pinset_forbids(pinset, pinset->pins[0]));
    policy_free(policy);
}
END_TEST

#define NAMED "domain a.example { pinset = p }"

struct warning_row {
    const char *intent;
    const char *text;
    int64_t now;
    const char *section; /* the section of the only warning; NULL: no warning */
    const char *fragment;
};

static const struct warning_row warning_rows[] = {
    {"nothing", "", 0, "test.conf", "it has no section"},
    {"a comment", "# domain a.example { }\n", 0, "test.conf", "it has no section"},
    {"pins for nobody", "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } }", 0,
     "pinset \"p\"", "no domain refers to it"},
    {"anchors for nobody", "trust corp { file = \"/corp.pem\" }", 0, "trust \"corp\"",
     "no section refers to it"},
    {"anchors for a report", "trust corp { file = \"/corp.pem\" } defaults { trust-report = corp }",
     0, NULL, ""},
    {"the system's anchors for nobody",
     "trust corp { file = \"/corp.pem\" } defaults { trust = corp }", 0, NULL, ""},
    {"a strict policy", "defaults { path = always revocation = required } domain a.example { }", 0,
     NULL, ""},
    {"the common name", "domain a.example { common-name = yes }", 0, "domain \"a.example\"",
     "common name"},
    {"a common name that is reported", "domain a.example { common-name = report }", 0,
     "domain \"a.example\"", "common name"},
    {"an inherited key is warned of once",
     "defaults { common-name = yes } domain a.example { } client b { uid = 1 }", 0, "defaults",
     "common name"},
    {"older rules", "client a { uid = 1 rules = openssl }", 0, "client \"a\"", "older rules"},
    {"looser certificates", "defaults { certificates = rfc5280 }", 0, "defaults", "RFC 5280"},
    {"no revocation", "defaults { revocation = off }", 0, "defaults", "revocation"},
    {"a request's time", "client a { uid = 1 request-time = yes }", 0, "client \"a\"", "the time"},
    {"a request's anchors", "client a { gid = 1 request-anchors = add }", 0, "client \"a\"",
     "trust anchors"},
    {"a request's anchors alone", "client a { gid = 1 request-anchors = replace }", 0,
     "client \"a\"", "trust anchors"},
    {"pins before the warning",
     "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } " WHOLE "} " NAMED,
     END - 30 * DAY - 1, NULL, ""},
    {"pins with a warning",
     "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } " WHOLE "} " NAMED, END - 30 * DAY,
     "pinset \"p\"", "expire after 2027-06-30"},
    {"pins that have expired",
     "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } " WHOLE "} " NAMED, END,
     "pinset \"p\"", "nobody is accepted"},
};

/* A warning has the section that loosens the policy or whose pins expire. */
START_TEST(test_warnings)
{
    for (size_t i = 0; i < ROWS(warning_rows); i++) {
        const struct warning_row *row = &warning_rows[i];
        struct policy *policy = accept_text(row->text);
        struct policy_warning warning;
        bool found = policy_warning(policy, row->now, 0, &warning);

        ck_assert_msg(found == (row->section != NULL), "%s", row->intent);
        if (found) {
            ck_assert_str_eq(warning.origin->section, row->section);
            ck_assert_msg(strstr(warning.text, row->fragment), "%s: %s", row->intent, warning.text);
            ck_assert_msg(!policy_warning(policy, row->now, 1, &warning), "%s: %s", row->intent,
                          warning.text);
        }
        policy_free(policy);
    }
}
END_TEST

#define KEYS(keys) "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" }\n" keys " }"

static const struct refusal_row refusal_rows[] = {
    {"an end before the beginning", KEYS("not-before = \"2027-06-30\" expires = \"2027-06-29\""), 1,
     "expires before it begins"},
    {"what happens at no end", KEYS("on-expiry = open"), 2, "there is no \"expires\""},
    {"a warning of no end", KEYS("warn-days = 3"), 2, "there is no \"expires\""},
    {"too early a warning", KEYS("expires = \"2027-06-30\" warn-days = 3651"), 2,
     "a number from 0 to 3650"},
    {"a warning in other units", KEYS("expires = \"2027-06-30\" warn-days = 30d"), 2,
     "a plain number"},
    {"a key that is both", KEYS("bad-spki-sha256 = { \"" PIN_C "\", \"" PIN_B "\" }"), 1,
     "both as a pin and as a forbidden one"},
    {"a forbidden key twice", KEYS("bad-spki-sha256 = { \"" PIN_C "\", \"" PIN_C "\" }"), 2,
     "bad-spki-sha256: \"" PIN_C "\": it occurs twice"},
    {"forbidden keys alone", "pinset p { bad-spki-sha256 = \"" PIN_C "\" }", 1, "has no pin"},
    {"an unknown mode", KEYS("mode = off"), 2, "one of enforce, report"},
    {"an unknown scope", KEYS("scope = intermediate"), 2, "one of leaf, issuer, anchor, any"},
    {"an unknown end", KEYS("expires = \"2027-06-30\" on-expiry = ignore"), 2,
     "one of closed, report, open"},
    {"local anchors otherwise", KEYS("local-anchors = yes"), 2, "one of apply, override"},
};

START_TEST(test_refused)
{
    refuse_rows(refusal_rows, ROWS(refusal_rows));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_moments, test_every_day, test_bad_moments, test_life,
        test_windows, test_keys,      test_warnings,    test_refused,
    };

    return policy_suite_run("policy-life", tests, ROWS(tests));
}
