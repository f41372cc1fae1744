/* SPDX-License-Identifier: MIT */

/*
 * Tests the codec of verdicts: a written verdict is read back, a verdict that contradicts itself
 * does not count as an answer, and no malformed verdict accepts.
 */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"

static struct arena arena;

static void setup(void)
{
    codec_arena_init(&arena);
}

static void teardown(void)
{
    arena_deinit(&arena);
}

static struct bytes text(const char *string)
{
    return (struct bytes){.data = (const uint8_t *)string, .len = strlen(string)};
}

static struct verdict accepting(void)
{
    struct verdict verdict = {
        .outcome = VERDICT_NAME_MATCHES,
        .has_reference = true,
        .reference = {.type = VERDICT_DNS_ID, .value = text("a.example")},
        .has_matched = true,
        .matched = {.type = VERDICT_DNS_ID, .value = text("*.example")},
        .checked = {[VERDICT_CHECK_IDENTITY] = true},
        .rule = {.section = text("defaults"), .file = text("/f"), .line = 7},
        .generation = 3,
        .digest = text("0123456789abcdef0123456789abcdef"),
        .sni = true,
        .leaf = {.sha256 = text("fedcba9876543210fedcba9876543210"),
                 .spki = text("key"),
                 .has_validity = true,
                 .not_before = -1,
                 .not_after = INT64_MAX},
    };

    return verdict;
}

static struct verdict refusing(void)
{
    struct verdict verdict = accepting();

    verdict.outcome = VERDICT_NOT_VERIFIED;
    verdict.has_matched = false;
    verdict.alert = 42;
    verdict.leaf.has_validity = false;
    verdict.failures[0] = (struct verdict_failure){
        .code = text("hostname-mismatch"),
        .verify_code = 62,
        .message = text("no"),
        .depth = 2,
    };
    verdict.n_failures = 1;
    verdict.failures_more = 3;
    verdict.reported_more = 4;
    verdict.presented[0] = (struct verdict_identity){.type = VERDICT_IP_ID, .value = text("1234")};
    verdict.presented[1] = (struct verdict_identity){.type = VERDICT_OTHER, .value = text("")};
    verdict.n_presented = 2;
    verdict.presented_more = 9;
    verdict.reported[0] = verdict.reported[1] = verdict.failures[0];
    verdict.reported[1].code = text("crl-stale");
    verdict.n_reported = 2;
    verdict.path[0].sha256 = text("fedcba9876543210fedcba9876543210");
    verdict.path[1].sha256 = text("0123456789abcdef0123456789abcdef");
    verdict.path[1].store = text("corp");
    verdict.n_path = 2;
    verdict.client_rule.section = text("client \"x\"");
    verdict.client_rule.line = 9;
    verdict.presented[0].why = text("label");
    verdict.presented[0].text = text("a label differs");
    verdict.has_nearest = true;
    verdict.nearest.identity = verdict.presented[0];
    verdict.nearest.why = text("other-type");
    verdict.nearest.text = text("not of the type");
    return verdict;
}

static void assert_bytes(struct bytes actual, struct bytes expected)
{
    ck_assert_uint_eq(actual.len, expected.len);
    if (expected.len)
        ck_assert_mem_eq(actual.data, expected.data, expected.len);
}

static struct verdict round_trip(const struct verdict *sent)
{
    struct verdict received;
    struct bytes payload;

    ck_assert_int_eq(codec_write_verdict(sent, &arena, &payload), 0);
    ck_assert_int_eq(codec_read_verdict(&received, payload.data, payload.len), 0);
    return received;
}

START_TEST(refusal_reads_back)
{
    struct verdict sent = refusing();
    struct verdict received = round_trip(&sent);

    ck_assert_int_eq(received.outcome, VERDICT_NOT_VERIFIED);
    ck_assert_uint_eq(received.n_failures, 1);
    assert_bytes(received.failures[0].code, sent.failures[0].code);
    ck_assert_uint_eq(received.failures[0].verify_code, 62);
    ck_assert_uint_eq(received.failures[0].depth, 2);
    assert_bytes(received.failures[0].message, sent.failures[0].message);
    ck_assert(!received.has_matched);
    ck_assert_uint_eq(received.n_presented, 2);
    ck_assert_int_eq(received.presented[1].type, VERDICT_OTHER);
    assert_bytes(received.presented[0].value, sent.presented[0].value);
    ck_assert_uint_eq(received.presented_more, 9);
    ck_assert_uint_eq(received.failures_more, 3);
    ck_assert_uint_eq(received.reported_more, 4);
    ck_assert(received.has_nearest);
    assert_bytes(received.nearest.why, sent.nearest.why);
    assert_bytes(received.nearest.text, sent.nearest.text);
    ck_assert_uint_eq(received.alert, 42);
    ck_assert_uint_eq(received.n_reported, 2);
    assert_bytes(received.reported[1].code, sent.reported[1].code);
    ck_assert_uint_eq(received.n_path, 2);
    assert_bytes(received.path[1].sha256, sent.path[1].sha256);
    assert_bytes(received.path[1].store, sent.path[1].store);
    assert_bytes(received.client_rule.section, sent.client_rule.section);
    ck_assert_uint_eq(received.client_rule.line, 9);
    assert_bytes(received.presented[0].why, sent.presented[0].why);
    assert_bytes(received.presented[0].text, sent.presented[0].text);
    ck_assert_uint_eq(received.presented[1].why.len, 0);
    ck_assert(!received.leaf.has_validity);
}
END_TEST

START_TEST(acceptance_reads_back)
{
    struct verdict sent = accepting();
    struct verdict received = round_trip(&sent);

    ck_assert_int_eq(received.outcome, VERDICT_NAME_MATCHES);
    assert_bytes(received.matched.value, sent.matched.value);
    assert_bytes(received.reference.value, sent.reference.value);
    assert_bytes(received.rule.section, sent.rule.section);
    assert_bytes(received.rule.file, sent.rule.file);
    ck_assert_uint_eq(received.rule.line, 7);
    ck_assert_uint_eq(received.generation, 3);
    assert_bytes(received.digest, sent.digest);
    ck_assert(received.checked[VERDICT_CHECK_IDENTITY]);
    ck_assert(!received.checked[VERDICT_CHECK_PATH]);
    ck_assert_uint_eq(received.alert, 0);
    ck_assert(received.sni);
    assert_bytes(received.leaf.sha256, sent.leaf.sha256);
    assert_bytes(received.leaf.spki, sent.leaf.spki);
    ck_assert(received.leaf.has_validity);
    ck_assert_int_eq(received.leaf.not_before, -1);
    ck_assert_int_eq(received.leaf.not_after, INT64_MAX);
}
END_TEST

/* One flipped bit never turns one acceptance into the other, or a refusal into an acceptance. */
START_TEST(no_flipped_bit_accepts)
{
    struct verdict sent = refusing(), received;
    struct bytes payload;
    uint8_t *copy;

    ck_assert_int_eq(codec_write_verdict(&sent, &arena, &payload), 0);
    copy = malloc(payload.len);
    for (size_t bit = 0; bit < payload.len * 8; bit++) {
        struct arena own;

        memcpy(copy, payload.data, payload.len);
        copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        codec_arena_init(&own);
        if (codec_read_verdict(&received, copy, payload.len) == 0)
            ck_assert_int_eq(received.outcome, VERDICT_NOT_VERIFIED);
        else
            ck_assert(!verdict_answers(&received, (struct verdict_asked){.identity = true}));
        arena_deinit(&own);
    }
    free(copy);
}
END_TEST

static int read_bytes(struct verdict *verdict, const char *data, size_t len)
{
    return codec_read_verdict(verdict, (const uint8_t *)data, len);
}

/* Fields that a newer daemon may add are ignored; an unknown outcome is an error. */
START_TEST(unknown_values)
{
    static const char reference[] = "\x1a\x02\x08\x01";
    static const char more[] = "\x1a\x02\x08\x63\x40\x63\xfa\x01\x01x";
    static const char outcome[] = "\x08\x01\x1a\x02\x08\x01";
    struct verdict verdict;

    ck_assert_int_eq(read_bytes(&verdict, reference, sizeof(reference) - 1), 0);
    ck_assert_int_eq(read_bytes(&verdict, more, sizeof(more) - 1), 0);
    ck_assert_int_eq(verdict.reference.type, VERDICT_IDENTITY_UNSPECIFIED);
    ck_assert_int_eq(read_bytes(&verdict, outcome, sizeof(outcome) - 1), -EBADMSG);
    ck_assert_int_eq(read_bytes(&verdict, "", 0), 0);
    ck_assert(!verdict_answers(&verdict, (struct verdict_asked){.identity = true}));
    ck_assert_int_eq(read_bytes(&verdict, "\xff", 1), -EBADMSG);
}
END_TEST

enum change {
    AS_IT_IS,
    WITH_FAILURE,
    WITH_ALERT,
    REFUSAL_WITHOUT_ALERT,
    WITHOUT_MATCHED,
    WITHOUT_IDENTITY,
    WITH_PATH,
    VERIFIED_WITHOUT_PATH,
    VERIFIED_WITH_PATH,
    NO_CONSTANT,
    REFUSAL,
    REFUSAL_WITHOUT_FAILURE,
    REFUSAL_WITH_PATH,
    ZERO,
    VERIFIED_OF_NOBODY,
    NAME_OF_NOBODY,
    VERIFIED_BY_KEY,
    VERIFIED_BY_KEY_WITH_MATCHED,
    VERIFIED_BY_KEY_WITHOUT_PATH,
    VERIFIED_BY_BOTH,
    NAME_BY_KEY,
    REFUSAL_BY_KEY,
    WITH_FAILURES_MORE,
};

#define NAME                                                                                       \
    {                                                                                              \
        .identity = true                                                                           \
    }
#define PATH_TOO                                                                                   \
    {                                                                                              \
        .identity = true, .path = true                                                             \
    }
#define PATH_ALONE                                                                                 \
    {                                                                                              \
        .path = true                                                                               \
    }

static const struct {
    const char *intent;
    enum change change;
    struct verdict_asked asked;
    bool answers;
} answers[] = {
    {"a name that matches", AS_IT_IS, NAME, true},
    {"... is no answer to who asked for the path", AS_IT_IS, PATH_TOO, false},
    {"an acceptance with a failure", WITH_FAILURE, NAME, false},
    {"an acceptance with an alert", WITH_ALERT, NAME, false},
    {"a refusal without an alert", REFUSAL_WITHOUT_ALERT, NAME, false},
    {"an acceptance of nothing", WITHOUT_MATCHED, NAME, false},
    {"an acceptance without identity", WITHOUT_IDENTITY, NAME, false},
    {"name matches, path checked: it should say verified", WITH_PATH, NAME, false},
    {"name matches, path checked, path asked", WITH_PATH, PATH_TOO, false},
    {"verified without a path", VERIFIED_WITHOUT_PATH, PATH_TOO, false},
    {"verified, path not asked for", VERIFIED_WITH_PATH, NAME, true},
    {"verified, as asked", VERIFIED_WITH_PATH, PATH_TOO, true},
    {"one", NO_CONSTANT, NAME, false},
    {"a refusal", REFUSAL, NAME, true},
    {"a refusal that did not look at the path", REFUSAL, PATH_TOO, false},
    {"a refusal for nothing", REFUSAL_WITHOUT_FAILURE, NAME, false},
    {"a refusal of a path", REFUSAL_WITH_PATH, PATH_TOO, true},
    {"nothing at all", ZERO, NAME, false},
    {"a path alone", VERIFIED_OF_NOBODY, PATH_ALONE, true},
    {"... is no answer to who asked for a name", VERIFIED_OF_NOBODY, PATH_TOO, false},
    {"a name to who asked for a path alone", VERIFIED_WITH_PATH, PATH_ALONE, false},
    {"a path alone, not looked at", NAME_OF_NOBODY, PATH_ALONE, false},
    {"verified, the peer known by its key", VERIFIED_BY_KEY, PATH_TOO, true},
    {"the same where nobody asked for the path", VERIFIED_BY_KEY, NAME, true},
    {"the same where there was no reference", VERIFIED_BY_KEY, PATH_ALONE, false},
    {"known by its key, and a name matched too", VERIFIED_BY_KEY_WITH_MATCHED, PATH_TOO, false},
    {"known by its key, the path not looked at", VERIFIED_BY_KEY_WITHOUT_PATH, NAME, false},
    {"by the key and by the name at once", VERIFIED_BY_BOTH, PATH_TOO, false},
    {"name matches by the key", NAME_BY_KEY, NAME, false},
    {"a refusal of a peer that is known by its key", REFUSAL_BY_KEY, NAME, true},
    {"an acceptance that left failures out", WITH_FAILURES_MORE, NAME, false},
};

/* Makes a verdict on a peer whose key is pinned, for which no name is compared. */
static void apply_key(struct verdict *verdict, enum change change)
{
    if (change == REFUSAL_BY_KEY)
        *verdict = refusing();
    else if (change != NAME_BY_KEY)
        verdict->outcome = VERDICT_VERIFIED;
    verdict->checked[VERDICT_CHECK_PINNED_KEY] = true;
    verdict->checked[VERDICT_CHECK_IDENTITY] = change == VERIFIED_BY_BOTH;
    verdict->checked[VERDICT_CHECK_PATH] = change != VERIFIED_BY_KEY_WITHOUT_PATH &&
                                           change != NAME_BY_KEY;
    verdict->has_matched = change == VERIFIED_BY_KEY_WITH_MATCHED || change == VERIFIED_BY_BOTH;
}

static void apply(struct verdict *verdict, enum change change)
{
    if (change == ZERO)
        *verdict = (struct verdict){0};
    if (change == REFUSAL || change == REFUSAL_WITHOUT_FAILURE || change == REFUSAL_WITH_PATH ||
        change == REFUSAL_WITHOUT_ALERT)
        *verdict = refusing();
    if (change == WITH_FAILURE)
        verdict->n_failures = 1;
    if (change == WITH_ALERT)
        verdict->alert = 42;
    if (change == REFUSAL_WITHOUT_ALERT)
        verdict->alert = 0;
    if (change == REFUSAL_WITHOUT_FAILURE)
        verdict->n_failures = 0;
    if (change == WITHOUT_MATCHED)
        verdict->has_matched = false;
    if (change == WITHOUT_IDENTITY)
        verdict->checked[VERDICT_CHECK_IDENTITY] = false;
    if (change == WITH_PATH || change == VERIFIED_WITH_PATH || change == REFUSAL_WITH_PATH)
        verdict->checked[VERDICT_CHECK_PATH] = true;
    if (change == VERIFIED_WITH_PATH || change == VERIFIED_WITHOUT_PATH)
        verdict->outcome = VERDICT_VERIFIED;
    if (change == VERIFIED_OF_NOBODY || change == NAME_OF_NOBODY) {
        verdict->checked[VERDICT_CHECK_IDENTITY] = verdict->has_matched = false;
        verdict->has_reference = false;
    }
    if (change == VERIFIED_OF_NOBODY) {
        verdict->checked[VERDICT_CHECK_PATH] = true;
        verdict->outcome = VERDICT_VERIFIED;
    }
    if (change >= VERIFIED_BY_KEY && change <= REFUSAL_BY_KEY)
        apply_key(verdict, change);
    if (change == WITH_FAILURES_MORE)
        verdict->failures_more = 1;
    if (change == NO_CONSTANT)
        verdict->outcome = (enum verdict_outcome)1;
}

START_TEST(only_what_answers_the_question_is_an_answer)
{
    struct verdict verdict = accepting();

    apply(&verdict, answers[_i].change);
    ck_assert_msg(verdict_answers(&verdict, answers[_i].asked) == answers[_i].answers, "%s",
                  answers[_i].intent);
}
END_TEST

static int distance(uint32_t a, uint32_t b)
{
    return __builtin_popcount(a ^ b);
}

START_TEST(accepting_constants_are_far_from_everything)
{
    const uint32_t constants[] = {VERDICT_NAME_MATCHES, VERDICT_VERIFIED};

    ck_assert_int_ge(distance(constants[0], constants[1]), 12);
    for (int value = -255; value <= 255; value++) {
        ck_assert_int_ge(distance(constants[0], (uint32_t)value), 12);
        ck_assert_int_ge(distance(constants[1], (uint32_t)value), 12);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec");
    TCase *cases = tcase_create("verdict");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, refusal_reads_back);
    tcase_add_test(cases, acceptance_reads_back);
    tcase_add_test(cases, no_flipped_bit_accepts);
    tcase_add_test(cases, unknown_values);
    tcase_add_loop_test(cases, only_what_answers_the_question_is_an_answer, 0,
                        (int)(sizeof(answers) / sizeof(answers[0])));
    tcase_add_test(cases, accepting_constants_are_far_from_everything);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
