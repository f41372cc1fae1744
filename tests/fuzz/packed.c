/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a packed configuration. An accepted one is packed again, and the bytes are
 * accepted and make the same policy.
 */

#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "tests/fuzz/fuzz.h"

static struct suffix_list *suffixes;

static struct policy *unpack(const uint8_t *data, size_t n)
{
    struct packed_reader reader = {.data = data, .len = n};
    struct policy_error error = {0};
    struct policy *policy = NULL;
    int r = policy_unpack(&policy, &reader, suffixes, &error);

    fuzz_must((policy != NULL) == (r == 0), "there is a policy or an error");
    return policy;
}

static void compare(const struct policy *policy, const struct policy *again)
{
    char *first = NULL, *second = NULL;
    size_t n_first, n_second;

    if (policy_print(policy, &first, &n_first) == 0 && policy_print(again, &second, &n_second) == 0)
        fuzz_must(n_first == n_second && memcmp(first, second, n_first) == 0,
                  "a policy that is packed again is the same");
    free(first);
    free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct packed_writer writer = {0};
    struct policy *policy, *again;

    if (!suffixes)
        fuzz_must(suffix_list_open(&suffixes) == 0, "there is a list of suffixes");
    policy = unpack(data, n);
    if (!policy)
        return 0;
    policy_pack(policy, &writer);
    again = unpack(writer.data, writer.len);
    fuzz_must(again != NULL, "a packed policy can be unpacked");
    compare(policy, again);
    policy_free(again);
    policy_free(policy);
    packed_writer_deinit(&writer);
    return 0;
}
