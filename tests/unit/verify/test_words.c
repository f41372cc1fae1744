/* SPDX-License-Identifier: MIT */

/*
 * Tests the messages of a verdict, which are in memory of a fixed size, and its two lists of
 * findings. A message that does not fit is cut, a finding that does not fit is dropped, and the
 * verdict still refuses.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "daemon/verify/findings.h"
#include "daemon/verify/words.h"
#include "tests/unit/policy/policy_fixture.h"

static bool is_text(struct bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.data, text, bytes.len) == 0;
}

static bool lies_within(const struct words *words, struct bytes bytes)
{
    const char *data = (const char *)bytes.data;

    return data >= words->data && data + bytes.len <= words->data + WORDS_BYTES;
}

/* Fills the memory of `words` except for its last `room` bytes, of which one is for a NUL. */
static void fill(struct words *words, size_t room)
{
    memset(words->data, '-', WORDS_BYTES);
    words->used = WORDS_BYTES - room;
}

/* A message does not move or change when others are added. */
START_TEST(test_sentences_stay)
{
    struct words words = {.used = 0};
    struct bytes sentences[3];

    sentences[0] = words_print(&words, "%s is %d", "one", 1);
    sentences[1] = words_print(&words, "%s", "two");
    sentences[2] = words_static("three");
    ck_assert(is_text(sentences[0], "one is 1"));
    ck_assert(is_text(sentences[1], "two"));
    ck_assert(is_text(sentences[2], "three"));
    ck_assert(lies_within(&words, sentences[0]) && lies_within(&words, sentences[1]));
    ck_assert(!lies_within(&words, sentences[2]));
    ck_assert_uint_eq(words.used, 11);
}
END_TEST

/*
 * The room that is left, a text, and the part of it that fits. NULL: nothing fits, and the message
 * is "...".
 */
static const struct {
    const char *intent;
    size_t room;
    const char *text, *expected;
} cut_rows[] = {
    {"fits to the byte", 4, "abc", "abc"},
    {"one byte too long", 4, "abcd", "abc"},
    {"one byte of room", 2, "abc", "a"},
    {"room for a NUL alone", 1, "a", NULL},
    {"none at all", 0, "a", NULL},
    {"an empty sentence", 4, "", NULL},
    {"two bytes, whole", 3, "\xc3\xa9", "\xc3\xa9"},
    {"two bytes, cut", 3, "a\xc3\xa9", "a"},
    {"two bytes, the first alone", 2, "\xc3\xa9", NULL},
    {"three bytes, cut after two", 4, "a\xe2\x82\xac", "a"},
    {"three bytes, cut after one", 3, "a\xe2\x82\xac", "a"},
    {"three bytes, two of room", 3, "\xe2\x82\xac", NULL},
    {"four bytes, cut after three", 5, "a\xf0\x9f\x94\x92", "a"},
    {"four bytes, whole", 6, "a\xf0\x9f\x94\x92", "a\xf0\x9f\x94\x92"},
};

START_TEST(test_cuts)
{
    for (size_t i = 0; i < ROWS(cut_rows); i++) {
        const char *expected = cut_rows[i].expected ? cut_rows[i].expected : "...";
        struct words words;
        struct bytes sentence;

        fill(&words, cut_rows[i].room);
        sentence = words_print(&words, "%s", cut_rows[i].text);
        ck_assert_msg(is_text(sentence, expected), "%s: '%.*s'", cut_rows[i].intent,
                      (int)sentence.len, (const char *)sentence.data);
        ck_assert_uint_le(words.used, WORDS_BYTES);
    }
}
END_TEST

/*
 * A text with characters of all lengths is cut to valid UTF-8 at every length, and loses at
 * most one character that would have fitted in part.
 */
START_TEST(test_cuts_everywhere)
{
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x92z\xf0\x9f\x94\x92\xe2\x82\xac"
                               "\xc3\xa9\xc3\xa9";

    for (size_t room = 2; room <= sizeof(text) + 1; room++) {
        struct words words;
        struct bytes sentence;

        fill(&words, room);
        sentence = words_print(&words, "%s", text);
        ck_assert(utf8_is_valid(sentence.data, sentence.len));
        if (!lies_within(&words, sentence))
            continue;
        ck_assert_mem_eq(sentence.data, text, sentence.len);
        ck_assert_uint_ge(sentence.len + 4, room < sizeof(text) ? room - 1 : sizeof(text) - 1);
        ck_assert_uint_eq(words.used, WORDS_BYTES - room + sentence.len);
    }
}
END_TEST

/* Every message is non-empty, however many are printed. */
START_TEST(test_never_empty)
{
    struct words words = {.used = 0};

    for (int i = 0; i < 1000; i++) {
        struct bytes sentence = words_print(&words, "sentence \xe2\x82\xac %d", i);

        ck_assert_uint_gt(sentence.len, 0);
        ck_assert(utf8_is_valid(sentence.data, sentence.len));
        ck_assert_uint_le(words.used, WORDS_BYTES);
    }
}
END_TEST

/* --- findings --- */

static void add_many(struct verdict *verdict, size_t n, bool report_only, uint32_t depth)
{
    for (size_t i = 0; i < n; i++) {
        const struct finding finding = {
            .code = "some-code",
            .verify_code = FINDING_APPLICATION,
            .message = words_static("message"),
            .detail = words_static("detail"),
            .depth = depth,
            .report_only = report_only,
        };

        findings_add(verdict, &finding);
    }
}

/*
 * Each finding is added with all its fields to the failures or to the reported findings, as
 * report_only says.
 */
START_TEST(test_findings_lists)
{
    struct verdict verdict = {.n_failures = 0};

    add_many(&verdict, 1, false, 3);
    add_many(&verdict, 2, true, 7);
    ck_assert_uint_eq(verdict.n_failures, 1);
    ck_assert_uint_eq(verdict.n_reported, 2);
    ck_assert(is_text(verdict.failures[0].code, "some-code"));
    ck_assert(is_text(verdict.failures[0].message, "message"));
    ck_assert(is_text(verdict.failures[0].detail, "detail"));
    ck_assert_uint_eq(verdict.failures[0].verify_code, 50);
    ck_assert_uint_eq(verdict.failures[0].depth, 3);
    ck_assert_uint_eq(verdict.reported[1].depth, 7);
}
END_TEST

/*
 * A full list does not change any more and does not limit the other list: reported findings never
 * displace a failure.
 */
START_TEST(test_findings_full)
{
    struct verdict verdict = {.n_failures = 0};

    add_many(&verdict, LIMIT_FAILURES_COUNT + 5, true, 1);
    ck_assert_uint_eq(verdict.n_reported, LIMIT_FAILURES_COUNT);
    ck_assert_uint_eq(verdict.reported_more, 5);
    ck_assert_uint_eq(verdict.failures_more, 0);
    ck_assert_uint_eq(verdict.n_failures, 0);
    add_many(&verdict, LIMIT_FAILURES_COUNT, false, 2);
    add_many(&verdict, 5, false, 3);
    ck_assert_uint_eq(verdict.n_failures, LIMIT_FAILURES_COUNT);
    ck_assert_uint_eq(verdict.failures_more, 5);
    for (size_t i = 0; i < LIMIT_FAILURES_COUNT; i++) {
        ck_assert_uint_eq(verdict.failures[i].depth, 2);
        ck_assert_uint_eq(verdict.reported[i].depth, 1);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_sentences_stay, test_cuts,           test_cuts_everywhere,
        test_never_empty,    test_findings_lists, test_findings_full,
    };

    return policy_suite_run("verify words", tests, ROWS(tests));
}
