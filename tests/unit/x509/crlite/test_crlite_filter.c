/* SPDX-License-Identifier: MIT */

/*
 * Filters that are small enough to say by hand what they answer. The row of every key has its first
 * bit set, so a column whose only bit stands where the row begins gives 1, and a column of zeros
 * gives 0.
 */

#include "daemon/x509/crlite/crlite_filter.h"

#include <check.h>
#include <string.h>

#include "tests/unit/x509/crlite/crlite_fixture.h"

static const uint8_t log_a[CRLITE_LOG_BYTES] = {[0 ... 31] = 0xa1};
static const uint8_t log_b[CRLITE_LOG_BYTES] = {[0 ... 31] = 0xb1};

/* Returns a filter whose one issuer has an exact part of one row, and nothing else. */
static struct made_filter plain(uint8_t version)
{
    return (struct made_filter){
        .version = version,
        .log = 0xa1,
        .low = 1000,
        .high = 2000,
        .blocks = {{.issuer = 0x11, .approximate_m = 1, .exact_m = 1}},
        .n_blocks = 1,
    };
}

static enum crlite_answer ask_at(const struct made_filter *made, uint8_t issuer, const uint8_t *log,
                                 uint64_t time_ms)
{
    static const uint8_t serial[] = {'1', '2'};
    const struct crlite_timestamp timestamp = {.log = log, .time_ms = time_ms};
    struct crlite_subject subject = {
        .key = {0xfe, 0x5a, 7},
        .serial = {.data = serial, .len = sizeof(serial)},
        .timestamps = &timestamp,
        .n_timestamps = 1,
    };
    struct made_bytes bytes;
    struct crlite_filter filter;
    enum crlite_answer answer;
    const char *why;

    memset(subject.issuer, issuer, sizeof(subject.issuer));
    make_filter(made, &bytes);
    ck_assert_int_eq(
        crlite_filter_init(&filter, (struct bytes){.data = bytes.data, .len = bytes.len}, &why), 0);
    answer = crlite_filter_ask(&filter, &subject);
    crlite_filter_deinit(&filter);
    return answer;
}

static enum crlite_answer ask(const struct made_filter *made)
{
    return ask_at(made, 0x11, log_a, 1500);
}

START_TEST(test_coverage_is_one_log_from_low_to_high)
{
    struct made_filter made = plain((uint8_t)_i);

    ck_assert_int_eq(ask_at(&made, 0x11, log_a, 1000), CRLITE_REVOKED);
    ck_assert_int_eq(ask_at(&made, 0x11, log_a, 2000), CRLITE_REVOKED);
    ck_assert_int_eq(ask_at(&made, 0x11, log_a, 999), CRLITE_NOT_COVERED);
    ck_assert_int_eq(ask_at(&made, 0x11, log_a, 2001), CRLITE_NOT_COVERED);
    ck_assert_int_eq(ask_at(&made, 0x11, log_b, 1500), CRLITE_NOT_COVERED);
}
END_TEST

START_TEST(test_an_issuer_is_found_among_others)
{
    struct made_filter made = plain((uint8_t)_i);

    made.n_blocks = 2;
    made.blocks[1] = (struct made_block){.issuer = 0x22};
    ck_assert_int_eq(ask_at(&made, 0x11, log_a, 1500), CRLITE_REVOKED);
    ck_assert_int_eq(ask_at(&made, 0x22, log_a, 1500), CRLITE_GOOD);
    ck_assert_int_eq(ask_at(&made, 0x10, log_a, 1500), CRLITE_NOT_ENROLLED);
    ck_assert_int_eq(ask_at(&made, 0x21, log_a, 1500), CRLITE_NOT_ENROLLED);
    ck_assert_int_eq(ask_at(&made, 0x23, log_a, 1500), CRLITE_NOT_ENROLLED);
}
END_TEST

START_TEST(test_the_exact_column_decides)
{
    struct made_filter made = plain((uint8_t)_i);

    made.n_words[0] = 1;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
    made.columns[0][0] = 1;
    ck_assert_int_eq(ask(&made), CRLITE_GOOD);
}
END_TEST

/* The row begins at bit 64 or 70, so the bit that meets it is in the second word. */
START_TEST(test_a_row_begins_at_its_offset)
{
    struct made_filter made = plain((uint8_t)_i);

    made.n_words[0] = 3;
    made.columns[0][0] = UINT64_MAX;
    made.blocks[0].exact_offset = 64;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
    made.columns[0][1] = 1;
    ck_assert_int_eq(ask(&made), CRLITE_GOOD);
    made.blocks[0].exact_offset = 70;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
    made.columns[0][1] = 1 << 6;
    ck_assert_int_eq(ask(&made), CRLITE_GOOD);
    made.blocks[0].exact_offset = UINT32_MAX;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
}
END_TEST

START_TEST(test_only_columns_below_the_rank_count)
{
    struct made_filter made = plain((uint8_t)_i);

    made.n_columns = 1;
    made.n_words[0] = 1;
    made.columns[0][0] = 1;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
    made.blocks[0].rank = 1;
    ck_assert_int_eq(ask(&made), CRLITE_GOOD);
    made.columns[0][0] = 0;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
}
END_TEST

START_TEST(test_exceptions_and_inversion)
{
    struct made_filter made = plain((uint8_t)_i);

    made.blocks[0].exceptions[0] = "1";
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
    made.blocks[0].exceptions[1] = "12";
    ck_assert_int_eq(ask(&made), CRLITE_GOOD);
    made.blocks[0].inverted = 1;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
    made.blocks[0].exceptions[1] = NULL;
    ck_assert_int_eq(ask(&made), CRLITE_GOOD);
}
END_TEST

START_TEST(test_without_an_approximate_part_there_are_no_members)
{
    struct made_filter made = plain((uint8_t)_i);

    made.blocks[0].approximate_m = 0;
    ck_assert_int_eq(ask(&made), CRLITE_GOOD);
    made.blocks[0].inverted = 1;
    ck_assert_int_eq(ask(&made), CRLITE_REVOKED);
}
END_TEST

static const char *refuse(const uint8_t *data, size_t len)
{
    struct crlite_filter filter;
    const char *why = NULL;
    int r = crlite_filter_init(&filter, (struct bytes){.data = data, .len = len}, &why);

    crlite_filter_deinit(&filter);
    ck_assert_int_eq(r, CRLITE_INVALID);
    ck_assert_ptr_nonnull(why);
    return why;
}

START_TEST(test_a_filter_that_is_cut_or_longer_is_refused)
{
    struct made_filter made = plain((uint8_t)_i);
    struct made_bytes bytes;

    made.blocks[0].exceptions[0] = "123";
    made.n_words[0] = 2;
    make_filter(&made, &bytes);
    for (size_t len = 0; len < bytes.len; len++)
        refuse(bytes.data, len);
    bytes.data[bytes.len] = 0;
    ck_assert_str_eq(refuse(bytes.data, bytes.len + 1), "there are octets behind its end");
}
END_TEST

START_TEST(test_bounds)
{
    struct made_filter made = plain((uint8_t)_i);
    struct made_bytes bytes;

    made.blocks[0].rank = 1;
    make_filter(&made, &bytes);
    ck_assert_str_eq(refuse(bytes.data, bytes.len), "an issuer's rank is beyond the columns");
    made = plain((uint8_t)_i);
    made.blocks[0].inverted = 2;
    make_filter(&made, &bytes);
    ck_assert_str_eq(refuse(bytes.data, bytes.len),
                     "whether an issuer is inverted is neither 0 nor 1");
    made = plain((uint8_t)_i);
    made.n_blocks = 2;
    made.blocks[1].issuer = 0x11;
    make_filter(&made, &bytes);
    ck_assert_str_eq(refuse(bytes.data, bytes.len), "its issuers are not in ascending order");
    bytes.data[1] = 1;
    ck_assert_str_eq(refuse(bytes.data, bytes.len), "the octet after its version is not 0");
    bytes.data[0] = 5;
    ck_assert_str_eq(refuse(bytes.data, bytes.len), "its version is neither 3 nor 4");
}
END_TEST

/* No octet of a filter may make the reader or a question leave the filter's memory. */
START_TEST(test_every_octet_may_have_any_value)
{
    const struct crlite_timestamp timestamp = {.log = log_a, .time_ms = 1500};
    struct crlite_subject subject = {.timestamps = &timestamp, .n_timestamps = 1};
    struct made_filter made = plain((uint8_t)_i);
    struct made_bytes bytes;
    size_t n_read = 0;

    memset(subject.issuer, 0x11, sizeof(subject.issuer));
    made.n_columns = 1;
    made.n_words[0] = made.n_words[1] = 2;
    make_filter(&made, &bytes);
    for (size_t i = 0; i < bytes.len * 256; i++) {
        struct crlite_filter filter;
        const char *why;
        uint8_t was = bytes.data[i / 256];

        bytes.data[i / 256] = (uint8_t)i;
        if (crlite_filter_init(&filter, (struct bytes){.data = bytes.data, .len = bytes.len},
                               &why) == 0) {
            (void)crlite_filter_ask(&filter, &subject);
            crlite_filter_deinit(&filter);
            n_read++;
        }
        bytes.data[i / 256] = was;
    }
    ck_assert_uint_gt(n_read, 1000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crlite-filter");
    TCase *tcase = tcase_create("both versions");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(tcase, test_coverage_is_one_log_from_low_to_high, 3, 5);
    tcase_add_loop_test(tcase, test_an_issuer_is_found_among_others, 3, 5);
    tcase_add_loop_test(tcase, test_the_exact_column_decides, 3, 5);
    tcase_add_loop_test(tcase, test_a_row_begins_at_its_offset, 3, 5);
    tcase_add_loop_test(tcase, test_only_columns_below_the_rank_count, 3, 5);
    tcase_add_loop_test(tcase, test_exceptions_and_inversion, 3, 5);
    tcase_add_loop_test(tcase, test_without_an_approximate_part_there_are_no_members, 3, 5);
    tcase_add_loop_test(tcase, test_a_filter_that_is_cut_or_longer_is_refused, 3, 5);
    tcase_add_loop_test(tcase, test_bounds, 3, 5);
    tcase_add_loop_test(tcase, test_every_octet_may_have_any_value, 3, 5);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? 0 : 1;
}
