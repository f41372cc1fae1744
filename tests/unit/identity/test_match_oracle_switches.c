/* SPDX-License-Identifier: MIT */

/*
 * Tests on random certificates and hosts that no setting of the switches accepts anything that is
 * refused without it.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/match.h"
#include "daemon/identity/python_text.h"
#include "daemon/x509/parse/certificate.h"
#include "tests/unit/identity/oracle_input.h"

#define N_CERTIFICATES 4000
#define N_HOSTS        30

#define N_COMMON_NAME   3
#define N_WILDCARDS     3
#define N_PUBLIC_SUFFIX 3

static struct suffix_list *suffixes;
static struct x509_context *x509;
static EVP_PKEY *key;
static size_t n_accepted, n_refused;

static void setup(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
    ck_assert_int_eq(x509_context_new(&x509), 0);
    key = EVP_EC_gen("P-256");
    ck_assert_ptr_nonnull(key);
}

static void teardown(void)
{
    EVP_PKEY_free(key);
    x509_context_free(x509);
    suffix_list_close(suffixes);
}

struct question {
    struct reference reference;
    const struct identity *presented;
    size_t n_presented;
};

/* Checks that Python's message is complete and in ASCII, whatever the certificate contains. */
static void check_text(const struct match_rules *rules, const struct question *question,
                       const struct match_result *result)
{
    char text[PYTHON_TEXT_BYTES];
    size_t len;

    memset(text, 0xa5, sizeof(text));
    python_text(rules, &question->reference, question->presented, question->n_presented, result,
                text, sizeof(text));
    len = strnlen(text, sizeof(text));
    ck_assert_uint_gt(len, 20);
    ck_assert_uint_lt(len, sizeof(text));
    for (size_t i = 0; i < len; i++) {
        if (text[i] < 0x20 || text[i] >= 0x7f)
            ck_abort_msg("%s", input_show((uint8_t *)text, len));
    }
}

static bool accepts(const struct rules *rules, const struct question *question)
{
    struct match_rules with = {.suffixes = suffixes, .rules = *rules};
    struct match_result result;

    match_all(&with, &question->reference, question->presented, question->n_presented, &result);
    if (result.match != MATCH_FOUND && rules->set == RULES_PYTHON_3_5)
        check_text(&with, question, &result);
    return result.match == MATCH_FOUND;
}

/*
 * Returns the rules from which a switch is set step by step to its strictest value: all switches
 * unset. Only in rfc9525 does `yes` for common names accept more than unset, so there it is set
 * while the other switches are tested.
 */
static struct rules unset(const struct rules *rules)
{
    struct rules base = {.set = rules->set};

    if (rules->set == RULES_RFC9525)
        base.common_name = RULE_COMMON_NAME_YES;
    return base;
}

static void compare(struct input *input, const struct input_text *host,
                    const struct question *question, enum rule_set set)
{
    struct rules rules = {
        .set = set,
        .common_name = (enum rule_common_name)input_below(input, N_COMMON_NAME),
        .wildcards = (enum rule_wildcards)input_below(input, N_WILDCARDS),
        .public_suffix = (enum rule_public_suffix)input_below(input, N_PUBLIC_SUFFIX),
    };
    struct rules base = unset(&rules);

    if (!accepts(&rules, question)) {
        n_refused += accepts(&base, question);
        return;
    }
    n_accepted++;
    if (!accepts(&base, question))
        ck_abort_msg("set %d: switches %d %d %d accept '%s'", (int)set, (int)rules.common_name,
                     (int)rules.wildcards, (int)rules.public_suffix,
                     input_show(host->data, host->len));
}

static void take_certificate(struct input *input)
{
    struct input_certificate made;
    struct certificate *certificate = NULL;
    struct question question;
    struct input_text host;
    uint8_t *der = NULL;
    int len;

    input_certificate_init(&made, input, key);
    len = i2d_X509(made.x509, &der);
    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(certificate_parse(&certificate, x509, der, (size_t)len), 0);
    question.presented = certificate_identities(certificate, &question.n_presented);

    for (size_t i = 0; i < N_HOSTS; i++) {
        input_host(input, &made, &host);
        for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
            if (reference_host_parse(&question.reference, (enum rule_set)set, host.data,
                                     host.len) == 0)
                compare(input, &host, &question, (enum rule_set)set);
        }
    }

    certificate_free(certificate);
    OPENSSL_free(der);
    input_certificate_deinit(&made);
}

START_TEST(switches_only_refuse)
{
    struct input input;

    input_start(&input);
    for (size_t i = 0; i < N_CERTIFICATES; i++)
        take_certificate(&input);
    printf("%zu accepted, %zu refused for a switch\n", n_accepted, n_refused);
    ck_assert_uint_gt(n_accepted, 1000);
    ck_assert_uint_gt(n_refused, 1000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("oracle-switches");
    TCase *oracle = tcase_create("oracle");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(oracle, setup, teardown);
    tcase_set_timeout(oracle, 600);
    tcase_add_test(oracle, switches_only_refuse);
    suite_add_tcase(suite, oracle);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
