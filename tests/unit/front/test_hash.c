/* SPDX-License-Identifier: MIT */

/*
 * Tests of the hash: all variants for processors return one value, and another secret gives another
 * value.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/front/hash.h"

#define BYTES_COUNT 6000

static uint8_t bytes[BYTES_COUNT];
static struct hash_secret secret;

static void setup(void)
{
    for (size_t i = 0; i < BYTES_COUNT; i++)
        bytes[i] = (uint8_t)(i * 131 >> 3);
    ck_assert_int_eq(hash_secret_init(&secret), 0);
}

START_TEST(every_variant_agrees)
{
    for (size_t n = 0; n < BYTES_COUNT; n += n < 600 ? 1 : 97)
        ck_assert_uint_eq(hash_bytes(&secret, bytes, n), hash_bytes_plain(secret.bytes, bytes, n));
}
END_TEST

START_TEST(every_bit_counts)
{
    const size_t lengths[] = {1, 16, 17, 128, 240, 241, 1800, 5000};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        uint64_t before = hash_bytes(&secret, bytes, lengths[i]);

        for (size_t bit = 0; bit < lengths[i] * 8; bit += 37) {
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            ck_assert_uint_ne(hash_bytes(&secret, bytes, lengths[i]), before);
            bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}
END_TEST

START_TEST(the_secret_counts)
{
    struct hash_secret other;

    ck_assert_int_eq(hash_secret_init(&other), 0);
    ck_assert_int_ne(memcmp(other.bytes, secret.bytes, HASH_SECRET_BYTES), 0);
    for (size_t n = 1; n < BYTES_COUNT; n += 499)
        ck_assert_uint_ne(hash_bytes(&secret, bytes, n), hash_bytes(&other, bytes, n));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *tcase = tcase_create("hash");
    SRunner *runner;
    int n_failed;

    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, every_variant_agrees);
    tcase_add_test(tcase, every_bit_counts);
    tcase_add_test(tcase, the_secret_counts);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
