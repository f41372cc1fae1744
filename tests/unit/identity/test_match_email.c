/* SPDX-License-Identifier: MIT */

/*
 * Tests mailboxes by the RFCs and as X509_check_email compares them: which certificates match, and
 * why others do not.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/identity/kind_fixture.h"

static const struct kind_row email_rows[] = {
    {"the same", "a.b@example.com", MISS_NONE, {EMAIL("a.b@example.com")}},
    {"a domain in another case", "a@EXAMPLE.com", MISS_NONE, {EMAIL("a@Example.COM")}},
    {"a local part in another case", "a@example.com", MISS_LOCAL_PART, {EMAIL("A@example.com")}},
    {"another local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("b@example.com")}},
    {"a longer local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("aa@example.com")}},
    {"a shorter local part", "aa@example.com", MISS_LOCAL_PART, {EMAIL("a@example.com")}},
    {"a local part with a tag", "a@example.com", MISS_LOCAL_PART, {EMAIL("a+b@example.com")}},
    {"a quoted local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("\"a\"@example.com")}},
    {"two @", "a@example.com", MISS_LOCAL_PART, {EMAIL("x@a@example.com")}},
    {"a star for a local part", "a@example.com", MISS_LOCAL_PART, {EMAIL("*@example.com")}},
    {"another domain", "a@example.com", MISS_LABEL, {EMAIL("a@example.org")}},
    {"a subdomain", "a@example.com", MISS_LABEL_COUNT, {EMAIL("a@b.example.com")}},
    {"a longer domain", "a@example.com", MISS_LABEL_COUNT, {EMAIL("a@example.com.evil.example")}},
    {"the domain alone", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("example.com")}},
    {"all below a domain, as constraints have it",
     "a@example.com",
     MISS_NOT_A_MAILBOX,
     {EMAIL(".example.com")}},
    {"no local part", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("@example.com")}},
    {"no domain", "a@example.com", MISS_NOT_A_NAME, {EMAIL("a@")}},
    {"a trailing dot", "a@example.com", MISS_NOT_A_NAME, {EMAIL("a@example.com.")}},
    {"in brackets", "a@example.com", MISS_NOT_A_NAME, {EMAIL("<a@example.com>")}},
    {"a line end", "a@example.com", MISS_NOT_A_NAME, {EMAIL("a@example.com\n")}},
    {"a list", "a@example.com", MISS_NOT_A_NAME, {EMAIL("b@c.example,a@example.com ")}},
    {"a star", "a@b.example.com", MISS_WILDCARD_LITERAL, {EMAIL("a@*.example.com")}},
    {"empty", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("")}},
    {"empty, and nowhere", "a@example.com", MISS_NOT_A_MAILBOX, {{IDENTITY_EMAIL, NULL, 0}}},
    {"a NUL and more", "a@example.com", MISS_NUL, {EMAIL("a@example.com\0.evil.example")}},
    {"a NUL alone", "a@example.com", MISS_NUL, {EMAIL("\0")}},
    {"an @ alone", "a@example.com", MISS_NOT_A_MAILBOX, {EMAIL("@")}},
    {"a NUL in the local part", "a@example.com", MISS_NUL, {EMAIL("a\0@example.com")}},
    {"an rfc822Name with U-labels",
     "a@" BUECHER ".example",
     MISS_NOT_ASCII,
     {EMAIL("a@" BUECHER ".example")}},
    {"an rfc822Name with A-labels",
     "a@" BUECHER ".example",
     MISS_NONE,
     {EMAIL("a@XN--bcher-KVA.example")}},
    {"Latin-1", "a@example.com", MISS_NOT_ASCII, {EMAIL("\xe4@example.com")}},

    {"a SmtpUTF8Mailbox", DOCTOR "@example.com", MISS_NONE, {UTF8(DOCTOR "@Example.COM")}},
    {"a SmtpUTF8Mailbox with A-labels",
     DOCTOR "@" BUECHER ".example",
     MISS_NONE,
     {UTF8(DOCTOR "@" A_LABEL ".example")}},
    {"a SmtpUTF8Mailbox with U-labels, as RFC 8398 had them",
     DOCTOR "@" BUECHER ".example",
     MISS_U_LABEL,
     {UTF8(DOCTOR "@" BUECHER ".example")}},
    {"another local part beyond ASCII",
     DOCTOR "@example.com",
     MISS_LOCAL_PART,
     {UTF8("\u533b\u533b@example.com")}},
    {"another case beyond ASCII",
     "\u00fc@example.com",
     MISS_LOCAL_PART,
     {UTF8("\u00dc@example.com")}},
    {"another normal form", "\u00fc@example.com", MISS_LOCAL_PART, {UTF8("u\u0308@example.com")}},
    {"a byte order mark",
     "\u00fc@example.com",
     MISS_LOCAL_PART,
     {UTF8("\xef\xbb\xbf\u00fc@example.com")}},
    {"a SmtpUTF8Mailbox in ASCII", "\u00fc@example.com", MISS_LOCAL_PART, {UTF8("u@example.com")}},
    {"a SmtpUTF8Mailbox for ASCII", "a@example.com", MISS_MAILBOX_TYPE, {UTF8("a@example.com")}},
    {"an rfc822Name beyond ASCII",
     "\u00fc@example.com",
     MISS_MAILBOX_TYPE,
     {EMAIL("\u00fc@example.com")}},
    {"a SmtpUTF8Mailbox that is not UTF-8",
     "\u00fc@example.com",
     MISS_NOT_UTF8,
     {UTF8("\xfc@example.com")}},
    {"a SmtpUTF8Mailbox with a NUL",
     "\u00fc@example.com",
     MISS_NUL,
     {UTF8("\u00fc@example.com\0")}},
    {"a SmtpUTF8Mailbox with a star",
     "\u00fc@a.example.com",
     MISS_WILDCARD_LITERAL,
     {UTF8("\u00fc@*.example.com")}},
    {"an empty SmtpUTF8Mailbox", "\u00fc@example.com", MISS_NOT_A_MAILBOX, {UTF8("")}},

    {"the subject's", "a@example.com", MISS_SUBJECT_EMAIL, {MAIL("a@example.com")}},
    {"the subject's beyond ASCII",
     "\u00fc@example.com",
     MISS_SUBJECT_EMAIL,
     {MAIL("\u00fc@example.com")}},
    {"a host", "a@example.com", MISS_OTHER_TYPE, {DNS("example.com")}},
    {"a host that is a mailbox", "a@example.com", MISS_OTHER_TYPE, {DNS("a@example.com")}},
    {"a common name", "a@example.com", MISS_OTHER_TYPE, {CN("a@example.com")}},
    {"a URI", "a@example.com", MISS_OTHER_TYPE, {URI("mailto:a@example.com")}},
    {"another otherName", "a@example.com", MISS_OTHER_TYPE, {OTHER("a@example.com")}},
    {"a service", "a@example.com", MISS_OTHER_TYPE, {SRV("a@example.com")}},
    {"what cannot be decoded", "a@example.com", MISS_MALFORMED, {MALFORMED}},
};

/* The rule set python-3.5 compares mailboxes by the RFCs too, because Python 3.5 cannot. */
START_TEST(email)
{
    kind_check_row(&email_rows[_i], REFERENCE_EMAIL, RULES_RFC9525);
    kind_check_row(&email_rows[_i], REFERENCE_EMAIL, RULES_PYTHON_3_5);
}
END_TEST

/* --- mailboxes as X509_check_email compares them --- */

static const struct emulated_row {
    const char *intent;
    const char *reference;
    enum rule_common_name common_name;
    enum miss expected; /* why the first identity does not match */
    bool ended;
    struct identity presented[N_PRESENTED];
} emulated_rows[] = {
    {"no subject's, switched off",
     "a@b.c",
     RULE_COMMON_NAME_NO,
     MISS_NONE,
     false,
     {EMAIL("a@b.c")}},
    {"the same", "a@example.com", 0, MISS_NONE, false, {EMAIL("a@Example.COM")}},
    {"another case", "a@example.com", 0, MISS_LOCAL_PART, false, {EMAIL("A@example.com")}},
    {"a shorter one", "a@example.com", 0, MISS_LOCAL_PART, false, {EMAIL("@a@example.com")}},
    {"another domain", "a@example.com", 0, MISS_LABEL, false, {EMAIL("a@example.org")}},
    {"a trailing dot", "a@example.com.", 0, MISS_NONE, false, {EMAIL("a@example.com.")}},
    {"quoted", "\"a@b\"@example.com", 0, MISS_NONE, false, {EMAIL("\"a@b\"@example.COM")}},
    {"quoted, in another case", "\"a@b\"@c.d", 0, MISS_LOCAL_PART, false, {EMAIL("\"a@B\"@c.d")}},
    {"a star is a star", "*@*.com", 0, MISS_NONE, false, {EMAIL("*@*.COM")}},
    {"a NUL", "a@example.com", 0, MISS_NUL, false, {EMAIL("a@example.com\0")}},
    {"no @", "a@example.com", 0, MISS_NOT_A_MAILBOX, false, {EMAIL("a.example.com")}},
    {"empty", "a@example.com", 0, MISS_NOT_A_MAILBOX, false, {EMAIL("")}},
    {"a SmtpUTF8Mailbox", "a@example.com", 0, MISS_NONE, false, {UTF8("a@example.com")}},
    {"U-labels", "\u00fc@\u00e4.b", 0, MISS_NONE, false, {UTF8("\u00fc@\u00e4.B")}},
    {"U-labels for A-labels", "a@xn--4ca.b", 0, MISS_LABEL, false, {UTF8("a@\u00e4.b")}},
    {"not UTF-8 first", "a@b.c", 0, MISS_NOT_UTF8, true, {UTF8("\xfc@b.c"), EMAIL("a@b.c")}},
    {"an rfc822Name beyond ASCII",
     "\u00fc@b.c",
     0,
     MISS_NOT_ASCII,
     false,
     {EMAIL("\u00fc@b.c"), MAIL("\u00fc@b.c")}},
    {"a host", "a@example.com", 0, MISS_OTHER_TYPE, false, {DNS("a@example.com")}},
    {"a common name", "a@example.com", 0, MISS_OTHER_TYPE, false, {CN("a@example.com")}},

    {"the subject's", "a@b.c", 0, MISS_NONE, false, {MAIL("a@B.c"), CN("x"), DNS("x.example")}},
    {"the subject's, and it may", "a@b.c", RULE_COMMON_NAME_YES, MISS_NONE, false, {MAIL("a@b.c")}},
    {"the subject's, switched off",
     "a@b.c",
     RULE_COMMON_NAME_NO,
     MISS_SUBJECT_EMAIL,
     false,
     {MAIL("a@b.c")}},
    {"the subject's, off, and no last resort",
     "a@b.c",
     RULE_COMMON_NAME_NO,
     MISS_SUBJECT_EMAIL,
     false,
     {MAIL("a@b.c"), EMAIL("d@e.f")}},
    {"no last resort",
     "a@b.c",
     0,
     MISS_SUBJECT_EMAIL_NOT_LAST_RESORT,
     false,
     {MAIL("a@b.c"), EMAIL("d@e.f")}},
    {"no last resort for a SmtpUTF8Mailbox",
     "a@b.c",
     0,
     MISS_SUBJECT_EMAIL_NOT_LAST_RESORT,
     false,
     {MAIL("a@b.c"), UTF8("d@e.f")}},
    {"no last resort where names cannot be read",
     "a@b.c",
     0,
     MISS_SUBJECT_EMAIL_NOT_LAST_RESORT,
     false,
     {MAIL("a@b.c"), MALFORMED}},
    {"the subject's, not decoded",
     "a@b.c",
     0,
     MISS_MALFORMED,
     true,
     {{IDENTITY_SUBJECT_EMAIL, NULL, 0}, MAIL("a@b.c")}},
};

START_TEST(email_by_emulated_rules)
{
    static const enum rule_set sets[] = {RULES_OPENSSL, RULES_PYTHON_3_7};
    const struct emulated_row *row = &emulated_rows[_i];
    size_t n = kind_count(row->presented);

    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        struct match_rules rules = {.suffixes = kind_suffixes(),
                                    .rules = {.set = sets[i], .common_name = row->common_name}};
        struct reference reference = kind_reference(REFERENCE_EMAIL, sets[i], row->reference);
        struct match_result result;
        enum miss miss = match_why(&rules, &reference, row->presented, n, 0);

        ck_assert_msg(miss == row->expected, "%s: %s", row->intent, miss_name(miss));
        kind_judge(&rules, &reference, row->presented, n, &result);
        ck_assert_msg((result.match == MATCH_FOUND) == (miss == MISS_NONE), "%s", row->intent);
        ck_assert_msg(result.ended == row->ended, "%s: ended", row->intent);
    }
}
END_TEST

/*
 * By the RFCs a mailbox that cannot be decoded does not prevent a valid one from matching; by
 * X509_check_email it does.
 */
START_TEST(a_broken_mailbox_hides_none)
{
    static const struct identity presented[] = {MALFORMED, UTF8("\xfc@b.c"), UTF8("\u00fc"),
                                                UTF8("\u00fc@b.c")};

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {.suffixes = kind_suffixes(),
                                    .rules = {.set = (enum rule_set)set}};
        struct reference reference = kind_reference(REFERENCE_EMAIL, (enum rule_set)set,
                                                    "\u00fc@b.c");
        bool is_emulated = set == RULES_OPENSSL || set == RULES_PYTHON_3_7;
        struct match_result result;

        kind_judge(&rules, &reference, presented, 4, &result);
        ck_assert_int_eq(result.match, is_emulated ? MATCH_NONE : MATCH_FOUND);
        ck_assert_uint_eq(is_emulated ? result.nearest : result.matched, is_emulated ? 1 : 3);
    }
}
END_TEST

/*
 * A mailbox does not rule out the common name, whether the mailbox is in the subject or in the SAN.
 */
START_TEST(a_mailbox_silences_no_common_name)
{
    static const struct identity presented[] = {EMAIL("a@example.com"), UTF8("\u00fc@example.com"),
                                                CN("a.example"), MAIL("b@example.com")};

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        struct match_rules rules = {
            .suffixes = kind_suffixes(),
            .rules = {.set = (enum rule_set)set, .common_name = RULE_COMMON_NAME_YES}};
        struct reference reference = kind_reference(REFERENCE_HOST, (enum rule_set)set,
                                                    "a.example");
        struct match_result result;

        kind_judge(&rules, &reference, presented, 4, &result);
        ck_assert_int_eq(result.match, MATCH_FOUND);
        ck_assert_uint_eq(result.matched, 2);
    }
}
END_TEST

/* The table has a row for each reason that is about mailboxes. */
START_TEST(every_miss_has_a_row)
{
    for (int miss = MISS_NOT_ASCII; miss <= MISS_SUBJECT_EMAIL_NOT_LAST_RESORT; miss++) {
        size_t n_rows = 0;

        for (int i = 0; i < N_ROWS(email_rows); i++)
            n_rows += (int)email_rows[i].expected == miss;
        for (int i = 0; i < N_ROWS(emulated_rows); i++)
            n_rows += (int)emulated_rows[i].expected == miss;
        ck_assert_msg(n_rows > 0, "no row for %s", miss_name((enum miss)miss));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("match-email");
    TCase *rows = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(rows, kind_open_suffixes, kind_close_suffixes);
    tcase_set_timeout(rows, 60);
    tcase_add_loop_test(rows, email, 0, N_ROWS(email_rows));
    tcase_add_loop_test(rows, email_by_emulated_rules, 0, N_ROWS(emulated_rows));
    tcase_add_test(rows, a_broken_mailbox_hides_none);
    tcase_add_test(rows, a_mailbox_silences_no_common_name);
    tcase_add_test(rows, every_miss_has_a_row);
    suite_add_tcase(suite, rows);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
