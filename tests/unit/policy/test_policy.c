/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

struct origin_row {
    const char *name;
    const char *section;
    unsigned line;
};

/*
 * The line of a section is that of its first word, whatever precedes it and however it is laid out.
 */
START_TEST(test_origins)
{
    static const char text[] = "# a comment\n"                               /* line 1 */
                               "/* one\n"                                    /* line 2 */
                               "   of three\n"                               /* line 3 */
                               "   lines */ defaults { } // x\n"             /* line 4 */
                               "\r\n"                                        /* line 5 */
                               "pinset bank {\n"                             /* line 6 */
                               "  spki-sha256 = {\n"                         /* line 7 */
                               "    \"" PIN_A "\", # domain { } = \"\n"      /* line 8 */
                               "    '" PIN_B "',\n"                          /* line 9 */
                               "  }\n"                                       /* line 10 */
                               "}\n"                                         /* line 11 */
                               "#####\n"                                     /* line 12 */
                               "domain\n"                                    /* line 13 */
                               "  \"A.Example.\"\n"                          /* line 14 */
                               "{ pinset\n"                                  /* line 15 */
                               " =/* } */bank# }\n"                          /* line 16 */
                               "}domain 'b.example' { /* * ${x} \\ | */ }\n" /* line 17 */
                               "  domain c.example { subdomains = all }//";  /* line 18 */
    static const struct origin_row rows[] = {
        {"a.example", "domain \"A.Example.\"", 13},
        {"b.example", "domain \"b.example\"", 17},
        {"x.c.example", "domain \"c.example\"", 18},
        {"x.a.example", "defaults", 4},
    };
    struct policy *policy = accept_text(text);
    const struct policy_pinset *pinset;

    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct policy_origin *origin =
            &rule_at(policy, rows[i].name, strlen(rows[i].name))->origin;

        ck_assert_str_eq(origin->section, rows[i].section);
        ck_assert_str_eq(origin->file, "test.conf");
        ck_assert_uint_eq(origin->line, rows[i].line);
    }
    pinset = rule_at(policy, "a.example", 9)->pinset;
    ck_assert_ptr_nonnull(pinset);
    ck_assert_str_eq(pinset->name, "bank");
    ck_assert_str_eq(pinset->origin.section, "pinset \"bank\"");
    ck_assert_uint_eq(pinset->origin.line, 6);
    ck_assert_uint_eq(pinset->n_pins, 2);
    ck_assert_uint_eq(pinset->pins[0][31], 0);
    ck_assert_uint_eq(pinset->pins[1][31], 1);
    policy_free(policy);
}
END_TEST

/*
 * If there is no section `defaults`, the origin of the default rule says that it is built in, and
 * has no file.
 */
START_TEST(test_builtin)
{
    struct policy *policy = NULL;
    const struct policy_rule *rule;

    ck_assert_int_eq(policy_builtin(&policy), 0);
    rule = rule_at(policy, "bank.example", 12);
    ck_assert_int_eq(rule->rules.set, RULES_RFC9525);
    ck_assert_int_eq(rule->rules.common_name, RULE_COMMON_NAME_AS_SET);
    ck_assert_int_eq(rule->rules.wildcards, RULE_WILDCARDS_AS_SET);
    ck_assert_int_eq(rule->rules.public_suffix, RULE_PUBLIC_SUFFIX_AS_SET);
    ck_assert(!rule->has_report);
    ck_assert_ptr_null(rule->pinset);
    ck_assert_str_eq(rule->origin.section, "built-in policy");
    ck_assert_str_eq(rule->origin.file, "");
    ck_assert_uint_eq(rule->origin.line, 0);
    ck_assert_ptr_null(policy_free(policy));

    policy = accept_text("");
    rule = rule_default(policy);
    ck_assert_str_eq(rule->origin.section, "built-in defaults");
    ck_assert_str_eq(rule->origin.file, "");
    ck_assert_uint_eq(rule->origin.line, 0);
    ck_assert_ptr_null(policy_free(policy));
    ck_assert_ptr_null(policy_free(NULL));
}
END_TEST

struct lookup_row {
    const char *intent;
    const char *name;
    unsigned line; /* the line of the section that has to decide */
    bool common_name;
};

/* clang-format off */
static const char lookup_text[] =
    "defaults { common-name = yes }\n"                              /* line 1 */
    BANK_PINS                                                       /* line 2 */
    "domain none.example { common-name = no }\n"                    /* line 3 */
    "domain one.example { subdomains = one common-name = no }\n"    /* line 4 */
    "domain all.example { subdomains = all pinset = bank }\n"       /* line 5 */
    "domain deep.all.example { common-name = no }\n"                /* line 6 */
    "domain www.one.example { subdomains = all }\n"                 /* line 7 */
    "domain a.b.all.example { subdomains = one common-name = no }\n" /* line 8 */
    "domain B\xc3\xbcRO.Example { subdomains = one }\n"             /* line 9 */
    "domain Upper.Example. { subdomains = all common-name = no }\n" /* line 10 */
    "domain l.example { subdomains = none }\n"                      /* line 11 */
    "domain mixed.example { subdomains = all }\n"                   /* line 12 */
    "domain x.mixed.example { subdomains = one common-name = no }\n" /* line 13 */
    "domain y.x.mixed.example { subdomains = none common-name = no }\n"; /* line 14 */
/* clang-format on */

static const struct lookup_row lookup_rows[] = {
    {"none: itself", "none.example", 3, false},
    {"none: not below", "www.none.example", 1, true},
    {"none: not above", "example", 1, true},
    {"none: not beside", "other.example", 1, true},
    {"a suffix of text is no domain", "xnone.example", 1, true},
    {"a prefix of text is no domain", "none.example.org", 1, true},
    {"one: itself", "one.example", 4, false},
    {"one: one below", "a.one.example", 4, false},
    {"one: not two below", "b.a.one.example", 1, true},
    {"one: a more specific one wins", "www.one.example", 7, true},
    {"one: and below it too", "a.www.one.example", 7, true},
    {"one: beside the more specific one", "www2.one.example", 4, false},
    {"all: itself", "all.example", 5, true},
    {"all: one below", "x.all.example", 5, true},
    {"all: ten below", "1.2.3.4.5.6.7.8.9.0.all.example", 5, true},
    {"all: a more specific none wins for itself", "deep.all.example", 6, false},
    {"all: holds again below that", "x.deep.all.example", 5, true},
    {"all: holds between", "b.all.example", 5, true},
    {"all: a more specific one, itself", "a.b.all.example", 8, false},
    {"all: a more specific one, one below", "x.a.b.all.example", 8, false},
    {"all: holds again two below", "y.x.a.b.all.example", 5, true},
    {"a U-label's section by the A-label", "xn--bro-hoa.example", 9, true},
    {"and one below", "www.xn--bro-hoa.example", 9, true},
    {"and not two below", "a.www.xn--bro-hoa.example", 1, true},
    {"a title in capitals", "upper.example", 10, false},
    {"and below", "a.upper.example", 10, false},
    {"a name in capitals loses no rule", "A.UPPER.example", 10, false},
    {"nor does one with a dot at its end", "a.upper.example.", 10, false},
    {"two dots are no name", "upper.example..", 1, true},
    {"the shortest label", "l.example", 11, true},
    {"three levels: the outer one", "mixed.example", 12, true},
    {"three levels: the middle one", "x.mixed.example", 13, false},
    {"three levels: the inner one", "y.x.mixed.example", 14, false},
    {"three levels: beside the inner one", "z.x.mixed.example", 13, false},
    {"three levels: below the inner one", "z.y.x.mixed.example", 12, true},
    {"three levels: beside the middle one", "z.mixed.example", 12, true},
    {"the top of it all", "example.", 1, true},
    {"a dot alone", ".", 1, true},
    {"nothing", "", 1, true},
    {"an empty label below", ".none.example", 1, true},
};

/* The most specific section that covers a name decides, and sections are not merged. */
START_TEST(test_lookup)
{
    struct policy *policy = accept_text(lookup_text);

    for (size_t i = 0; i < ROWS(lookup_rows); i++) {
        const struct lookup_row *row = &lookup_rows[i];
        const struct policy_rule *rule = rule_at(policy, row->name, strlen(row->name));

        ck_assert_msg(rule->origin.line == row->line, "%s: line %u", row->intent,
                      rule->origin.line);
        ck_assert_msg(rule->rules.common_name ==
                          (row->common_name ? RULE_COMMON_NAME_YES : RULE_COMMON_NAME_NO),
                      "%s: common name", row->intent);
        ck_assert_msg((rule->pinset != NULL) == (row->line == 5), "%s: pinset", row->intent);
    }
    policy_free(policy);
}
END_TEST

/*
 * The name has the given length; a NUL does not end it. Names longer than any domain name are
 * looked up too.
 */
START_TEST(test_lookup_length)
{
    struct policy *policy = accept_text(lookup_text);
    char name[4096];
    size_t len = sizeof(name) - strlen(".all.example") - 1;

    ck_assert_uint_eq(rule_at(policy, "none.exampleX", 12)->origin.line, 3);
    ck_assert_uint_eq(rule_at(policy, "none.example\0X", 14)->origin.line, 1);
    for (size_t i = 0; i < len; i++)
        name[i] = i % 2 == 0 ? 'a' : '.';
    name[len - 1] = 'a';
    strcpy(name + len, ".all.example");
    ck_assert_uint_eq(rule_at(policy, name, strlen(name))->origin.line, 5);
    policy_free(policy);
}
END_TEST

/* Tests the exact canonical text: order, defaults written out, titles and pins. */
START_TEST(test_print)
{
    struct policy *policy = accept_text(
        "domain B\xc3\xbcro.Example. { pinset = 'bank' }\n"
        "domain a.example { common-name = no subdomains = one }\n"
        "pinset bank { spki-sha256 = { \"" PIN_B "\", \"" PIN_D "\", \"" PIN_A "\" } }\n"
        "pinset a.B_c-9 { spki-sha256 = { \"" PIN_C "\", \"" PIN_A "\" } }\n"
        "defaults { common-name = yes }\n");
    char *text = print_text(policy);

    ck_assert_str_eq(
        text, "defaults {\n    rules = \"rfc9525\"\n    common-name = yes\n" PRINTED_SETTINGS "}\n"
              "\npinset \"a.B_c-9\" {\n    mode = enforce\n    scope = any\n"
              "    spki-sha256 = {\n"
              "        \"" PIN_A "\",\n        \"" PIN_C "\"\n    }\n"
              "    local-anchors = apply\n}\n"
              "\npinset \"bank\" {\n    mode = enforce\n    scope = any\n"
              "    spki-sha256 = {\n"
              "        \"" PIN_A "\",\n        \"" PIN_B "\",\n        \"" PIN_D "\"\n"
              "    }\n    local-anchors = apply\n}\n"
              "\ndomain \"a.example\" {\n    subdomains = one\n"
              "    common-name = no\n}\n"
              "\ndomain \"xn--bro-hoa.example\" {\n    subdomains = none\n"
              "    pinset = \"bank\"\n}\n" PRINTED_LIMITS);
    free(text);
    policy_free(policy);
}
END_TEST

/*
 * Writes the keys about rules in any order. Report keys only have values that are never enforced,
 * so that no text is refused. Every other text has no keys about rules.
 */
static void random_rules(FILE *out, unsigned *state, bool named)
{
    static const char *const keys[][5] = {
        {"", "common-name = no", "common-name = 'yes'", "common-name = report", ""},
        {"", "wildcards = none", "wildcards = \"left-label\"", "", ""},
        {"", "", "public-suffix-wildcards=refuse-icann", "public-suffix-wildcards = 'refuse-all'",
         ""},
        {"", "rules = rfc9525", "rules = \"python-3.7\"", "rules=rfc9525", "rules = 'rfc9525'"},
        {"", "rules-report = python-3.5", "rules-report = 'openssl'", "", ""},
    };
    size_t n_keys = named ? ROWS(keys) : ROWS(keys) - 2;
    unsigned start = random_next(state, (unsigned)n_keys);

    for (size_t i = 0; i < n_keys; i++)
        fprintf(out, " %s\n", keys[(start + i) % n_keys][random_next(state, 5)]);
}

/* Writes random sections in any order, each in one of several layouts. */
static char *random_text(unsigned *state)
{
    static const char *const depths[] = {"", "subdomains = none", "subdomains = one",
                                         "subdomains=\"all\""};
    static const char *const pins[] = {"", "pinset = p0", "pinset = \"p1\""};
    unsigned start = random_next(state, 12);
    bool named = random_next(state, 2) == 1;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    for (unsigned i = 0; i < 12; i++) {
        unsigned at = (start + 5 * i) % 12;

        if (at < 2) {
            fprintf(out, "pinset p%u { spki-sha256 = { '%s', '%s' } }\n", at,
                    at == 0 ? PIN_A : PIN_D, at == 0 ? PIN_C : PIN_B);
            continue;
        }
        if (at != 2 && random_next(state, 3) == 0)
            continue;
        if (at == 2)
            fputs("defaults {", out);
        else
            fprintf(out, "domain %s%u.example { %s\n /* x */ %s",
                    random_next(state, 2) > 0 ? "d" : "a.D", at, depths[random_next(state, 4)],
                    pins[random_next(state, 3)]);
        random_rules(out, state, named);
        fputs("}", out);
    }
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/*
 * Asserts that two policies have the same rule for every name for which a random text may have a
 * section.
 */
static void rules_compare(const struct policy *one, const struct policy *other)
{
    for (unsigned i = 0; i < 12 * 3; i++) {
        static const char *const heads[] = {"", "a.", "x.a."};
        char name[64];
        int n = snprintf(name, sizeof(name), "%sd%u.example", heads[i % 3], i / 3);
        const struct policy_rule *rule = rule_at(one, name, (size_t)n);
        const struct policy_rule *same = rule_at(other, name, (size_t)n);

        rule_compare(rule, same, name);
    }
}

/*
 * The printed text is parsed to a policy that answers every question alike and prints to the same
 * bytes.
 */
START_TEST(test_round_trip)
{
    unsigned state = 1;

    for (unsigned i = 0; i < 2000; i++) {
        char *text = random_text(&state);
        struct policy *policy = accept_text(text);
        char *printed = print_text(policy);
        struct policy *again = accept_text(printed);
        char *printed_again = print_text(again);

        ck_assert_str_eq(printed, printed_again);
        rules_compare(policy, again);
        policy_free(policy);
        policy_free(again);
        free(printed_again);
        free(printed);
        free(text);
    }
}
END_TEST

/*
 * The printed text of the built-in policy is parsed to a policy that answers every question alike.
 */
START_TEST(test_round_trip_builtin)
{
    struct policy *policy = NULL;
    struct policy *again;
    char *printed, *printed_again;

    ck_assert_int_eq(policy_builtin(&policy), 0);
    printed = print_text(policy);
    again = accept_text(printed);
    printed_again = print_text(again);
    ck_assert_str_eq(printed,
                     "defaults {\n    rules = \"rfc9525\"\n" PRINTED_SETTINGS "}\n" PRINTED_LIMITS);
    ck_assert_str_eq(printed, printed_again);
    policy_free(policy);
    policy_free(again);
    free(printed_again);
    free(printed);
}
END_TEST

/* Ten thousand domains are read, and each of them is found, within the time limit. */
START_TEST(test_many_domains)
{
    char *text = text_repeat("", "domain d", ".example { subdomains = all common-name = yes }\n",
                             POLICY_SECTIONS_COUNT, "");
    struct timespec before, after;
    struct policy *policy;
    double seconds;

    clock_gettime(CLOCK_MONOTONIC, &before);
    policy = accept_text(text);
    clock_gettime(CLOCK_MONOTONIC, &after);
    seconds = (double)(after.tv_sec - before.tv_sec) +
              (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    printf("%u domains: %.3f s\n", POLICY_SECTIONS_COUNT, seconds);
    ck_assert_msg(seconds < (double)policy_patience(), "%.3f s", seconds);
    for (unsigned i = 0; i < POLICY_SECTIONS_COUNT; i++) {
        char name[64];
        int n = snprintf(name, sizeof(name), "www.d%u.example", i);

        ck_assert_uint_eq(rule_at(policy, name, (size_t)n)->origin.line, i + 1);
    }
    policy_free(policy);
    free(text);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_origins,
        test_builtin,
        test_lookup,
        test_lookup_length,
        test_print,
        test_round_trip,
        test_round_trip_builtin,
        test_many_domains,
    };

    return policy_suite_run("policy", tests, ROWS(tests));
}
