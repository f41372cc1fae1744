/* SPDX-License-Identifier: MIT */

/*
 * Tests several references, of which one has to match by its own rule, and verdicts that are
 * shortened without changing their meaning.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "proto/codec.h"
#include "proto/frame.h"
#include "tests/unit/verify/verify_fixture.h"

#define N_REFERENCES  4
#define PINNED_REPORT "pinset p { mode = report spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } }\n"
#define PINS          "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } }\n"
#define FIRST         "domain first.example { pinset = p }\n"
#define SAN           "DNS:first.example,DNS:second.example,DNS:w*.third.example"

static const struct {
    const char *intent, *policy;
    const char *hosts[N_REFERENCES];
    bool accepted;
    size_t chosen;
    const char *failures, *reported;
} rows[] = {
    {"the only one", "", {"first.example"}, true, 0, "", ""},
    {"the first of two", "", {"first.example", "second.example"}, true, 0, "", ""},
    {"the second of two", "", {"x.example", "second.example"}, true, 1, "", ""},
    {"the last of four",
     "",
     {"x.example", "y.example", "z.example", "second.example"},
     true,
     3,
     "",
     ""},
    {"none",
     "",
     {"x.example", "y.example"},
     false,
     0,
     "hostname-mismatch@0 hostname-mismatch@0",
     ""},
    {"none, of two types",
     "",
     {"x.example", "192.0.2.1"},
     false,
     0,
     "hostname-mismatch@0 ip-address-mismatch@0",
     ""},
    {"the first is refused for its pins, the second taken",
     PINS FIRST,
     {"first.example", "second.example"},
     true,
     1,
     "",
     ""},
    {"the same the other way round",
     PINS FIRST,
     {"second.example", "first.example"},
     true,
     0,
     "",
     ""},
    {"matches and is refused; the other does not match",
     PINS FIRST,
     {"x.example", "first.example"},
     false,
     1,
     "pin-mismatch@0",
     ""},
    {"both match and are refused: the first is shown",
     PINS FIRST "deny d { names = second.example }\n",
     {"first.example", "second.example"},
     false,
     0,
     "pin-mismatch@0",
     ""},
    {"the same the other way round: the first again",
     PINS FIRST "deny d { names = second.example }\n",
     {"second.example", "first.example"},
     false,
     0,
     "denied@0",
     ""},
    {"each by its own rule",
     "domain third.example { subdomains = all rules = openssl }\n",
     {"www.fourth.example", "www.third.example"},
     true,
     1,
     "",
     ""},
    {"not by another's",
     "domain fourth.example { subdomains = all rules = openssl }\n",
     {"www.fourth.example", "www.third.example"},
     false,
     0,
     "hostname-mismatch@0 hostname-mismatch@0",
     ""},
    {"what is reported of one that is not chosen is not told",
     PINNED_REPORT FIRST,
     {"x.example", "second.example", "first.example"},
     true,
     1,
     "",
     ""},
    {"of the chosen one it is",
     PINNED_REPORT FIRST,
     {"first.example", "second.example"},
     true,
     0,
     "",
     "pin-mismatch@0"},
};

START_TEST(test_rows)
{
    struct world world;
    struct bytes leaf;

    world_init(&world);
    leaf = world_leaf(&world, SAN);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct verification *done = &world.verification;
        struct request request = {.n_references = 0};
        char codes[WORLD_CODES_BYTES];

        world_policy(&world, rows[i].policy);
        for (size_t n = 0; n < N_REFERENCES && rows[i].hosts[n]; n++)
            request_refer(&request, REQUEST_HOST, rows[i].hosts[n]);
        request_send(&request, leaf);
        ck_assert_int_eq(world_ask(&world, &request), 0);
        world_codes(&world, false, codes);
        ck_assert_msg(strcmp(codes, rows[i].failures) == 0, "%s: '%s'", rows[i].intent, codes);
        world_codes(&world, true, codes);
        ck_assert_msg(strcmp(codes, rows[i].reported) == 0, "%s: reported '%s'", rows[i].intent,
                      codes);
        ck_assert_msg(done->verdict.outcome ==
                          (rows[i].accepted ? VERDICT_NAME_MATCHES : VERDICT_NOT_VERIFIED),
                      "%s", rows[i].intent);
        ck_assert_msg(done->chosen == &done->candidates[rows[i].chosen], "%s", rows[i].intent);
        ck_assert_msg(bytes_are(done->verdict.reference.value, rows[i].hosts[rows[i].chosen]), "%s",
                      rows[i].intent);
        ck_assert(verdict_answers(&done->verdict, (struct verdict_asked){.identity = true}));
    }
    path_drop(leaf);
    world_deinit(&world);
}
END_TEST

/* A request may contain references of different kinds. */
START_TEST(test_kinds)
{
    struct request request = {.n_references = 0};
    struct world world;
    struct bytes leaf;

    world_init(&world);
    world_policy(&world, "");
    leaf = world_leaf(&world, "URI:spiffe://a.example/x,email:me@a.example");
    request_refer(&request, REQUEST_HOST, "a.example");
    request_refer(&request, REQUEST_EMAIL, "you@a.example");
    request_refer(&request, REQUEST_SPIFFE, "spiffe://a.example/x");
    request_send(&request, leaf);
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NAME_MATCHES);
    ck_assert_int_eq(world.verification.verdict.reference.type, VERDICT_SPIFFE_ID);
    path_drop(leaf);
    world_deinit(&world);
}
END_TEST

/* A malformed reference makes the whole request an error, whatever its position. */
START_TEST(test_bad_reference)
{
    struct world world;

    world_init(&world);
    world_policy(&world, "");
    for (int place = 0; place < 3; place++) {
        struct request request = {.n_references = 0};

        for (int i = 0; i < 3; i++)
            request_refer(&request, REQUEST_HOST, i == place ? "a..b" : WORLD_LEAF);
        request_send(&request, world.ours.leaf);
        ck_assert_int_eq(world_ask(&world, &request), ERROR_INVALID_REFERENCE);
        ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
        ck_assert_uint_eq(world.verification.verdict.n_presented, 0);
    }
    world_deinit(&world);
}
END_TEST

/*
 * The windows of candidates that were refused before the accepted one limit its window too, since
 * at another time an earlier one might be accepted.
 */
START_TEST(test_windows)
{
    /* The pins expire a day after FIXTURE_NOW, which is 2026-06-01. */
    static const char text[] = "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B
                               "\" } expires = \"2026-06-01\" on-expiry = open }\n" FIRST;
    struct request request = {.n_references = 0};
    struct world world;
    struct bytes leaf;

    world_init(&world);
    world_policy(&world, text);
    leaf = world_leaf(&world, SAN);
    request_refer(&request, REQUEST_HOST, "first.example");
    request_refer(&request, REQUEST_HOST, "second.example");
    request_send(&request, leaf);
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(bytes_are(world.verification.verdict.reference.value, "second.example"));
    ck_assert_int_eq(world.verification.until, FIXTURE_NOW + FIXTURE_DAY - 1);
    world.asker.now = FIXTURE_NOW + FIXTURE_DAY;
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(bytes_are(world.verification.verdict.reference.value, "first.example"));
    ck_assert_int_eq(world.verification.from, FIXTURE_NOW + FIXTURE_DAY);

    /* Both candidates are refused, so the verdict is about the first one; the window of the second
     * one still counts. */
    request.n_references = 0;
    world.asker.now = FIXTURE_NOW;
    world_policy(&world, "pinset p { spki-sha256 = { \"" PIN_A "\", \"" PIN_B
                         "\" } expires = \"2026-06-01\" on-expiry = open }\n" FIRST
                         "deny d { names = second.example }\n");
    request_refer(&request, REQUEST_HOST, "second.example");
    request_refer(&request, REQUEST_HOST, "first.example");
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
    ck_assert(bytes_are(world.verification.verdict.reference.value, "second.example"));
    ck_assert_int_eq(world.verification.until, FIXTURE_NOW + FIXTURE_DAY - 1);
    path_drop(leaf);
    world_deinit(&world);
}
END_TEST

/* --- shortening --- */

static size_t encoded_size(const struct verdict *verdict)
{
    struct arena arena;
    struct bytes payload;
    size_t n;

    codec_arena_init(&arena);
    ck_assert_int_eq(codec_write_verdict(verdict, &arena, &payload), 0);
    n = FRAME_HEADER_BYTES + payload.len;
    arena_deinit(&arena);
    return n;
}

/*
 * Asks for the longest verdict that refuses: with references of maximal length, a certificate that
 * presents more identities than fit, and an explanation for each identity.
 */
static struct bytes ask_longest(struct world *world, char san[static 40000])
{
    static char hosts[LIMIT_REFERENCES_COUNT][300];
    struct request request = {.path = true, .explain = true};
    struct bytes leaf;
    size_t used = 0;

    for (size_t i = 0; i < LIMIT_REFERENCES_COUNT; i++) {
        memset(hosts[i], 'a' + (int)i, 253);
        for (size_t dot = 60; dot < 253; dot += 61)
            hosts[i][dot] = '.';
        hosts[i][253] = '\0';
        request_refer(&request, REQUEST_HOST, hosts[i]);
    }
    for (int i = 0; i < 300; i++)
        used += (size_t)snprintf(san + used, 40000 - used,
                                 "%sDNS:name-%d.with-more-than-enough-characters.example.org",
                                 i ? "," : "", i);
    leaf = world_leaf(world, san);
    request_send(&request, leaf);
    ck_assert_int_eq(world_ask(world, &request), 0);
    return leaf;
}

/*
 * No step of the shortening makes the verdict longer, or changes the outcome and the first failure.
 * After the last step the verdict is short enough.
 */
START_TEST(test_shortening)
{
    struct world world;
    struct verdict *verdict = &world.verification.verdict;
    char *san = malloc(40000);
    struct verdict_failure first;
    struct bytes leaf;
    size_t size, n_presented, n_failures;

    ck_assert_ptr_nonnull(san);
    world_init(&world);
    world_policy(&world, "defaults { path = always rules = python-3.5 rules-report = rfc9525 "
                         "trust = ours }\n" WORLD_TRUST);
    leaf = ask_longest(&world, san);
    size = encoded_size(verdict);
    ck_assert_uint_gt(size, LIMIT_REFUSAL_BYTES);
    first = verdict->failures[0];
    n_failures = verdict->n_failures + verdict->failures_more;
    n_presented = verdict->n_presented + verdict->presented_more;
    ck_assert_uint_eq(n_presented, 300 + 1); /* 300 names in the SAN and the common name */
    for (int step = 0; step < VERDICT_SHORTENINGS_COUNT; step++) {
        size_t shorter;

        verdict_shorten(verdict, step);
        shorter = encoded_size(verdict);
        ck_assert_uint_le(shorter, size);
        size = shorter;
        ck_assert_uint_ge(verdict->n_failures, 1);
        ck_assert_mem_eq(&verdict->failures[0], &first, sizeof(first));
        ck_assert_uint_eq(verdict->n_presented + verdict->presented_more, n_presented);
        ck_assert(verdict->outcome == VERDICT_NOT_VERIFIED);
        ck_assert_uint_ne(verdict->alert, 0);
        ck_assert(verdict_answers(verdict, (struct verdict_asked){.identity = true, .path = true}));
        ck_assert(bytes_are(verdict->rule.section, "defaults"));
        ck_assert_uint_eq(verdict->digest.len, DIGEST_BYTES);
    }
    ck_assert_uint_le(size, LIMIT_REFUSAL_BYTES);
    ck_assert_uint_eq(verdict->n_failures + verdict->failures_more, n_failures);
    path_drop(leaf);
    world_deinit(&world);
    free(san);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_rows, test_kinds, test_bad_reference, test_windows, test_shortening,
    };

    return policy_suite_run("verify choice", tests, ROWS(tests));
}
