/* SPDX-License-Identifier: MIT */

/*
 * Tests that addresses are read from text: by reference_address_read only in their usual form, by
 * reference_address_find in every form that a program might accept.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/reference_internal.h"

#define T(text) text, sizeof(text) - 1
/* The longest text of an address; the rows also have one with an octet more. */
#define LONGEST "0000:0000:0000:0000:0000:ffff:192.168.100.200"

static const uint8_t test_net[16] = {192, 0, 2, 1};
static const uint8_t loopback[16] = {127, 0, 0, 1};
static const uint8_t documentation[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
static const uint8_t mapped[16] = {[10] = 0xff, 0xff, 192, 168, 100, 200};

static const struct address_row {
    const char *text;
    size_t len;
    const uint8_t *expected;
    size_t n_usual; /* the number of octets that reference_address_read returns */
    size_t n_any;   /* the number of octets that reference_address_find returns */
} rows[] = {
    {T("192.0.2.1"), test_net, 4, 4},
    {T("2001:db8::1"), documentation, 16, 16},
    {T(LONGEST), mapped, 16, 16},
    {T(LONGEST "0"), NULL, 0, 0},
    {T(LONGEST "."), mapped, 0, 16},
    {T(""), NULL, 0, 0},
    {T("."), NULL, 0, 0},
    {T("www.example.com"), NULL, 0, 0},
    {T("192.0.2.1\0"), NULL, 0, 0},
    {T("192.0.2.1\0.example.com"), NULL, 0, 0},
    {T("192.0.2.1."), test_net, 0, 4},
    {T("192.0.2.1.."), test_net, 0, 4},
    {T("192.0.2.1 x"), test_net, 0, 4},
    {T("[192.0.2.1]"), test_net, 0, 4},
    {T("[192.0.2.1]."), test_net, 0, 4},
    {T("[2001:db8::1]"), documentation, 0, 16},
    {T("[IPv6:2001:db8::1]"), documentation, 0, 16},
    {T("[ipv6:2001:DB8::1]"), documentation, 0, 16},
    {T("[IPv4:192.0.2.1]"), NULL, 0, 0},
    {T("[ipv6:]"), NULL, 0, 0},
    {T("[]"), NULL, 0, 0},
    {T("["), NULL, 0, 0},
    {T("[192.0.2.1"), NULL, 0, 0},
    {T("192.0.2.1]"), NULL, 0, 0},
    {T("127.1"), loopback, 0, 4},
    {T("0x7f.1"), loopback, 0, 4},
    {T("017700000001"), loopback, 0, 4},
    {T("2130706433"), loopback, 0, 4},
    {T("[127.1]"), loopback, 0, 4},
    {T("127.1.example"), NULL, 0, 0},
};

START_TEST(forms)
{
    const struct address_row *row = &rows[_i];
    uint8_t address[16] = {0};
    const uint8_t *text = (const uint8_t *)row->text;

    ck_assert_uint_eq(reference_address_read(text, row->len, address), row->n_usual);
    ck_assert_mem_eq(address, row->expected ? row->expected : address, row->n_usual);
    ck_assert_uint_eq(reference_address_find(text, row->len, address), row->n_any);
    ck_assert_mem_eq(address, row->expected ? row->expected : address, row->n_any);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference-address");
    TCase *addresses = tcase_create("addresses");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(addresses, forms, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(suite, addresses);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
