/* SPDX-License-Identifier: MIT */

/* Tests the matching engine with names that are made to deceive it, and with random names. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/match.h"
#include "daemon/identity/name.h"

static struct suffix_list *suffixes;

static void open_suffixes(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
}

static void close_suffixes(void)
{
    suffixes = suffix_list_close(suffixes);
}

/*
 * Returns n, or a tenth of it if CERTNAMED_QUICK is set, as by tools that run the test many times.
 */
static uint32_t share_of(uint32_t n)
{
    return getenv("CERTNAMED_QUICK") ? n / 10 : n;
}

static struct match_rules rules_with(bool common_name)
{
    return (struct match_rules){
        .suffixes = suffixes,
        .rules = {.common_name = common_name ? RULE_COMMON_NAME_YES : RULE_COMMON_NAME_NO},
    };
}

static struct reference reference_of(const char *text)
{
    struct reference reference;
    int r = reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)text, strlen(text));

    ck_assert_msg(r == 0, "%s is no reference: %d", text, r);
    return reference;
}

/* A presented name with a NUL at any place, inserted or instead of a byte, does not match. */
START_TEST(a_nul_at_every_index)
{
    static const char *const names[] = {"good.example.com", "*.example.com"};
    struct match_rules rules = rules_with(true);
    struct reference reference = reference_of("good.example.com");

    for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        size_t len = strlen(names[n]);
        uint8_t name[32];

        for (size_t at = 0; at <= len; at++) {
            struct identity presented = {IDENTITY_DNS, name, len + 1};

            memcpy(name, names[n], at);
            name[at] = '\0';
            memcpy(name + at + 1, names[n] + at, len - at);
            ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_NUL);

            presented.type = IDENTITY_CN;
            ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_NUL);

            memcpy(name, names[n], len);
            name[at] = '\0';
            presented.len = at < len ? len : len + 1;
            ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_NUL);
        }
    }
}
END_TEST

/*
 * A presented name that matches no longer matches with a byte that no host name contains, at any
 * place.
 */
START_TEST(a_foreign_byte_at_every_index)
{
    static const char name[] = "*.example.com";
    struct match_rules rules = rules_with(false);
    struct reference reference = reference_of("good.example.com");
    uint8_t text[sizeof(name)];
    struct identity presented = {IDENTITY_DNS, text, sizeof(name)};

    for (size_t at = 0; at < sizeof(name); at++) {
        for (unsigned byte = 0; byte <= 0xff; byte++) {
            memcpy(text, name, at);
            text[at] = (uint8_t)byte;
            memcpy(text + at + 1, name + at, sizeof(name) - 1 - at);
            if (match_one(&rules, &reference, &presented) == MISS_NONE)
                ck_abort_msg("byte %u at %zu", byte, at);
        }
    }
}
END_TEST

/*
 * CVE-2013-2099: a presented name with several stars matches nothing, whether the stars are in
 * several labels or in one.
 */
START_TEST(stars)
{
    struct match_rules rules = rules_with(false);
    size_t n_stars = (size_t)_i;
    char dotted[128], together[64 + sizeof(".example.com")];
    char name[REFERENCE_NAME_BYTES + 1] = "";
    struct identity presented = {IDENTITY_DNS, (const uint8_t *)dotted, 2 * n_stars - 1};
    struct reference reference;

    for (size_t i = 0; i < n_stars; i++) {
        memcpy(dotted + 2 * i, "*.", 2);
        strcat(name, i > 0 ? ".aa" : "aa");
    }
    reference = reference_of(name);
    ck_assert_int_eq(match_one(&rules, &reference, &presented),
                     n_stars == 1 ? MISS_WILDCARD_PUBLIC_SUFFIX : MISS_WILDCARD_PLACE);

    memset(together, '*', n_stars);
    memcpy(together + n_stars, ".example.com", sizeof(".example.com"));
    presented.data = (const uint8_t *)together;
    presented.len = strlen(together);
    reference = reference_of("aaaaaaaaaaaaaaaa.example.com");
    if (n_stars == 1)
        ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_NONE);
    else
        ck_assert_int_eq(match_one(&rules, &reference, &presented),
                         n_stars > REFERENCE_LABEL_BYTES ? MISS_NOT_A_NAME : MISS_WILDCARD_PLACE);
}
END_TEST

/*
 * In no emulated rule set is a label with several stars a pattern: the stars are ordinary
 * characters or an error.
 */
START_TEST(stars_by_emulated_rules)
{
    static const enum rule_set sets[] = {RULES_OPENSSL, RULES_PYTHON_3_7, RULES_PYTHON_3_5};
    size_t n_stars = (size_t)_i;
    char together[64 + sizeof(".example.com")];
    struct identity presented = {IDENTITY_DNS, (const uint8_t *)together, n_stars + 12};
    struct reference reference;

    memset(together, '*', n_stars);
    memcpy(together + n_stars, ".example.com", sizeof(".example.com"));
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        struct match_rules rules = {.rules = {.set = sets[i]}};
        enum miss miss = sets[i] == RULES_PYTHON_3_5 ? MISS_WILDCARD_SEVERAL
                                                     : MISS_WILDCARD_LITERAL;

        ck_assert_int_eq(reference_host_parse(&reference, sets[i],
                                              (const uint8_t *)"aaaaaaaaaaaaaaaa.example.com", 28),
                         0);
        ck_assert_int_eq(match_one(&rules, &reference, &presented),
                         n_stars == 1 ? MISS_NONE : miss);
    }
}
END_TEST

/* Every rule set compares a presented name of 1 MiB within the test's time limit. */
START_TEST(a_name_without_end)
{
    size_t len = share_of(1u << 20);
    uint8_t *name = malloc(len);
    struct identity presented = {IDENTITY_DNS, name, len};

    ck_assert_ptr_nonnull(name);
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        static const char *const fillings[] = {"*", ".", "*.", "a*", "a.", "xn--", "-", "a"};

        for (size_t k = 0; k < sizeof(fillings) / sizeof(fillings[0]); k++) {
            struct match_rules rules = {.rules = {.set = (enum rule_set)set}};
            struct reference reference;
            struct match_result result;

            for (size_t i = 0; i < len; i++)
                name[i] = (uint8_t)fillings[k][i % strlen(fillings[k])];
            ck_assert_int_eq(reference_host_parse(&reference, (enum rule_set)set,
                                                  (const uint8_t *)"a.example.com", 13),
                             0);
            match_all(&rules, &reference, &presented, 1, &result);
            ck_assert_int_eq(result.match, MATCH_NONE);
        }
    }
    free(name);
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/*
 * Makes a random name from the first n_choices labels. There are few labels, so that two names
 * often share some. The later ones are odd, and only presented names have them.
 */
static size_t random_name(uint32_t *state, size_t n_choices, char *text)
{
    static const char *const labels[] = {
        "a", "b", "example", "com", "co", "uk", "xn--zca", "a-b", "a_b", "*", "a*", "", "-a", "**",
    };
    size_t len = 0;

    for (uint32_t n = 1 + next_random(state) % 4; n > 0; n--) {
        const char *label = labels[next_random(state) % (uint32_t)n_choices];

        memcpy(text + len, label, strlen(label));
        len += strlen(label);
        if (n > 1)
            text[len++] = '.';
    }
    return len;
}

static void flip_case(uint32_t *state, char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool letter = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", text[i]);

        if (letter && next_random(state) % 2)
            text[i] = (char)(text[i] ^ 0x20);
    }
}

static enum miss miss_of(const char *reference_text, size_t reference_len, const char *text,
                         size_t len, struct reference *reference)
{
    struct match_rules rules = rules_with(false);
    struct identity presented = {IDENTITY_DNS, (const uint8_t *)text, len};

    if (reference_host_parse(reference, RULES_RFC9525, (const uint8_t *)reference_text,
                             reference_len) != 0)
        ck_abort_msg("%.*s is no reference", (int)reference_len, reference_text);
    return match_one(&rules, reference, &presented);
}

/*
 * Makes a presented name: a random one, or one near the reference, such as the reference itself or
 * with a star in place of its first label.
 */
static size_t random_presented(uint32_t *state, const char *name, size_t name_len, char *text)
{
    size_t skip = name_label_len((const uint8_t *)name, name_len);

    if (next_random(state) % 2)
        return random_name(state, 14, text);
    if (next_random(state) % 2)
        skip = 0;
    else
        *text++ = '*';
    memcpy(text, name + skip, name_len - skip);
    return name_len - skip + (skip > 0);
}

/*
 * For random pairs of names: case makes no difference, and names that match have the same number of
 * labels.
 */
START_TEST(case_and_label_count)
{
    uint32_t state = 9525;
    size_t n_matches = 0, n_wild = 0;

    for (uint32_t round = 0; round < share_of(300000); round++) {
        char name[64], presented[64];
        size_t name_len = random_name(&state, 9, name);
        size_t len = random_presented(&state, name, name_len, presented);
        struct reference reference;
        enum miss miss = miss_of(name, name_len, presented, len, &reference);

        flip_case(&state, name, name_len);
        flip_case(&state, presented, len);
        if (miss_of(name, name_len, presented, len, &reference) != miss)
            ck_abort_msg("%.*s for %.*s depends on case", (int)len, presented, (int)name_len, name);
        if (miss != MISS_NONE)
            continue;

        n_matches++;
        n_wild += presented[0] == '*';
        if (name_count_labels((const uint8_t *)presented, len) !=
            name_count_labels((const uint8_t *)reference.value, reference.value_len))
            ck_abort_msg("%.*s for %.*s", (int)len, presented, (int)name_len, name);
    }
    ck_assert_uint_gt(n_matches, share_of(50000));
    ck_assert_uint_gt(n_wild, share_of(10000));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-hostile");
    TCase *hostile = tcase_create("hostile");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(hostile, open_suffixes, close_suffixes);
    tcase_set_timeout(hostile, 120);
    tcase_add_test(hostile, a_nul_at_every_index);
    tcase_add_test(hostile, a_foreign_byte_at_every_index);
    tcase_add_loop_test(hostile, stars, 1, 65);
    tcase_add_loop_test(hostile, stars_by_emulated_rules, 1, 65);
    tcase_add_test(hostile, a_name_without_end);
    tcase_add_test(hostile, case_and_label_count);
    suite_add_tcase(suite, hostile);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
