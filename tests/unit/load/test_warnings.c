/* SPDX-License-Identifier: MIT */

/* Tests when warnings about pins are due, and how many days are left until pins expire. */

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "daemon/load/warnings.h"
#include "tests/unit/load/load_fixture.h"

#define DAY_S 86400

static struct load_fixture fixture;

/* Loads a policy with a pinset that expires at `until`, in seconds of Unix time. */
static struct epoch *load_pins(int64_t until)
{
    const struct epoch_number first = {.generation = 1, .epoch = 1};
    struct policy_error error = {0};
    struct epoch *epoch = NULL;
    time_t seconds = (time_t)until;
    struct tm parts;
    char date[32], text[512];

    gmtime_r(&seconds, &parts);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &parts);
    snprintf(text, sizeof(text),
             "pinset p { spki-sha256 = { \"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\", "
             "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\" }\n expires = \"%s\"\n on-expiry "
             "= open }\n"
             "domain \"a.example\" { pinset = \"p\" }\n",
             date);
    load_fixture_write(&fixture, text);
    ck_assert_msg(epoch_load(&epoch, &fixture.sources, first, &error) == 0, "%s", error.message);
    return epoch;
}

START_TEST(test_days_left)
{
    const int64_t now = time(NULL);
    struct epoch *epoch;

    load_fixture_init(&fixture);
    epoch = load_pins(now + 10 * DAY_S + 3600);
    ck_assert_int_eq(warnings_days_left(epoch), 10);
    epoch_free(epoch);
    epoch = load_pins(now - DAY_S);
    ck_assert_int_eq(warnings_days_left(epoch), -1);
    epoch_free(epoch);
    load_fixture_deinit(&fixture);
}
END_TEST

/* Warnings are due when the pins expire, if that is within a day, else in a day. */
START_TEST(test_due)
{
    const int64_t now = time(NULL);
    struct epoch *epoch;

    load_fixture_init(&fixture);
    epoch = load_pins(now + 3600);
    ck_assert_int_le(warnings_due_s(epoch), now + 3602);
    epoch_free(epoch);
    epoch = load_pins(now + 300 * DAY_S);
    ck_assert_int_ge(warnings_due_s(epoch), now + DAY_S);
    ck_assert_int_le(warnings_due_s(epoch), now + DAY_S + 10);
    epoch_free(epoch);
    load_fixture_deinit(&fixture);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_days_left, test_due};

    return load_fixture_run("warnings", tests, sizeof(tests) / sizeof(tests[0]));
}
