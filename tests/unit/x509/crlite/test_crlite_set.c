/* SPDX-License-Identifier: MIT */
#include "daemon/x509/crlite/crlite_set.h"

#include <check.h>
#include <string.h>

#include "daemon/x509/crlite/crlite_index.h"
#include "tests/unit/x509/crlite/crlite_fixture.h"

/* The answer that a filter is made to give. */
static struct made_filter filter_for(enum crlite_answer answer)
{
    struct made_filter made = {
        .version = 4,
        .log = answer == CRLITE_NOT_COVERED ? 0xb1 : 0xa1,
        .low = 1000,
        .high = 2000,
        .blocks = {{.issuer = answer == CRLITE_NOT_ENROLLED ? 0x12 : 0x11}},
        .n_blocks = 1,
    };

    made.blocks[0].inverted = answer == CRLITE_REVOKED;
    return made;
}

static void add(struct crlite_set *set, const char *name, const struct made_filter *made)
{
    struct made_bytes bytes;
    const char *why;

    make_filter(made, &bytes);
    ck_assert_int_eq(
        crlite_set_add(set, name, (struct bytes){.data = bytes.data, .len = bytes.len}, &why), 0);
    memset(&bytes, 0xff, sizeof(bytes));
}

static struct crlite_set *new_set(void)
{
    struct crlite_set *set = NULL;

    ck_assert_int_eq(crlite_set_new(&set), 0);
    return set;
}

static enum crlite_answer ask_two(enum crlite_answer one, enum crlite_answer other)
{
    static const uint8_t log[CRLITE_LOG_BYTES] = {[0 ... 31] = 0xa1};
    const struct crlite_timestamp timestamp = {.log = log, .time_ms = 1500};
    struct crlite_subject subject = {.timestamps = &timestamp, .n_timestamps = 1};
    const struct made_filter a = filter_for(one), b = filter_for(other);
    struct crlite_set *set = new_set();
    enum crlite_answer answer;

    memset(subject.issuer, 0x11, sizeof(subject.issuer));
    ck_assert_int_eq(crlite_set_ask(set, &subject), CRLITE_NOT_COVERED);
    add(set, "a", &a);
    add(set, "b", &b);
    answer = crlite_set_ask(set, &subject);
    crlite_set_unref(set);
    return answer;
}

/* Both orders of each two answers: the one with more weight is the answer of the set. */
START_TEST(test_the_answer_with_more_weight_decides)
{
    static const enum crlite_answer answers[] = {CRLITE_NOT_COVERED, CRLITE_NOT_ENROLLED,
                                                 CRLITE_GOOD, CRLITE_REVOKED};

    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++)
            ck_assert_int_eq(ask_two(answers[i], answers[j]), answers[i > j ? i : j]);
    }
}
END_TEST

START_TEST(test_as_of_is_the_latest_end_that_is_not_in_the_future)
{
    struct made_filter made = filter_for(CRLITE_GOOD);
    struct crlite_set *set = new_set();
    uint64_t next;

    ck_assert_uint_eq(crlite_set_as_of(set, 5000, &next), 0);
    add(set, "a", &made);
    made.high = 3000;
    add(set, "b", &made);
    ck_assert_uint_eq(crlite_set_as_of(set, 3000, &next), 3000);
    ck_assert_uint_eq(next, UINT64_MAX);
    ck_assert_uint_eq(crlite_set_as_of(set, 2999, &next), 2000);
    ck_assert_uint_eq(next, 3000);
    ck_assert_uint_eq(crlite_set_as_of(set, 1999, &next), 0);
    ck_assert_uint_eq(next, 2000);
    crlite_set_unref(set);
}
END_TEST

START_TEST(test_sets_are_equal_byte_for_byte)
{
    const struct made_filter good = filter_for(CRLITE_GOOD);
    struct made_filter later = good;
    struct crlite_set *a = new_set(), *b = new_set(), *c = new_set();

    later.high++;
    add(a, "a", &good);
    ck_assert(!crlite_set_equal(a, b));
    add(b, "a", &good);
    add(c, "a", &later);
    ck_assert(crlite_set_equal(a, b));
    ck_assert(!crlite_set_equal(a, c));
    crlite_set_unref(c);
    c = new_set();
    add(c, "b", &good);
    ck_assert(!crlite_set_equal(a, c));
    crlite_set_unref(a);
    crlite_set_unref(b);
    crlite_set_unref(c);
}
END_TEST

START_TEST(test_at_most_256_filters)
{
    const struct made_filter good = filter_for(CRLITE_GOOD);
    struct crlite_set *set = new_set();
    struct made_bytes bytes;
    const char *why = NULL;

    for (size_t i = 0; i < CRLITE_FILTERS_COUNT; i++)
        add(set, "a", &good);
    make_filter(&good, &bytes);
    ck_assert_int_eq(
        crlite_set_add(set, "b", (struct bytes){.data = bytes.data, .len = bytes.len}, &why),
        CRLITE_INVALID);
    ck_assert_str_eq(why, "there are more than 256 filters");
    ck_assert_uint_eq(crlite_set_count(set), CRLITE_FILTERS_COUNT);
    crlite_set_unref(set);
}
END_TEST

/* --- indexes --- */

static const char *const names[] = {"20260708-0-default.filter", "b.delta"};

static int read_index(const struct made_bytes *bytes, size_t len, const char **whyp)
{
    struct crlite_index index;
    int r = crlite_index_read(&index, (struct bytes){.data = bytes->data, .len = len}, whyp);

    if (r == 0) {
        ck_assert_uint_eq(index.n_names, 2);
        ck_assert_str_eq(index.names[0], names[0]);
        ck_assert_str_eq(index.names[1], names[1]);
    } else {
        ck_assert_uint_eq(index.n_names, 0);
    }
    return r;
}

START_TEST(test_an_index_names_its_filters)
{
    struct made_bytes bytes;
    const char *why;

    make_index((unsigned)_i, names, 2, &bytes);
    ck_assert_int_eq(read_index(&bytes, bytes.len, &why), 0);
    for (size_t len = 0; len < bytes.len; len++)
        ck_assert_int_eq(read_index(&bytes, len, &why), CRLITE_INVALID);
}
END_TEST

START_TEST(test_names_that_leave_the_folder_are_refused)
{
    static const char *const bad[] = {"..", ".", "", "../x", "a/b", "a b", "f\xc3\xa4", "\n"};
    struct made_bytes bytes;
    const char *why;

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        make_index((unsigned)_i, &bad[i], 1, &bytes);
        ck_assert_int_eq(read_index(&bytes, bytes.len, &why), CRLITE_INVALID);
        ck_assert_str_eq(why, "the name of a filter is not one of a file in the folder");
    }
    make_index((unsigned)_i, (const char *const[]){"a", "a"}, 2, &bytes);
    ck_assert_int_eq(read_index(&bytes, bytes.len, &why), CRLITE_INVALID);
    ck_assert_str_eq(why, "it names a filter twice");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crlite-set");
    TCase *tcase = tcase_create("sets and indexes");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, test_the_answer_with_more_weight_decides);
    tcase_add_test(tcase, test_as_of_is_the_latest_end_that_is_not_in_the_future);
    tcase_add_test(tcase, test_sets_are_equal_byte_for_byte);
    tcase_add_test(tcase, test_at_most_256_filters);
    tcase_add_loop_test(tcase, test_an_index_names_its_filters, 0, 2);
    tcase_add_loop_test(tcase, test_names_that_leave_the_folder_are_refused, 0, 2);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? 0 : 1;
}
