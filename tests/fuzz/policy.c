/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a configuration. The printed text of an accepted one is accepted and prints
 * the same, and the policy has a rule for every client.
 */

#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "tests/fuzz/fuzz.h"

static struct suffix_list *suffixes;

static void ask(const struct policy *policy)
{
    static const uint8_t address[] = {192, 0, 2, 1};
    const struct policy_subject subjects[] = {
        {.type = POLICY_SUBJECT_NAME, .name = "www.bank.example", .len = 16},
        {.type = POLICY_SUBJECT_NAME, .name = "a.example.", .len = 10},
        {.type = POLICY_SUBJECT_IP, .address = address, .address_len = sizeof(address)},
        {.type = POLICY_SUBJECT_NONE},
    };
    struct policy_warning warning;
    struct policy_rule rule;

    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        policy_rule_for(policy, &subjects[i], POLICY_CLASS_NONE, &rule);
        policy_rule_for(policy, &subjects[i], POLICY_CLASS_UNIDENTIFIED, &rule);
    }
    for (size_t i = 0; i < 64 && policy_warning(policy, 1780272000, i, &warning); i++)
        fuzz_must(memchr(warning.text, '\0', sizeof(warning.text)) != NULL, "a warning ends");
}

static void print_again(const struct policy *policy)
{
    struct policy_error error = {0};
    struct policy *again = NULL;
    char *first = NULL, *second = NULL;
    size_t n_first, n_second;

    if (policy_print(policy, &first, &n_first) != 0)
        return;
    (void)policy_parse(&again, "printed", first, n_first, suffixes, &error);
    fuzz_must(again != NULL, error.message);
    if (policy_print(again, &second, &n_second) == 0)
        fuzz_must(n_first == n_second && memcmp(first, second, n_first) == 0,
                  "a printed policy prints the same");
    free(first);
    free(second);
    policy_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct policy_error error = {0};
    struct policy *policy = NULL;
    int r;

    if (!suffixes)
        fuzz_must(suffix_list_open(&suffixes) == 0, "there is a list of suffixes");
    r = policy_parse(&policy, "fuzz", (const char *)data, n, suffixes, &error);
    fuzz_must((policy != NULL) == (r == 0), "there is a policy or an error");
    if (r == 1)
        fuzz_must(error.message[0] != '\0' && !strpbrk(error.message, "\n\033"),
                  "an error is a line");
    if (!policy)
        return 0;
    ask(policy);
    print_again(policy);
    policy_free(policy);
    return 0;
}
