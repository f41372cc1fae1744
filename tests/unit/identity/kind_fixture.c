/* SPDX-License-Identifier: MIT */
#include "tests/unit/identity/kind_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct suffix_list *suffixes;

void kind_open_suffixes(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
}

void kind_close_suffixes(void)
{
    suffixes = suffix_list_close(suffixes);
}

const struct suffix_list *kind_suffixes(void)
{
    return suffixes;
}

size_t kind_count(const struct identity *presented)
{
    size_t n = 0;

    while (n < N_PRESENTED && presented[n].type != IDENTITY_NONE)
        n++;
    return n;
}

struct reference kind_reference(enum reference_kind kind, enum rule_set set, const char *text)
{
    struct reference reference;
    int r = reference_parse(&reference, kind, set, (const uint8_t *)text, strlen(text));

    ck_assert_msg(r == 0, "%s is no reference: %s", text,
                  reference_fault_text((enum reference_fault)r));
    return reference;
}

void kind_judge(const struct match_rules *rules, const struct reference *reference,
                const struct identity *presented, size_t n, struct match_result *result)
{
    memset(result, 0xa5, sizeof(*result));
    match_all(rules, reference, presented, n, result);
}

void kind_check_row(const struct kind_row *row, enum reference_kind kind, enum rule_set set)
{
    size_t n = kind_count(row->presented);

    for (int common_name = RULE_COMMON_NAME_AS_SET; common_name <= RULE_COMMON_NAME_YES;
         common_name++) {
        struct match_rules rules = {
            .suffixes = suffixes,
            .rules = {.set = set,
                      .common_name = (enum rule_common_name)common_name,
                      .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ICANN},
        };
        struct reference reference = kind_reference(kind, set, row->reference);
        struct match_result result;
        uint8_t *data = exactly(row->presented[0].data, row->presented[0].len);
        struct identity alone = {row->presented[0].type, data, row->presented[0].len};
        enum miss miss = match_why(&rules, &reference, row->presented, n, 0);

        ck_assert_int_eq(match_one(&rules, &reference, &alone),
                         miss == MISS_URI_NOT_SINGLE ? MISS_NONE : miss);
        free(data);
        ck_assert_msg(miss == row->expected, "%s: expected %s, got %s", row->intent,
                      miss_name(row->expected), miss_name(miss));
        kind_judge(&rules, &reference, row->presented, n, &result);
        ck_assert_msg((result.match == MATCH_FOUND) == (row->expected == MISS_NONE), "%s: found %d",
                      row->intent, (int)result.match);
        if (result.match == MATCH_FOUND)
            ck_assert_uint_eq(result.matched, 0);
    }
}
