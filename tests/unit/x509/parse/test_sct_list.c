/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/sct_list.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/*
 * The most octets of a list in these tests, so that every length in it fits one octet. The list has
 * at least 128, because the length of the OCTET STRING is written in the form for these.
 */
#define LIST_BYTES 250

/* An extension's value that is put together. */
struct made_list {
    uint8_t data[LIST_BYTES + 8];
    size_t len;
};

static void start(struct made_list *list)
{
    static const uint8_t head[] = {0x04, 0x81, 0, 0, 0};

    memcpy(list->data, head, sizeof(head));
    list->len = sizeof(head);
}

/* Adds a timestamp of a version, with the log 0xa1…, the time 0x0102 and a signature of `n` octets.
 */
static void add(struct made_list *list, uint8_t version, uint8_t n)
{
    uint8_t *one = list->data + list->len;

    memset(one, 0, 49u + n);
    one[1] = 47 + n;
    one[2] = version;
    memset(one + 3, 0xa1, SCT_LOG_BYTES);
    one[41] = 1;
    one[42] = 2;
    one[45] = 4;
    one[46] = 3;
    one[48] = n;
    list->len += 49u + n;
}

/* Fills in the lengths. Returns the extension's value. */
static struct bytes finish(struct made_list *list)
{
    list->data[2] = (uint8_t)(list->len - 3);
    list->data[4] = (uint8_t)(list->len - 5);
    return (struct bytes){.data = list->data, .len = list->len};
}

/* Returns how many timestamps are in the value; -1 if it is malformed. */
static int count(struct bytes value)
{
    struct bytes list;
    struct sct sct;
    int n = 0, r;

    if (!sct_list_open(&list, value))
        return -1;
    while ((r = sct_list_take(&list, &sct)) == 1) {
        ck_assert_uint_eq(sct.log[0], 0xa1);
        ck_assert_uint_eq(sct.log[SCT_LOG_BYTES - 1], 0xa1);
        ck_assert_uint_eq(sct.time_ms, 0x0102);
        n++;
    }
    return r < 0 ? -1 : n;
}

START_TEST(test_timestamps_are_read_in_order)
{
    struct made_list list;

    start(&list);
    add(&list, 0, 1);
    add(&list, 0, 70);
    ck_assert_int_eq(count(finish(&list)), 2);
}
END_TEST

START_TEST(test_other_versions_are_passed_over)
{
    struct made_list list;

    start(&list);
    add(&list, 1, 40);
    add(&list, 0, 40);
    ck_assert_int_eq(count(finish(&list)), 1);
}
END_TEST

START_TEST(test_what_is_malformed)
{
    struct made_list list;
    struct bytes value;

    start(&list);
    ck_assert_int_eq(count(finish(&list)), -1);
    add(&list, 0, 90);
    ck_assert_int_eq(count(finish(&list)), 1);
    add(&list, 0, 0);
    ck_assert_int_eq(count(finish(&list)), -1);
    start(&list);
    add(&list, 0, 90);
    value = finish(&list);
    ck_assert_int_eq(count(value), 1);
    list.data[49]++; /* longer extensions of the timestamp */
    ck_assert_int_eq(count(value), -1);
    list.data[49]--;
    list.data[6]--; /* a shorter timestamp */
    ck_assert_int_eq(count(value), -1);
    list.data[6] = 0; /* an empty one */
    ck_assert_int_eq(count(value), -1);
    list.data[6] = 47 + 90;
    for (value.len = 0; value.len < list.len; value.len++)
        ck_assert_int_eq(count(value), -1);
    list.data[list.len] = 0;
    value.len = list.len + 1;
    ck_assert_int_eq(count(value), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sct-list");
    TCase *cases = tcase_create("sct-list");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(cases, test_timestamps_are_read_in_order);
    tcase_add_test(cases, test_other_versions_are_passed_over);
    tcase_add_test(cases, test_what_is_malformed);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
