/* SPDX-License-Identifier: MIT */
#include "tests/unit/identity/match_fixture.h"

#include <check.h>

static struct suffix_list *suffixes;

void match_open_suffixes(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
}

void match_close_suffixes(void)
{
    suffixes = suffix_list_close(suffixes);
}

static size_t count(const struct identity *presented)
{
    size_t n = 0;

    while (n < N_PRESENTED && presented[n].type != IDENTITY_NONE)
        n++;
    return n;
}

enum match match_ask(const struct rules *rules, const struct identity *presented, const char *text,
                     size_t len, struct reference *reference, struct match_result *result)
{
    struct match_rules with = {.suffixes = suffixes, .rules = *rules};

    *result = (struct match_result){0};
    if (reference_host_parse(reference, rules->set, (const uint8_t *)text, len) == 0)
        match_all(&with, reference, presented, count(presented), result);
    return result->match;
}
