/* SPDX-License-Identifier: MIT */

/*
 * What the engine does when memory runs out or a library fails: the linker puts the functions here
 * in the place of the real ones (--wrap). No failure is a match, or a reference. And that a match
 * needs neither memory nor any of these libraries.
 */

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <idn2.h>
#include <libpsl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/idn.h"
#include "daemon/identity/match.h"
#include "daemon/identity/python_text.h"

/* What goes wrong; each test sets it up anew. */
static struct {
    bool calloc, latest, builtin, ntop;
    bool print;      /* once */
    size_t idn_from; /* with which call on; 0 and 1 for all */
    int idn;         /* what idn2_lookup_u8 returns; 0 for the real one */
    const char *to;  /* where it is not NULL, what it converts to */
    size_t n_calls;  /* of any of them */
} fault;

/* The linker knows these names. */
void *__wrap_calloc(size_t n, size_t size);
void *__real_calloc(size_t n, size_t size);
psl_ctx_t *__wrap_psl_latest(const char *name);
psl_ctx_t *__real_psl_latest(const char *name);
const psl_ctx_t *__wrap_psl_builtin(void);
const psl_ctx_t *__real_psl_builtin(void);
int __wrap_psl_is_public_suffix2(const psl_ctx_t *list, const char *name, int type);
int __real_psl_is_public_suffix2(const psl_ctx_t *list, const char *name, int type);
int __wrap_idn2_lookup_u8(const uint8_t *text, uint8_t **convertedp, int flags);
int __real_idn2_lookup_u8(const uint8_t *text, uint8_t **convertedp, int flags);
const char *__wrap_inet_ntop(int family, const void *address, char *text, socklen_t size);
const char *__real_inet_ntop(int family, const void *address, char *text, socklen_t size);
int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int __real_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int __wrap___vsnprintf_chk(char *text, size_t size, int flag, size_t room, const char *format,
                           va_list arguments);

void *__wrap_calloc(size_t n, size_t size)
{
    fault.n_calls++;
    return fault.calloc ? NULL : __real_calloc(n, size);
}

psl_ctx_t *__wrap_psl_latest(const char *name)
{
    fault.n_calls++;
    return fault.latest ? NULL : __real_psl_latest(name);
}

const psl_ctx_t *__wrap_psl_builtin(void)
{
    fault.n_calls++;
    return fault.builtin ? NULL : __real_psl_builtin();
}

int __wrap_psl_is_public_suffix2(const psl_ctx_t *list, const char *name, int type)
{
    fault.n_calls++;
    return __real_psl_is_public_suffix2(list, name, type);
}

int __wrap_idn2_lookup_u8(const uint8_t *text, uint8_t **convertedp, int flags)
{
    int r = __real_idn2_lookup_u8(text, convertedp, flags);

    if (++fault.n_calls < fault.idn_from)
        return r;
    if (fault.idn != 0 || fault.to) {
        if (r == IDN2_OK)
            idn2_free(*convertedp);
        *convertedp = fault.to ? (uint8_t *)strdup(fault.to) : NULL;
        return fault.idn;
    }
    return r;
}

const char *__wrap_inet_ntop(int family, const void *address, char *text, socklen_t size)
{
    fault.n_calls++;
    errno = ENOSPC;
    return fault.ntop ? NULL : __real_inet_ntop(family, address, text, size);
}

int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    fault.n_calls++;
    if (fault.print) {
        fault.print = false;
        text[0] = '\0';
        return -1;
    }
    return __real_vsnprintf(text, size, format, arguments);
}

/* What it is called by where the compiler fortifies. */
int __wrap___vsnprintf_chk(char *text, size_t size, int flag, size_t room, const char *format,
                           va_list arguments)
{
    (void)flag;
    (void)room;
    return __wrap_vsnprintf(text, size, format, arguments);
}

static void nothing_goes_wrong(void)
{
    memset(&fault, 0, sizeof(fault));
}

static int parse(struct reference *reference, enum reference_kind kind, const char *text)
{
    return reference_parse_kind(reference, kind, RULES_RFC9525, (const uint8_t *)text,
                                strlen(text));
}

START_TEST(no_memory_for_the_list)
{
    struct suffix_list *list = (struct suffix_list *)&list;

    int r;

    fault.calloc = true;
    r = suffix_list_open(&list);
    fault.calloc = false;
    ck_assert_int_eq(r, -ENOMEM);
    ck_assert_ptr_null(list);
}
END_TEST

/* Without a list of its own the machine has that of the library; without that, none. */
START_TEST(no_list)
{
    struct suffix_list *list;

    fault.latest = true;
    ck_assert_int_eq(suffix_list_open(&list), 0);
    ck_assert(suffix_list_is_public(list, SUFFIX_ICANN, "co.uk", 5));
    ck_assert(!suffix_list_is_public(list, SUFFIX_ICANN, "example.co.uk", 13));
    list = suffix_list_close(list);
    ck_assert_ptr_null(list);

    fault.builtin = true;
    ck_assert_int_eq(suffix_list_open(&list), -ENOENT);
    fault.latest = false;
    ck_assert_int_eq(suffix_list_open(&list), 0);
    list = suffix_list_close(list);
    ck_assert_ptr_null(list);
}
END_TEST

static const struct idn_row {
    int code;
    const char *to;
    int expected; /* of a host with a U-label */
    int a_label;  /* of one with an A-label */
} idn_rows[] = {
    {IDN2_MALLOC, NULL, -ENOMEM, -ENOMEM},
    {IDN2_ENCODING_ERROR, NULL, REFERENCE_NOT_UTF8, REFERENCE_NOT_UTF8},
    {IDN2_TOO_BIG_LABEL, NULL, REFERENCE_LABEL_TOO_LONG, REFERENCE_LABEL_TOO_LONG},
    {IDN2_TOO_BIG_DOMAIN, NULL, REFERENCE_LABEL_TOO_LONG, REFERENCE_LABEL_TOO_LONG},
    {IDN2_PUNYCODE_BIG_OUTPUT, NULL, REFERENCE_LABEL_TOO_LONG, REFERENCE_LABEL_TOO_LONG},
    {IDN2_DISALLOWED, NULL, REFERENCE_U_LABEL, REFERENCE_A_LABEL},
    {-12345, NULL, REFERENCE_U_LABEL, REFERENCE_A_LABEL},
    {12345, NULL, REFERENCE_U_LABEL, REFERENCE_A_LABEL},
    {0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     REFERENCE_LABEL_TOO_LONG, REFERENCE_LABEL_TOO_LONG},
    {0, "", REFERENCE_U_LABEL, REFERENCE_A_LABEL},
    {0, "a b", REFERENCE_WHITE_SPACE, REFERENCE_A_LABEL},
    {0, "*", REFERENCE_WILDCARD, REFERENCE_A_LABEL},
    {0, "-a", REFERENCE_U_LABEL, REFERENCE_A_LABEL},
    {0, "xn--other", 0, REFERENCE_A_LABEL},
};

/* Whatever libidn2 says or makes of a label, only an A-label that stays itself is one. */
START_TEST(libidn2_fails)
{
    static const struct reference zero;
    const struct idn_row *row = &idn_rows[_i];
    struct reference reference;

    fault.idn = row->code;
    fault.to = row->to;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "b\u00fccher.example"), row->expected);
    if (row->expected != 0)
        ck_assert_mem_eq(&reference, &zero, sizeof(zero));
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "xn--tda.example"), row->a_label);
    ck_assert_mem_eq(&reference, &zero, sizeof(zero));
    ck_assert_int_eq(parse(&reference, REFERENCE_EMAIL, "a@xn--tda.example"), row->a_label);
    ck_assert_int_eq(parse(&reference, REFERENCE_URI, "a://xn--tda.example"), row->a_label);
    ck_assert_int_eq(parse(&reference, REFERENCE_SRV, "_a.xn--tda.example"), row->a_label);
    ck_assert_mem_eq(&reference, &zero, sizeof(zero));
}
END_TEST

/* What a U-label was converted to is converted once more if it claims to be an A-label, and only
 * then. */
START_TEST(libidn2_fails_the_second_time)
{
    struct reference reference;

    fault.idn = IDN2_DISALLOWED;
    fault.idn_from = 2;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "b\u00fccher"), REFERENCE_U_LABEL);
    fault.n_calls = 0;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "\uff21"), 0);
    ck_assert_str_eq(reference.value, "a");
}
END_TEST

START_TEST(inet_ntop_fails)
{
    static const struct reference zero;
    struct reference reference;

    fault.ntop = true;
    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "192.0.2.1"), -ENOSPC);
    ck_assert_mem_eq(&reference, &zero, sizeof(zero));
    ck_assert_int_eq(parse(&reference, REFERENCE_EMAIL, "a@192.0.2.1"), -ENOSPC);
    ck_assert_mem_eq(&reference, &zero, sizeof(zero));
    /* To look like an address is enough for a trust domain not to be one: it is no name either. */
    ck_assert_int_eq(parse(&reference, REFERENCE_SPIFFE, "spiffe://192.0.2.1/a"), -ENOSPC);
    ck_assert_mem_eq(&reference, &zero, sizeof(zero));
}
END_TEST

/* What cannot be printed is left out, and the rest stands where it would have stood. */
START_TEST(printing_fails)
{
    static const struct identity presented = {IDENTITY_DNS, (const uint8_t *)"b", 1};
    struct match_rules rules = {.rules = {.set = RULES_PYTHON_3_5}};
    struct match_result result = {0};
    struct reference reference;
    char text[64];

    ck_assert_int_eq(reference_parse(&reference, RULES_PYTHON_3_5, (const uint8_t *)"a", 1), 0);
    memset(text, 'x', sizeof(text));
    fault.print = true;
    python_text(&rules, &reference, &presented, 1, &result, text, sizeof(text));
    fault.print = false;
    ck_assert_str_eq(text, "'a' doesn't match 'b'");
}
END_TEST

/* A list that is not there makes every name a public suffix. */
START_TEST(no_list_to_ask)
{
    static const struct identity star = {IDENTITY_DNS, (const uint8_t *)"*.example.com", 13};
    struct match_rules rules = {.suffixes = NULL};
    struct reference reference;
    struct match_result result;

    ck_assert_int_eq(parse(&reference, REFERENCE_HOST, "a.example.com"), 0);
    match_all(&rules, &reference, &star, 1, &result);
    ck_assert_int_eq(result.match, MATCH_NONE);
    ck_assert_int_eq(result.why, MISS_WILDCARD_PUBLIC_SUFFIX);
}
END_TEST

/* Neither to find a match nor to say why there is none does the engine ask for memory or call a
 * library; under a star alone it asks for the public suffix. */
START_TEST(a_match_calls_nobody)
{
    static const struct identity presented[] = {
        {IDENTITY_DNS, (const uint8_t *)"b\xc3\xbc.example", 11},
        {IDENTITY_DNS, (const uint8_t *)"xn--tda.example.com", 19},
        {IDENTITY_SMTP_UTF8, (const uint8_t *)"\xc3\xbc@b\xc3\xbc.example", 14},
        {IDENTITY_EMAIL, (const uint8_t *)"a@xn--tda.example", 17},
        {IDENTITY_URI, (const uint8_t *)"https://example.com", 19},
        {IDENTITY_SRV, (const uint8_t *)"_imap.example.com", 17},
        {IDENTITY_DNS, (const uint8_t *)"a.example.com", 13},
    };
    static const struct {
        enum reference_kind kind;
        const char *text;
    } asked[] = {
        {REFERENCE_HOST, "a.example.com"},
        {REFERENCE_HOST, "b.example.com"},
        {REFERENCE_HOST, "192.0.2.1"},
        {REFERENCE_EMAIL, "\u00fc@example.com"},
        {REFERENCE_EMAIL, "a@example.com"},
        {REFERENCE_URI, "https://example.com"},
        {REFERENCE_SPIFFE, "spiffe://a/example"},
        {REFERENCE_SRV, "_imap.example.com"},
    };

    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++) {
        for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
            struct match_rules rules = {.rules = {.set = (enum rule_set)set}};
            struct reference reference;
            struct match_result result;

            ck_assert_int_eq(reference_parse_kind(&reference, asked[i].kind, (enum rule_set)set,
                                                  (const uint8_t *)asked[i].text,
                                                  strlen(asked[i].text)),
                             0);
            fault.n_calls = 0;
            match_all(&rules, &reference, presented, sizeof(presented) / sizeof(presented[0]),
                      &result);
            ck_assert_uint_eq(fault.n_calls, 0);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engine-faults");
    TCase *faults = tcase_create("faults");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(faults, nothing_goes_wrong, nothing_goes_wrong);
    tcase_add_test(faults, no_memory_for_the_list);
    tcase_add_test(faults, no_list);
    tcase_add_loop_test(faults, libidn2_fails, 0, (int)(sizeof(idn_rows) / sizeof(idn_rows[0])));
    tcase_add_test(faults, libidn2_fails_the_second_time);
    tcase_add_test(faults, inet_ntop_fails);
    tcase_add_test(faults, printing_fails);
    tcase_add_test(faults, no_list_to_ask);
    tcase_add_test(faults, a_match_calls_nobody);
    suite_add_tcase(suite, faults);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
