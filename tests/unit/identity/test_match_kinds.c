/* SPDX-License-Identifier: MIT */

/*
 * Tests all kinds of reference: which identity of a certificate is the nearest miss, and that no
 * hostile identity matches, in particular none of another type.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/identity/kind_fixture.h"

/* --- hosts --- */

/* An identity of another type never matches a host, whatever its text is. */
START_TEST(no_other_type_is_a_host)
{
    static const struct identity presented[] = {
        EMAIL("a.example.com"),
        UTF8("a.example.com"),
        MAIL("a.example.com"),
        URI("a.example.com"),
        SRV("a.example.com"),
        OTHER("a.example.com"),
        EMAIL(V4_1),
        UTF8(V4_1),
        MAIL(V4_1),
        URI(V4_1),
        SRV(V4_1),
        OTHER(V4_1),
    };
    static const char *const hosts[] = {"a.example.com", "192.0.2.1"};

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {.suffixes = kind_suffixes(),
                                    .rules = {.set = (enum rule_set)set}};

        for (size_t i = 0; i < 2 * sizeof(presented) / sizeof(presented[0]); i++) {
            struct reference reference = kind_reference(REFERENCE_HOST, (enum rule_set)set,
                                                        hosts[i % 2]);
            struct match_result result;

            kind_judge(&rules, &reference, &presented[i / 2], 1, &result);
            ck_assert_int_eq(result.match, MATCH_NONE);
            ck_assert_int_eq(match_one(&rules, &reference, &presented[i / 2]), MISS_OTHER_TYPE);
        }
    }
}
END_TEST

/* --- the nearest miss --- */

static const struct nearest_row {
    const char *intent;
    enum reference_kind kind;
    enum rule_set set;
    const char *reference;
    int nearest; /* the index of the nearest miss; -1: there is none */
    enum miss why;
    struct identity presented[N_PRESENTED];
} nearest_rows[] = {
    {"the mailbox of most labels",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@b.example.com",
     1,
     MISS_LABEL,
     {EMAIL("a@b.example.org"), EMAIL("x@c.example.com"), EMAIL("a@x.com")}},
    {"a SmtpUTF8Mailbox too",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     2,
     MISS_MAILBOX_TYPE,
     {DNS("example.com"), EMAIL("a@example.org"), UTF8("a@example.com")}},
    {"the subject's, for want of another",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     2,
     MISS_SUBJECT_EMAIL,
     {DNS("example.com"), CN("a@example.com"), MAIL("a@example.com")}},
    {"the subject's is never nearer than another",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     1,
     MISS_LABEL,
     {MAIL("a@example.com"), EMAIL("a@b.org")}},
    {"a trailing dot is near",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     1,
     MISS_NOT_A_NAME,
     {EMAIL("a@a.com"), EMAIL("a@example.com.")}},
    {"a mailbox that is none",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     0,
     MISS_NOT_A_MAILBOX,
     {EMAIL("example.com"), MAIL("a@example.com")}},
    {"none for a mailbox",
     REFERENCE_EMAIL,
     RULES_RFC9525,
     "a@example.com",
     -1,
     MISS_NONE,
     {DNS("example.com"), CN("a@example.com"), URI("mailto:a@example.com"), IP(V4_1)}},
    {"the URI of most labels",
     REFERENCE_URI,
     RULES_RFC9525,
     "https://a.example.com",
     1,
     MISS_SCHEME,
     {URI("https://a.example.org"), URI("http://a.example.com"), DNS("a.example.com")}},
    {"a URI that is none",
     REFERENCE_URI,
     RULES_PYTHON_3_5,
     "https://a.example.com",
     2,
     MISS_NOT_A_URI,
     {CN("a.example.com"), DNS("a.example.com"), URI("urn:a")}},
    {"the SPIFFE ID equal furthest",
     REFERENCE_SPIFFE,
     RULES_RFC9525,
     "spiffe://a.example/b/c",
     1,
     MISS_URI_NOT_SINGLE,
     {URI("spiffe://a.example/x"), URI("spiffe://a.example/b/x"), URI("spiffe://b.example/b/c")}},
    {"one SPIFFE ID",
     REFERENCE_SPIFFE,
     RULES_OPENSSL,
     "spiffe://a.example/b/c",
     1,
     MISS_URI,
     {DNS("a.example"), URI("spiffe://a.example/b/c/d")}},
    {"the service of most labels",
     REFERENCE_SRV,
     RULES_RFC9525,
     "_imap.a.example.com",
     2,
     MISS_SERVICE,
     {SRV("_imap.b.example.com"), SRV("_imap"), SRV("_smtp.a.example.com"), DNS("a.example.com")}},
    {"none for a service",
     REFERENCE_SRV,
     RULES_RFC9525,
     "_imap.a.example.com",
     -1,
     MISS_NONE,
     {DNS("a.example.com"), MAIL("a@example.com"), UTF8("a@example.com"), CN("a")}},
    {"none for a host",
     REFERENCE_HOST,
     RULES_RFC9525,
     "a.example.com",
     -1,
     MISS_NONE,
     {EMAIL("a@example.com"), MAIL("a@example.com"), UTF8("a@example.com"), IP(V4_1)}},
};

START_TEST(nearest)
{
    const struct nearest_row *row = &nearest_rows[_i];
    struct match_rules rules = {.suffixes = kind_suffixes(), .rules = {.set = row->set}};
    struct reference reference = kind_reference(row->kind, row->set, row->reference);
    struct match_result result;

    kind_judge(&rules, &reference, row->presented, kind_count(row->presented), &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    ck_assert_int_eq(result.has_nearest, row->nearest >= 0);
    ck_assert_msg(result.nearest == (size_t)(row->nearest < 0 ? 0 : row->nearest),
                  "%s: %zu is nearest", row->intent, result.nearest);
    ck_assert_msg(result.why == row->why, "%s: %s", row->intent, miss_name(result.why));
}
END_TEST

/* --- hostile --- */

static const struct {
    enum reference_kind kind;
    enum identity_type type;
    const char *text;
    const char *reference;
} kinds[] = {
    {REFERENCE_EMAIL, IDENTITY_EMAIL, "good@example.com", "good@example.com"},
    {REFERENCE_EMAIL, IDENTITY_SMTP_UTF8, "\u00fc@example.com", "\u00fc@example.com"},
    {REFERENCE_URI, IDENTITY_URI, "https://good.example.com", "https://good.example.com"},
    {REFERENCE_SPIFFE, IDENTITY_URI, "spiffe://good.example/a", "spiffe://good.example/a"},
    {REFERENCE_SRV, IDENTITY_SRV, "_imap.good.example.com", "_imap.good.example.com"},
    {REFERENCE_SRV, IDENTITY_SRV, "_imap.*.example.com", "_imap.good.example.com"},
};

/*
 * Inserts or changes one byte at each place of an identity that matches. It still matches only if
 * the case of a letter changed where case is ignored, or if the byte is in a part of a URI that is
 * ignored. It never matches with a NUL.
 */
START_TEST(a_byte_at_every_index)
{
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {.suffixes = kind_suffixes(),
                                    .rules = {.set = (enum rule_set)set}};
        struct reference reference = kind_reference(kinds[_i].kind, (enum rule_set)set,
                                                    kinds[_i].reference);
        size_t len = strlen(kinds[_i].text);
        uint8_t text[64];
        struct identity presented = {kinds[_i].type, text, len + 1};

        for (unsigned i = 0; i < 0x100 * (unsigned)(len + 1); i++) {
            uint8_t byte = (uint8_t)(i % 0x100);
            size_t at = i / 0x100;
            /* A byte that ends the host of a URI, or the @ that ends the user, only changes parts
             * of the URI that are ignored. */
            bool ignored = kinds[_i].kind == REFERENCE_URI &&
                           ((at == len && strchr("/?#:", byte)) || (at == 8 && byte == '@'));
            enum miss miss;

            memcpy(text, kinds[_i].text, at);
            text[at] = byte;
            memcpy(text + at + 1, kinds[_i].text + at, len - at);
            miss = match_one(&rules, &reference, &presented);
            if (byte == '\0' ? miss != MISS_NUL && miss != MISS_NOT_UTF8
                             : miss == MISS_NONE && !ignored)
                ck_abort_msg("byte %u at %zu: %s", byte, at, miss_name(miss));
        }
    }
}
END_TEST

/*
 * Identities of every type, for every kind of reference, whose text looks like several names, or
 * like a name of another type, when it is printed (CVE-2021-44532). None of them matches.
 */
START_TEST(what_printing_would_turn_into_another)
{
    static const char *const texts[] = {
        "x, DNS:good.example.com",  "x, email:good@example.com", "x, URI:https://good.example.com",
        "DNS:good.example.com",     "\"good.example.com\"",      "good.example.com\nDNS:x",
        "good@example.com, URI:x",  "email:good@example.com",    "URI:spiffe://good.example/a",
        "_imap.good.example.com,x", "good@example.com\n",
    };

    for (int type = IDENTITY_DNS; type <= IDENTITY_SUBJECT_EMAIL; type++) {
        for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
            struct identity presented = {(enum identity_type)type, (const uint8_t *)texts[t],
                                         strlen(texts[t])};

            for (int k = 0; k < N_ROWS(kinds); k++) {
                struct match_rules rules = {.suffixes = kind_suffixes()};
                struct reference reference = kind_reference(kinds[k].kind, RULES_RFC9525,
                                                            kinds[k].reference);

                ck_assert_int_ne(match_one(&rules, &reference, &presented), MISS_NONE);
            }
        }
    }
}
END_TEST

/*
 * Compares identities of each type, empty or with a text that would match as another type, with
 * each kind of reference. Only the type that belongs to the kind matches.
 */
START_TEST(every_type_for_every_kind)
{
    for (int type = IDENTITY_NONE; type <= IDENTITY_SUBJECT_EMAIL + 1; type++) {
        for (int k = 0; k < N_ROWS(kinds); k++) {
            struct match_rules rules = {.suffixes = kind_suffixes()};
            struct reference reference = kind_reference(kinds[k].kind, RULES_RFC9525,
                                                        kinds[k].reference);
            struct identity empty = {(enum identity_type)type, NULL, 0};

            ck_assert_int_ne(match_one(&rules, &reference, &empty), MISS_NONE);
            for (int other = 0; other < N_ROWS(kinds); other++) {
                struct identity presented = {(enum identity_type)type,
                                             (const uint8_t *)kinds[other].text,
                                             strlen(kinds[other].text)};
                bool same = (int)kinds[k].type == type &&
                            (other == k || strcmp(kinds[k].reference, kinds[other].text) == 0 ||
                             (kinds[k].kind == REFERENCE_SRV &&
                              kinds[other].kind == REFERENCE_SRV));

                ck_assert_int_eq(match_one(&rules, &reference, &presented) == MISS_NONE, same);
            }
        }
    }
}
END_TEST

/* The switches for wildcards apply to services too, and a switch never makes more names match. */
START_TEST(switches)
{
    static const struct {
        struct rules rules;
        const char *text;
        enum miss expected;
    } rows[] = {
        {{.wildcards = RULE_WILDCARDS_NONE}, "_imap.*.example.com", MISS_WILDCARD_OFF},
        {{.wildcards = RULE_WILDCARDS_NONE}, "_imap.a.example.com", MISS_NONE},
        {{.wildcards = RULE_WILDCARDS_LEFT_LABEL}, "_imap.*.example.com", MISS_NONE},
        {{.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL}, "_imap.*.example.com", MISS_NONE},
    };
    struct reference reference = kind_reference(REFERENCE_SRV, RULES_RFC9525,
                                                "_imap.a.example.com");
    struct reference customer = kind_reference(REFERENCE_SRV, RULES_RFC9525, "_imap.a.github.io");
    struct match_rules all = {.suffixes = kind_suffixes(),
                              .rules = {.public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL}};
    struct identity star = SRV("_imap.*.github.io");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct match_rules rules = {.suffixes = kind_suffixes(), .rules = rows[i].rules};
        struct identity presented = {IDENTITY_SRV, (const uint8_t *)rows[i].text,
                                     strlen(rows[i].text)};

        ck_assert_int_eq(match_one(&rules, &reference, &presented), rows[i].expected);
    }
    ck_assert_int_eq(match_one(&all, &customer, &star), MISS_WILDCARD_PUBLIC_SUFFIX);
}
END_TEST

/*
 * A reference that was parsed for one rule set matches nothing by another one; a reference of an
 * unknown kind matches nothing at all.
 */
START_TEST(a_reference_of_other_rules)
{
    for (int k = 0; k < N_ROWS(kinds); k++) {
        struct match_rules rules = {.suffixes = kind_suffixes(),
                                    .rules = {.set = RULES_PYTHON_3_5}};
        struct reference reference = kind_reference(kinds[k].kind, RULES_RFC9525,
                                                    kinds[k].reference);
        struct identity presented = {kinds[k].type, (const uint8_t *)kinds[k].text,
                                     strlen(kinds[k].text)};

        ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_OTHER_RULES);
        rules.rules.set = RULES_RFC9525;
        ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_NONE);
        reference.kind = (enum reference_kind)0;
        ck_assert_int_eq(match_one(&rules, &reference, &presented), MISS_OTHER_TYPE);
    }
}
END_TEST

/* Each reason has a code and a text that no other reason has. */
START_TEST(every_miss_has_words)
{
    for (int miss = MISS_NOT_ASCII; miss <= MISS_ADDRESS_LENGTH; miss++) {
        for (int other = MISS_NONE; other < miss; other++) {
            ck_assert_str_ne(miss_name((enum miss)miss), miss_name((enum miss)other));
            ck_assert_str_ne(miss_text((enum miss)miss), miss_text((enum miss)other));
        }
    }
    ck_assert_str_eq(miss_name((enum miss)(MISS_ADDRESS_LENGTH + 1)), "unknown");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-kinds");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, kind_open_suffixes, kind_close_suffixes);
    tcase_set_timeout(rows, 60);
    tcase_add_test(rows, no_other_type_is_a_host);
    tcase_add_loop_test(rows, nearest, 0, N_ROWS(nearest_rows));
    tcase_add_loop_test(rows, a_byte_at_every_index, 0, N_ROWS(kinds));
    tcase_add_test(rows, what_printing_would_turn_into_another);
    tcase_add_test(rows, every_type_for_every_kind);
    tcase_add_test(rows, switches);
    tcase_add_test(rows, a_reference_of_other_rules);
    tcase_add_test(rows, every_miss_has_words);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
