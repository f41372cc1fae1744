/* SPDX-License-Identifier: MIT */

/*
 * Tests that a packed policy unpacks to the same policy, and that bytes which were changed are
 * refused, or unpack to a configuration that passes all checks of a text.
 */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/packed_config.h"
#include "tests/unit/policy/policy_fixture.h"

static const char config[] =
    "defaults { wildcards = none }\n"
    "trust t { file = \"/t.pem\" permitted-dns = { \"a.example\", \"b.example\" } }\n" BANK_PINS
    "deny d { names = { \"denied.example\" } }\n"
    "domain \"bank.example\" { subdomains = all\n pinset = bank\n path = always\n trust = { t } }\n"
    "domain \"10.0.0.0/8\" { path = always }\n"
    "client c { uid = { root } }\n"
    "limits { connections = 100 }\n";

static struct packed_writer pack_text(const char *text)
{
    struct packed_writer writer = {0};
    struct policy *policy = accept_text(text);

    policy_pack(policy, &writer);
    ck_assert(!writer.failed);
    policy_free(policy);
    return writer;
}

static int unpack(struct policy **policyp, const uint8_t *data, size_t len)
{
    struct packed_reader reader = {.data = data, .len = len};
    struct policy_error error = {0};
    int r = policy_unpack(policyp, &reader, suffixes, &error);

    ck_assert(r != 0 || *policyp != NULL);
    return r;
}

START_TEST(test_same_policy)
{
    static const char *const texts[] = {config, "", "defaults { path = always }\n"};

    for (size_t i = 0; i < ROWS(texts); i++) {
        struct policy *policy = accept_text(texts[i]), *other = NULL;
        struct packed_writer writer = pack_text(texts[i]);
        char *expected = print_text(policy), *text;

        ck_assert_int_eq(unpack(&other, writer.data, writer.len), 0);
        text = print_text(other);
        ck_assert_str_eq(text, expected);
        ck_assert_str_eq(policy_files(other).texts[0], "test.conf");
        ck_assert_uint_eq(policy_n_domains(other), policy_n_domains(policy));
        free(text);
        free(expected);
        policy_free(other);
        policy_free(policy);
        packed_writer_deinit(&writer);
    }
}
END_TEST

START_TEST(test_origins)
{
    struct packed_writer writer = pack_text(config);
    struct policy *policy = NULL;

    ck_assert_int_eq(unpack(&policy, writer.data, writer.len), 0);
    ck_assert_uint_eq(rule_of(policy, "www.bank.example")->origin.line, 5);
    ck_assert_str_eq(rule_of(policy, "www.bank.example")->origin.file, "test.conf");
    policy_free(policy);
    packed_writer_deinit(&writer);
}
END_TEST

/* The number of a user crosses with its name, which is not looked up again. */
START_TEST(test_user)
{
    struct packed_writer writer = pack_text(config);
    uint8_t *name = memmem(writer.data, writer.len, "root", 4);
    struct policy *policy = NULL;
    size_t n = 0;
    const struct policy_client *clients;

    ck_assert_ptr_nonnull(name);
    memcpy(name, "r-?t", 4);
    ck_assert_int_eq(unpack(&policy, writer.data, writer.len), 0);
    clients = policy_clients(policy, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(clients[0].id, 0);
    policy_free(policy);
    packed_writer_deinit(&writer);
}
END_TEST

START_TEST(test_cut_off)
{
    struct packed_writer writer = pack_text(config);
    struct policy *policy = NULL;

    for (size_t len = 0; len < writer.len; len++) {
        ck_assert_int_eq(unpack(&policy, writer.data, len), -EBADMSG);
        ck_assert_ptr_null(policy);
    }
    packed_writer_deinit(&writer);
}
END_TEST

/*
 * Bytes with one flipped bit are refused or make a policy, and are never read beyond their end
 * (which sanitizers notice).
 */
START_TEST(test_bit_flips)
{
    struct packed_writer writer = pack_text(config);
    size_t n_taken = 0;

    for (size_t bit = 0; bit < 8 * writer.len; bit++) {
        struct policy *policy = NULL;

        writer.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        n_taken += unpack(&policy, writer.data, writer.len) == 0;
        policy_free(policy);
        writer.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    ck_assert_uint_gt(n_taken, 0);
    ck_assert_uint_lt(n_taken, 8 * writer.len / 2);
    packed_writer_deinit(&writer);
}
END_TEST

/* A value that no text can contain is refused before the checks of values see it. */
START_TEST(test_characters)
{
    static const char *const titles[] = {"a\x01.example", "a\x7f.example", "a\xff.example"};

    for (size_t i = 0; i < ROWS(titles); i++) {
        struct packed_writer writer = {0};
        struct policy *policy = NULL;

        packed_write_number(&writer, 1);
        packed_write_text(&writer, "test.conf");
        for (size_t kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++) {
            packed_write_number(&writer, kind == POLICY_SECTION_DOMAIN);
            if (kind != POLICY_SECTION_DOMAIN)
                continue;
            packed_write_number(&writer, 0);
            packed_write_number(&writer, 1);
            packed_write_text(&writer, titles[i]);
            packed_write_number(&writer, 0);
        }
        ck_assert_int_eq(unpack(&policy, writer.data, writer.len), -EBADMSG);
        packed_writer_deinit(&writer);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_same_policy, test_origins,   test_user,
                                  test_cut_off,     test_bit_flips, test_characters};

    return policy_suite_run("packed-config", tests, ROWS(tests));
}
