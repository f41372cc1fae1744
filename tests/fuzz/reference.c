/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the parsing of a reference and its comparison with a presented identity. The input has the
 * kind and the rule set (the first byte), the text of the reference, and the type and bytes of the
 * identity. The lengths of an accepted reference are within the limits, its value is parsed to
 * itself, and it matches only a name like it.
 */

#include <string.h>

#include "daemon/identity/match.h"
#include "tests/fuzz/fuzz.h"

static struct suffix_list *suffixes;

static void look_at(const struct reference *reference)
{
    fuzz_must(reference->value_len <= REFERENCE_VALUE_BYTES &&
                  reference->domain_len <= REFERENCE_DOMAIN_BYTES &&
                  reference->head_len <= reference->value_len &&
                  reference->given_len <= REFERENCE_NAME_BYTES + 1,
              "lengths are within their arrays");
    fuzz_must(reference->value[reference->value_len] == '\0' &&
                  reference->domain[reference->domain_len] == '\0' &&
                  reference->given[reference->given_len] == '\0',
              "texts end");
    fuzz_must(!memchr(reference->value, '\0', reference->value_len), "there is no NUL in a text");
}

/* Checks that the value of a reference, if it is parsed again, gives the same value. */
static void parse_again(const struct reference *reference)
{
    struct reference again;
    int r = reference_parse(&again, reference->kind, reference->set,
                            (const uint8_t *)reference->value, reference->value_len);

    fuzz_must(r == REFERENCE_OK, "what was taken is taken again");
    fuzz_must(again.type == reference->type && again.value_len == reference->value_len &&
                  memcmp(again.value, reference->value, again.value_len) == 0,
              "it reads as itself");
}

static void match(const struct reference *reference, enum rule_set set, struct fuzz_part rest)
{
    const struct match_rules rules = {
        .suffixes = suffixes,
        .rules = {.set = set, .common_name = RULE_COMMON_NAME_YES},
    };
    struct identity presented[4];
    struct match_result result;
    struct fuzz_part part;
    size_t n = 0;

    while (n < 4 && fuzz_take(&rest, &part) && part.len > 0)
        presented[n++] = (struct identity){
            .type = (enum identity_type)(part.data[0] % (IDENTITY_SUBJECT_EMAIL + 1)),
            .data = part.data + 1,
            .len = part.len - 1,
        };
    match_all(&rules, reference, presented, n, &result);
    for (size_t i = 0; i < n; i++)
        (void)match_why(&rules, reference, presented, n, i);
    if (result.match != MATCH_FOUND || set != RULES_RFC9525)
        return;
    fuzz_must(presented[result.matched].type != IDENTITY_MALFORMED &&
                  presented[result.matched].type != IDENTITY_OTHER &&
                  !memchr(presented[result.matched].data, '\0', presented[result.matched].len) ==
                      (reference->type != IDENTITY_IP ||
                       !memchr(reference->address, '\0', reference->address_len)),
              "nothing malformed and no name with a NUL matches");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz_part rest = {.data = data, .len = n}, text;
    struct reference reference;
    enum reference_kind kind;
    enum rule_set set;
    int r;

    if (n == 0)
        return 0;
    if (!suffixes)
        fuzz_must(suffix_list_open(&suffixes) == 0, "there is a list of suffixes");
    kind = (enum reference_kind)(data[0] % 6);
    set = (enum rule_set)(data[0] / 6 % 4);
    rest.data++;
    rest.len--;
    if (!fuzz_take(&rest, &text))
        return 0;
    r = reference_parse(&reference, kind, set, text.data, text.len);
    if (r != REFERENCE_OK) {
        fuzz_must(reference.type == IDENTITY_NONE, "what is refused is no reference");
        fuzz_must(r < 0 || reference_fault_text((enum reference_fault)r)[0] != '\0', "it says why");
        return 0;
    }
    look_at(&reference);
    if (set == RULES_RFC9525 && kind != REFERENCE_URI)
        parse_again(&reference);
    match(&reference, set, rest);
    return 0;
}
