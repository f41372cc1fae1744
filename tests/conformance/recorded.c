/* SPDX-License-Identifier: MIT */
#include "tests/conformance/recorded.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    enum rule_set set;
    const char *for_name, *for_address; /* the keys of the recorded answers of the program that the
                                           rule set is named after */
} sets[N_RECORDED] = {
    {"openssl", RULES_OPENSSL, "openssl:0", "openssl:ip"},
    {"python-3.7", RULES_PYTHON_3_7, "openssl:4", "openssl:ip"},
    {"python-3.5", RULES_PYTHON_3_5, "python-3.6", "python-3.6"},
};

/*
 * Returns whether this is a fault for which we refuse a reference on purpose, although the program
 * accepts it with some certificate.
 */
static bool is_deliberate(int fault)
{
    switch (fault) {
    case REFERENCE_EMPTY:
    case REFERENCE_NUL:
    case REFERENCE_NOT_UTF8:
    case REFERENCE_WHITE_SPACE:
    case REFERENCE_LEADING_DOT:
    case REFERENCE_TOO_LONG:
    case REFERENCE_NUMERIC:
    case REFERENCE_U_LABEL:
        return true;
    default:
        return false;
    }
}

/*
 * Returns whether the recorded answer is about the same text: for python-3.7 we convert U-labels
 * before the comparison, but X509_check_host was asked about the unconverted text.
 */
static bool is_comparable(enum rule_set set, const struct reference *reference,
                          const struct row *row)
{
    return set != RULES_PYTHON_3_7 || reference->type == IDENTITY_NONE ||
           (reference->given_len == row->host_len &&
            memcmp(reference->given, row->host, row->host_len) == 0);
}

static size_t compare(struct recorded *recorded, const struct row *row, size_t at)
{
    struct match_rules rules = {.suffixes = row->rules->suffixes, .rules = {.set = sets[at].set}};
    struct match_result result = {0};
    struct reference reference;
    int fault = reference_host_parse(&reference, sets[at].set, row->host, row->host_len);
    bool is_address = reference.type == IDENTITY_IP;
    enum claim claim = row_measured(row, is_address ? sets[at].for_address : sets[at].for_name);

    if (claim == CLAIM_NONE || !is_comparable(sets[at].set, &reference, row))
        return 0;
    if (fault == 0)
        match_all(&rules, &reference, row->presented, row->n_presented, &result);

    recorded->n_rows++;
    if ((result.match == MATCH_FOUND) == (claim == CLAIM_MATCH)) {
        recorded->n_same++;
        return 0;
    }
    if (claim == CLAIM_MATCH && is_deliberate(fault)) {
        recorded->n_stricter[fault]++;
        return 0;
    }
    printf("%s: %s %s, which was recorded otherwise; fault %d, %s\n", row->id, sets[at].name,
           result.match == MATCH_FOUND ? "accepts" : "refuses", fault, miss_name(result.why));
    return 1;
}

size_t recorded_compare(struct recorded recorded[N_RECORDED], const struct row *row)
{
    size_t n_failures = 0;

    for (size_t i = 0; i < N_RECORDED; i++)
        n_failures += compare(&recorded[i], row, i);
    return n_failures;
}

void recorded_report(const struct recorded recorded[N_RECORDED])
{
    printf("\n%-18s %6s %6s\n", "rule set", "rows", "same");
    for (size_t i = 0; i < N_RECORDED; i++) {
        printf("%-18s %6zu %6zu\n", sets[i].name, recorded[i].n_rows, recorded[i].n_same);
        for (size_t fault = 0; fault <= REFERENCE_U_LABEL; fault++) {
            if (recorded[i].n_stricter[fault] > 0)
                printf("    stricter %zu times: %s\n", recorded[i].n_stricter[fault],
                       reference_fault_text((enum reference_fault)fault));
        }
    }
}
