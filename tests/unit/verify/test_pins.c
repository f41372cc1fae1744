/* SPDX-License-Identifier: MIT */

/*
 * Tests pins against the keys of a path: which certificates count in which scope, the phases of a
 * pinset to the second on a clock that the test sets, forbidden keys, and anchors of the
 * administrator's own, which can replace the pins.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/pin.h"
#include "daemon/verify/pins.h"
#include "tests/unit/policy/policy_fixture.h"

/* Midnight (UTC) of 2027-06-01 and of 2027-06-30, as printed by `date -u -d 2027-06-01 +%s`. */
#define JUNE_1  INT64_C(1811808000)
#define JUNE_30 INT64_C(1814313600)
#define DAY     INT64_C(86400)
#define JULY_1  (JUNE_30 + DAY)

#define FOREVER POLICY_TIME_MIN, POLICY_TIME_MAX

/* The result of one call of pins_judge, with everything that it points to. */
struct found {
    struct policy *policy;
    struct fingerprints certificates;
    struct verdict verdict;
    struct words words;
    struct pins_answer answer;
};

/*
 * Fills in the certificates. `letters` has one letter for the key of each, the end entity's first:
 * p and b are pinned, f is forbidden, any other key is neither.
 */
static void set_certificates(struct fingerprints *certificates, const char *letters, bool validated)
{
    certificates->validated = validated;
    certificates->n = strlen(letters);
    for (size_t i = 0; i < certificates->n; i++) {
        const char *pin = letters[i] == 'p'   ? PIN_A
                          : letters[i] == 'b' ? PIN_B
                          : letters[i] == 'f' ? PIN_C
                                              : PIN_D;

        ck_assert_int_eq(policy_pin_decode(certificates->list[i].spki, pin), POLICY_PIN_OK);
    }
}

/* Judges by a pinset with two pins, a forbidden key, and the settings in `extra`. */
static void judge(struct found *found, const char *extra, const char *letters, bool validated,
                  bool is_local, int64_t now)
{
    char text[512];
    size_t n;
    struct pins_question question = {
        .certificates = &found->certificates,
        .is_local = is_local,
        .now = now,
    };

    *found = (struct found){0};
    snprintf(text, sizeof(text),
             "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } bad-spki-sha256 = \"" PIN_C
             "\" %s }\n",
             extra);
    found->policy = accept_text(text);
    question.pinset = policy_pinsets(found->policy, &n);
    ck_assert_uint_eq(n, 1);
    set_certificates(&found->certificates, letters, validated);
    found->answer = pins_judge(&question, &found->verdict, &found->words);
}

static void forget(struct found *found)
{
    found->policy = policy_free(found->policy);
}

/* Writes the codes of the failures, each with its depth, separated by blanks. */
static void print_codes(char out[static 200], const struct verdict_failure *list, size_t n)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(out + used, 200 - used, "%s%.*s@%u", i ? " " : "",
                                 (int)list[i].code.len, (const char *)list[i].code.data,
                                 (unsigned)list[i].depth);
}

static void expect(const struct found *found, const char *intent, enum pins_state state,
                   const char *failures, const char *reported)
{
    const struct verdict *verdict = &found->verdict;
    char codes[200];

    ck_assert_msg(found->answer.state == state, "%s: state %#x", intent,
                  (unsigned)found->answer.state);
    print_codes(codes, verdict->failures, verdict->n_failures);
    ck_assert_msg(strcmp(codes, failures) == 0, "%s: refused for '%s'", intent, codes);
    print_codes(codes, verdict->reported, verdict->n_reported);
    ck_assert_msg(strcmp(codes, reported) == 0, "%s: reported '%s'", intent, codes);
    for (size_t i = 0; i < verdict->n_failures; i++)
        ck_assert_uint_eq(verdict->failures[i].verify_code, 50);
}

static void expect_message(const struct found *found, const char *part)
{
    const struct verdict *verdict = &found->verdict;
    struct bytes message = verdict->n_failures > 0 ? verdict->failures[0].message
                                                   : verdict->reported[0].message;

    ck_assert_msg(memmem(message.data, message.len, part, strlen(part)) != NULL, "%.*s",
                  (int)message.len, (const char *)message.data);
    ck_assert_msg(memmem(message.data, message.len, " \"p\" (", 6) != NULL, "%.*s",
                  (int)message.len, (const char *)message.data);
}

/* --- scope --- */

/* The certificates whose keys count for a scope: a digit for each depth. */
static const struct {
    const char *scope;
    bool validated;
    const char *counts;
} scope_rows[] = {
    {"leaf", true, "1000"},   {"leaf", true, "10"},    {"leaf", true, "1"},
    {"issuer", true, "0110"}, {"issuer", true, "010"}, {"issuer", true, "00"},
    {"issuer", true, "0"},    {"anchor", true, "001"}, {"anchor", true, "01"},
    {"anchor", true, "0"},    {"any", true, "1111"},   {"any", true, "1"},
    {"leaf", false, "1000"},  {"leaf", false, "1"},    {"issuer", false, "000"},
    {"issuer", false, "0"},   {"anchor", false, "00"}, {"anchor", false, "0"},
    {"any", false, "1000"},   {"any", false, "1"},
};

/*
 * A pinned key or a backup key counts in the certificates of the scope and in no others. In report
 * mode a mismatch is only reported.
 */
START_TEST(test_scopes)
{
    for (size_t row = 0; row < ROWS(scope_rows); row++) {
        const char *counts = scope_rows[row].counts;
        bool validated = scope_rows[row].validated;

        for (size_t i = 0; counts[i]; i++) {
            for (int way = 0; way < 4; way++) {
                bool reports = way & 1;
                char letters[8] = "....", extra[64], intent[128];
                struct found found;

                letters[strlen(counts)] = '\0';
                letters[i] = way & 2 ? 'b' : 'p';
                snprintf(extra, sizeof(extra), "scope = %s mode = %s", scope_rows[row].scope,
                         reports ? "report" : "enforce");
                snprintf(intent, sizeof(intent), "%s, '%s', validated %d", extra, letters,
                         validated);
                judge(&found, extra, letters, validated, false, 0);
                if (counts[i] == '1')
                    expect(&found, intent, PINS_HOLD, "", "");
                else if (reports)
                    expect(&found, intent, PINS_REPORTED, "", "pin-mismatch@0");
                else
                    expect(&found, intent, PINS_BROKEN, "pin-mismatch@0", "");
                ck_assert(found.verdict.checked[VERDICT_CHECK_PINS_PATH] == validated);
                ck_assert(found.verdict.checked[VERDICT_CHECK_PINS_LEAF] == !validated);
                forget(&found);
            }
        }
    }
}
END_TEST

/* The message of a mismatch says which keys were compared with the pins. */
START_TEST(test_messages)
{
    struct found found;

    judge(&found, "", "...", true, false, 0);
    expect_message(&found, "no key of the path within the pins' scope is in pinset");
    forget(&found);
    judge(&found, "", ".pp", false, false, 0);
    expect_message(&found, "the end entity's key is not in pinset");
    forget(&found);
    judge(&found, "scope = anchor", "p..", false, false, 0);
    expect_message(&found, "without a path no key can be shown to be in pinset");
    forget(&found);
    judge(&found, "scope = issuer mode = report", "p..", false, false, 0);
    expect_message(&found, "without a path no key can be shown to be in pinset");
    forget(&found);
}
END_TEST

/* A rule without a pinset checks no pins. */
START_TEST(test_none)
{
    struct found found = {0};
    const struct pins_question question = {.certificates = &found.certificates, .is_local = true};

    set_certificates(&found.certificates, "f", true);
    found.answer = pins_judge(&question, &found.verdict, &found.words);
    expect(&found, "no pinset", PINS_NONE, "", "");
    ck_assert_int_eq(found.answer.from, POLICY_TIME_MIN);
    ck_assert_int_eq(found.answer.until, POLICY_TIME_MAX);
    ck_assert(!found.verdict.checked[VERDICT_CHECK_PINS_PATH]);
    ck_assert(!found.verdict.checked[VERDICT_CHECK_PINS_LEAF]);
}
END_TEST

/* --- phases --- */

#define LIFE   "not-before = \"2027-06-01\" expires = \"2027-06-30\" warn-days = 10 "
#define WARNED (JULY_1 - 10 * DAY)

static const struct {
    const char *intent, *extra;
    int64_t now;
    const char *key;
    enum pins_state state;
    const char *failures, *reported;
    int64_t from, until;
} life_rows[] = {
    {"ever: a good key", "", 0, "p", PINS_HOLD, "", "", FOREVER},
    {"ever: a bad key", "", INT64_MAX, ".", PINS_BROKEN, "pin-mismatch@0", "", FOREVER},
    {"long before", LIFE, INT64_MIN, ".", PINS_NONE, "", "", POLICY_TIME_MIN, JUNE_1},
    {"the second before", LIFE, JUNE_1 - 1, ".", PINS_NONE, "", "", POLICY_TIME_MIN, JUNE_1},
    {"before, a good key", LIFE, JUNE_1 - 1, "p", PINS_NONE, "", "", POLICY_TIME_MIN, JUNE_1},
    {"midnight", LIFE, JUNE_1, ".", PINS_BROKEN, "pin-mismatch@0", "", JUNE_1, WARNED},
    {"midnight, a good key", LIFE, JUNE_1, "p", PINS_HOLD, "", "", JUNE_1, WARNED},
    {"before it is warned of", LIFE, WARNED - 1, "b", PINS_HOLD, "", "", JUNE_1, WARNED},
    {"warned of", LIFE, WARNED, "b", PINS_HOLD, "", "", WARNED, JULY_1},
    {"warned of, a bad key", LIFE, WARNED, ".", PINS_BROKEN, "pin-mismatch@0", "", WARNED, JULY_1},
    {"the last second", LIFE, JULY_1 - 1, "p", PINS_HOLD, "", "", WARNED, JULY_1},
    {"the last second, a bad key", LIFE, JULY_1 - 1, ".", PINS_BROKEN, "pin-mismatch@0", "", WARNED,
     JULY_1},
    {"expired, closed as nothing is said", LIFE, JULY_1, "p", PINS_BROKEN, "pins-expired@0", "",
     JULY_1, POLICY_TIME_MAX},
    {"expired, closed", LIFE "on-expiry = closed", JULY_1, "p", PINS_BROKEN, "pins-expired@0", "",
     JULY_1, POLICY_TIME_MAX},
    {"closed for ever", LIFE "on-expiry = closed", INT64_MAX, "b", PINS_BROKEN, "pins-expired@0",
     "", JULY_1, POLICY_TIME_MAX},
    {"expired, report: a good key", LIFE "on-expiry = report", JULY_1, "p", PINS_HOLD, "", "",
     JULY_1, POLICY_TIME_MAX},
    {"expired, report: a bad key", LIFE "on-expiry = report", JULY_1, ".", PINS_REPORTED, "",
     "pin-mismatch@0", JULY_1, POLICY_TIME_MAX},
    {"to be reported, a second earlier", LIFE "on-expiry = report", JULY_1 - 1, ".", PINS_BROKEN,
     "pin-mismatch@0", "", WARNED, JULY_1},
    {"expired, open", LIFE "on-expiry = open", JULY_1, ".", PINS_NONE, "", "", JULY_1,
     POLICY_TIME_MAX},
    {"to be open, a second earlier", LIFE "on-expiry = open", JULY_1 - 1, ".", PINS_BROKEN,
     "pin-mismatch@0", "", WARNED, JULY_1},
    {"mode report, before", LIFE "mode = report", JUNE_1 - 1, ".", PINS_NONE, "", "",
     POLICY_TIME_MIN, JUNE_1},
    {"mode report, at work", LIFE "mode = report", JUNE_1, ".", PINS_REPORTED, "", "pin-mismatch@0",
     JUNE_1, WARNED},
    {"mode report, expired, closed", LIFE "mode = report", JULY_1, "p", PINS_REPORTED, "",
     "pins-expired@0", JULY_1, POLICY_TIME_MAX},
    {"mode report, expired, report", LIFE "mode = report on-expiry = report", JULY_1, ".",
     PINS_REPORTED, "", "pin-mismatch@0", JULY_1, POLICY_TIME_MAX},
    {"mode report, expired, open", LIFE "mode = report on-expiry = open", JULY_1, ".", PINS_NONE,
     "", "", JULY_1, POLICY_TIME_MAX},
    {"no warning", "expires = \"2027-06-30\" warn-days = 0", WARNED, "p", PINS_HOLD, "", "",
     POLICY_TIME_MIN, JULY_1},
    {"warned of longer than it lives",
     "not-before = \"2027-06-01\" expires = \"2027-06-30\" warn-days = 3650", JUNE_1, "p",
     PINS_HOLD, "", "", JUNE_1, JULY_1},
    {"no end", "not-before = \"2027-06-01\"", JUNE_1, ".", PINS_BROKEN, "pin-mismatch@0", "",
     JUNE_1, POLICY_TIME_MAX},
    {"the end to the second", "expires = \"2027-06-30T12:00:00Z\" warn-days = 0", JUNE_30 + DAY / 2,
     "p", PINS_HOLD, "", "", POLICY_TIME_MIN, JUNE_30 + DAY / 2 + 1},
    {"a second after it", "expires = \"2027-06-30T12:00:00Z\" warn-days = 0", JUNE_30 + DAY / 2 + 1,
     "p", PINS_BROKEN, "pins-expired@0", "", JUNE_30 + DAY / 2 + 1, POLICY_TIME_MAX},
};

/*
 * Tests each phase on both sides of the midnight at which it begins or ends, with and without a
 * path, and the window in which the answer stays the same.
 */
START_TEST(test_life)
{
    for (size_t i = 0; i < ROWS(life_rows); i++) {
        for (int validated = 0; validated < 2; validated++) {
            struct found found;

            judge(&found, life_rows[i].extra, life_rows[i].key, validated, false, life_rows[i].now);
            expect(&found, life_rows[i].intent, life_rows[i].state, life_rows[i].failures,
                   life_rows[i].reported);
            ck_assert_msg(found.answer.from == life_rows[i].from &&
                              found.answer.until == life_rows[i].until,
                          "%s: from %lld until %lld", life_rows[i].intent,
                          (long long)found.answer.from, (long long)found.answer.until);
            forget(&found);
        }
    }
}
END_TEST

/*
 * The answer and its window are the same at both ends of the window, and the window is another one
 * a second outside.
 */
START_TEST(test_windows)
{
    for (size_t i = 0; i < ROWS(life_rows); i++) {
        struct found found, other;
        int64_t moments[2], outside[2];

        judge(&found, life_rows[i].extra, life_rows[i].key, true, false, life_rows[i].now);
        moments[0] = found.answer.from;
        moments[1] = found.answer.until == POLICY_TIME_MAX ? POLICY_TIME_MAX - 1
                                                           : found.answer.until - 1;
        outside[0] = found.answer.from == POLICY_TIME_MIN ? moments[0] : found.answer.from - 1;
        outside[1] = found.answer.until == POLICY_TIME_MAX ? moments[1] : found.answer.until;
        for (int end = 0; end < 2; end++) {
            judge(&other, life_rows[i].extra, life_rows[i].key, true, false, moments[end]);
            ck_assert_msg(other.answer.state == found.answer.state, "%s", life_rows[i].intent);
            ck_assert(other.answer.from == found.answer.from);
            ck_assert(other.answer.until == found.answer.until);
            forget(&other);
            if (outside[end] == moments[end])
                continue;
            judge(&other, life_rows[i].extra, life_rows[i].key, true, false, outside[end]);
            ck_assert_msg(other.answer.from != found.answer.from, "%s", life_rows[i].intent);
            forget(&other);
        }
        forget(&found);
    }
}
END_TEST

/* --- forbidden keys, local anchors --- */

static const struct {
    const char *intent, *extra, *keys;
    bool validated, is_local;
    int64_t now;
    enum pins_state state;
    const char *failures, *reported;
} forbidden_key_rows[] = {
    {"forbidden at the leaf", "", "fp.", true, false, 0, PINS_BROKEN, "pin-forbidden@0", ""},
    {"forbidden in between", "", "pf.", true, false, 0, PINS_BROKEN, "pin-forbidden@1", ""},
    {"forbidden at the anchor", "", "p.f", true, false, 0, PINS_BROKEN, "pin-forbidden@2", ""},
    {"outside of the scope too", "scope = leaf", "p.f", true, false, 0, PINS_BROKEN,
     "pin-forbidden@2", ""},
    {"the first of several", "", "pff", true, false, 0, PINS_BROKEN, "pin-forbidden@1", ""},
    {"and no pinned key", "", ".f.", true, false, 0, PINS_BROKEN, "pin-mismatch@0 pin-forbidden@1",
     ""},
    {"sent along, and no path", "", "pff", false, false, 0, PINS_HOLD, "", ""},
    {"the end entity's, and no path", "", "fp", false, false, 0, PINS_BROKEN,
     "pin-mismatch@0 pin-forbidden@0", ""},
    {"only reported", "mode = report", "pf.", true, false, 0, PINS_REPORTED, "", "pin-forbidden@1"},
    {"all of it only reported", "mode = report", ".f.", true, false, 0, PINS_REPORTED, "",
     "pin-mismatch@0 pin-forbidden@1"},
    {"before the pins hold", LIFE, "f", true, false, JUNE_1 - 1, PINS_BROKEN, "pin-forbidden@0",
     ""},
    {"before they hold, and no path", LIFE, "f", false, false, JUNE_1 - 1, PINS_BROKEN,
     "pin-forbidden@0", ""},
    {"after their end, open", LIFE "on-expiry = open", "pf", true, false, JULY_1, PINS_BROKEN,
     "pin-forbidden@1", ""},
    {"after their end, report", LIFE "on-expiry = report", ".f", true, false, JULY_1, PINS_BROKEN,
     "pin-forbidden@1", "pin-mismatch@0"},
    {"after their end, report, a good key", LIFE "on-expiry = report", "pf", true, false, JULY_1,
     PINS_BROKEN, "pin-forbidden@1", ""},
    {"after their end, closed", LIFE, "pf", true, false, JULY_1, PINS_BROKEN,
     "pins-expired@0 pin-forbidden@1", ""},
    {"before the pins hold, reported", LIFE "mode = report", "f", true, false, JUNE_1 - 1,
     PINS_REPORTED, "", "pin-forbidden@0"},

    {"a local anchor needs pins", "", "..", true, true, 0, PINS_BROKEN, "pin-mismatch@0", ""},
    {"said so", "local-anchors = apply", "..", true, true, 0, PINS_BROKEN, "pin-mismatch@0", ""},
    {"a local anchor overrides", "local-anchors = override", "..", true, true, 0, PINS_NONE, "",
     ""},
    {"no other one does", "local-anchors = override", "..", true, false, 0, PINS_BROKEN,
     "pin-mismatch@0", ""},
    {"not what is forbidden", "local-anchors = override", ".f", true, true, 0, PINS_BROKEN,
     "pin-forbidden@1", ""},
    {"nor that they have expired", LIFE "local-anchors = override", "p.", true, true, JULY_1,
     PINS_BROKEN, "pins-expired@0", ""},
    {"with a pinned key", "local-anchors = override", "p.", true, true, 0, PINS_NONE, "", ""},
};

/*
 * Forbidden keys are refused whatever the time, the scope and the anchor. An anchor of the
 * administrator's own replaces the pins if the pinset says so, but not the forbidden keys.
 */
START_TEST(test_forbidden_keys_and_local_anchors)
{
    for (size_t i = 0; i < ROWS(forbidden_key_rows); i++) {
        struct found found;

        judge(&found, forbidden_key_rows[i].extra, forbidden_key_rows[i].keys,
              forbidden_key_rows[i].validated, forbidden_key_rows[i].is_local,
              forbidden_key_rows[i].now);
        expect(&found, forbidden_key_rows[i].intent, forbidden_key_rows[i].state,
               forbidden_key_rows[i].failures, forbidden_key_rows[i].reported);
        forget(&found);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_scopes, test_messages, test_none,
        test_life,   test_windows,  test_forbidden_keys_and_local_anchors,
    };

    return policy_suite_run("verify pins", tests, ROWS(tests));
}
