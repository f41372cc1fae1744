/* SPDX-License-Identifier: MIT */

/*
 * Compares the rule sets with X509_check_email on random mailboxes. openssl and python-3.7 give the
 * same result, except for references that we refuse on purpose, which a list of deviations has.
 * rfc9525 accepts nothing that libcrypto refuses, except where it converts U-labels or drops the
 * reference's trailing dot.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "daemon/identity/match.h"
#include "daemon/x509/parse/certificate.h"
#include "tests/unit/identity/oracle_input.h"

#define N_CERTIFICATES 6000
#define N_REFERENCES   60
#define N_NAMES        5

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct suffix_list *suffixes;
static struct x509_context *x509;
static EVP_PKEY *key;

static struct deviation {
    enum reference_fault fault;
    const char *reason;
    size_t n_stricter;
} deviations[] = {
    {REFERENCE_NUL, "a NUL: libcrypto drops one at the end", 0},
    {REFERENCE_NOT_UTF8, "not UTF-8: mailboxes are text", 0},
    {REFERENCE_WHITE_SPACE, "white space: unquoted, no mailbox has any", 0},
    {REFERENCE_NO_AT, "no @: it is no mailbox", 0},
    {REFERENCE_LOCAL_PART, "nothing before the @", 0},
    {REFERENCE_NO_HOST, "nothing behind it, or a dot", 0},
    {REFERENCE_DOMAIN_DOT, "a domain with a leading dot: a constraint, and no mailbox", 0},
    {REFERENCE_NUMERIC, "a domain that passes for an address", 0},
    {REFERENCE_U_LABEL, "a domain beyond ASCII, and no label by IDNA 2008", 0},
};

/*
 * The number of pairs for one deviation, in which the certificate is the reason: it has an
 * rfc822Name beyond ASCII, which RFC 5280 forbids. libcrypto reads such a name as Latin-1 after a
 * SmtpUTF8Mailbox, and as bytes elsewhere.
 */
static size_t n_not_ascii;

static struct asker {
    const char *name;
    struct rules rules;
    unsigned flags;
    size_t n_pairs, n_accepted;
} askers[] = {
    {"openssl", {.set = RULES_OPENSSL}, 0, 0, 0},
    {"openssl, common name off",
     {.set = RULES_OPENSSL, .common_name = RULE_COMMON_NAME_NO},
     X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
     0,
     0},
    {"python-3.7", {.set = RULES_PYTHON_3_7}, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, 0, 0},
};
static struct asker rfc9525 = {"rfc9525", {.set = RULES_RFC9525}, 0, 0, 0};

static void setup(void)
{
    ck_assert_int_eq(suffix_list_open(&suffixes), 0);
    ck_assert_int_eq(x509_context_new(&x509), 0);
    key = EVP_EC_gen("P-256");
    ck_assert_ptr_nonnull(key);
}

static void teardown(void)
{
    EVP_PKEY_free(key);
    x509_context_free(x509);
    suffix_list_close(suffixes);
}

/* --- random mailboxes --- */

#define T(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

struct piece {
    const char *data;
    size_t len;
};

static void append(struct input_text *text, const void *data, size_t len)
{
    ck_assert_uint_le(text->len + len, sizeof(text->data));
    memcpy(text->data + text->len, data, len);
    text->len += len;
}

static void take(struct input *input, struct input_text *text, const struct piece *pieces, size_t n)
{
    const struct piece *piece = &pieces[input_below(input, (uint32_t)n)];

    append(text, piece->data, piece->len);
}

static void take_mailbox(struct input *input, struct input_text *text)
{
    static const struct piece plain[] = {T("a"), T("b"), T("A"), T("a.b")};
    static const struct piece odd[] = {
        T("\"a\""),
        T("\"a@b\""),
        T("a@b"),
        T(""),
        T("*"),
        T("a\0b"),
        T("\xc3\xbc"),
        T("\xc3\xbc"),
        T("\xfc"),
        T("a b"),
        T("a+b"),
        T("\xef\xbb\xbf"
          "a"),
    };
    static const struct piece ats[] = {T(""), T("@@"), T("\0@"), T("%40")};
    static const struct piece domains[] = {
        T("example.com"), T("example.com"), T("a.example.com"), T("xn--zca.de"), T("EXAMPLE.com"),
    };
    static const struct piece odd_domains[] = {
        T(""),
        T("."),
        T(".example.com"),
        T("*.example.com"),
        T("example.com."),
        T("\xc3\x9f.de"),
        T("\xc3\xbc.de"),
        T("192.0.2.1"),
        T("192.0.2.01"),
        T("[192.0.2.1]"),
        T("xn--a"),
        T("example.com\0"),
        T("\xf0\x9f\x98\x80.de"),
        T("b c"),
        T("a_b.example.com"),
        T("\xe4.de"),
    };
    bool is_odd = input_below(input, 3) == 0;

    text->len = 0;
    if (is_odd && input_below(input, 2) == 0)
        take(input, text, odd, N_OF(odd));
    else
        take(input, text, plain, N_OF(plain));
    if (is_odd && input_below(input, 8) == 0)
        take(input, text, ats, N_OF(ats));
    else
        append(text, "@", 1);
    if (is_odd && input_below(input, 2) == 0)
        take(input, text, odd_domains, N_OF(odd_domains));
    else
        take(input, text, domains, N_OF(domains));
}

static ASN1_STRING *new_string(int type, const struct input_text *text)
{
    ASN1_STRING *string = ASN1_STRING_type_new(type);

    ck_assert_ptr_nonnull(string);
    ck_assert_int_eq(ASN1_STRING_set(string, text->data, (int)text->len), 1);
    return string;
}

static void set_other(GENERAL_NAME *name, int nid, int type, const struct input_text *text)
{
    ASN1_TYPE *value = ASN1_TYPE_new();

    ASN1_TYPE_set(value, type, new_string(type, text));
    ck_assert_int_eq(GENERAL_NAME_set0_othername(name, OBJ_nid2obj(nid), value), 1);
}

static void set_name(struct input *input, GENERAL_NAME *name, const struct input_text *text)
{
    switch (input_below(input, 9)) {
    case 0:
        GENERAL_NAME_set0_value(name, GEN_DNS, new_string(V_ASN1_IA5STRING, text));
        break;
    case 1:
        GENERAL_NAME_set0_value(name, GEN_URI, new_string(V_ASN1_IA5STRING, text));
        break;
    case 2:
        set_other(name, NID_ms_upn, V_ASN1_UTF8STRING, text);
        break;
    case 3:
    case 4:
    case 5:
        set_other(name, NID_id_on_SmtpUTF8Mailbox, V_ASN1_UTF8STRING, text);
        break;
    default:
        GENERAL_NAME_set0_value(name, GEN_EMAIL, new_string(V_ASN1_IA5STRING, text));
    }
}

static void add_alternative(struct input *input, X509 *certificate, struct input_text *names,
                            size_t *n_namesp)
{
    GENERAL_NAMES *alternative = GENERAL_NAMES_new();

    for (uint32_t n = 1 + input_below(input, 3); n > 0; n--) {
        GENERAL_NAME *name = GENERAL_NAME_new();

        take_mailbox(input, &names[*n_namesp]);
        set_name(input, name, &names[(*n_namesp)++]);
        ck_assert_int_gt(sk_GENERAL_NAME_push(alternative, name), 0);
    }
    ck_assert_int_eq(X509_add1_ext_i2d(certificate, NID_subject_alt_name, alternative, 0, 0), 1);
    GENERAL_NAMES_free(alternative);
}

static void add_subject(struct input *input, X509 *certificate, struct input_text *names,
                        size_t *n_namesp)
{
    for (uint32_t n = input_below(input, 3); n > 0; n--) {
        struct input_text *name = &names[*n_namesp];
        bool common = input_below(input, 4) == 0;

        take_mailbox(input, name);
        if (name->len == 0)
            continue;
        (*n_namesp)++;
        ck_assert_int_eq(
            X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate),
                                       common ? NID_commonName : NID_pkcs9_emailAddress,
                                       common ? V_ASN1_TELETEXSTRING : V_ASN1_IA5STRING, name->data,
                                       (int)name->len, -1, 0),
            1);
    }
}

static X509 *make_certificate(struct input *input, struct input_text *names, size_t *n_namesp)
{
    X509 *certificate = X509_new();

    ck_assert_ptr_nonnull(certificate);
    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    *n_namesp = 0;
    if (input_below(input, 3) != 0)
        add_alternative(input, certificate, names, n_namesp);
    add_subject(input, certificate, names, n_namesp);
    ck_assert_int_gt(X509_sign(certificate, key, EVP_sha256()), 0);
    return certificate;
}

/*
 * Makes a reference: mostly a name of the certificate, sometimes with one letter in the other case.
 */
static void take_reference(struct input *input, const struct input_text *names, size_t n_names,
                           struct input_text *text)
{
    if (n_names == 0 || input_below(input, 4) == 0)
        take_mailbox(input, text);
    else
        *text = names[input_below(input, (uint32_t)n_names)];
    if (text->len > 0 && input_below(input, 3) == 0) {
        uint8_t *byte = &text->data[input_below(input, (uint32_t)text->len)];

        if ((*byte | 0x20) >= 'a' && (*byte | 0x20) <= 'z')
            *byte ^= 0x20;
    }
    if (input_below(input, 20) == 0)
        append(text, "", 1);
}

/* --- the comparison --- */

struct pair {
    X509 *certificate;
    const struct identity *presented;
    size_t n_presented;
    const struct input_text *text;
};

static bool ours_accepts(const struct asker *asker, const struct pair *pair,
                         struct reference *reference, int *faultp)
{
    struct match_rules rules = {.suffixes = suffixes, .rules = asker->rules};
    struct match_result result = {0};

    *faultp = reference_parse(reference, REFERENCE_EMAIL, asker->rules.set, pair->text->data,
                              pair->text->len);
    if (*faultp == 0)
        match_all(&rules, reference, pair->presented, pair->n_presented, &result);
    return result.match == MATCH_FOUND;
}

static bool oracle_accepts(X509 *certificate, const uint8_t *text, size_t len, unsigned flags)
{
    return len > 0 && X509_check_email(certificate, (const char *)text, len, flags) == 1;
}

static bool is_deliberate(int fault)
{
    for (size_t i = 0; i < N_OF(deviations); i++) {
        if ((int)deviations[i].fault == fault) {
            deviations[i].n_stricter++;
            return true;
        }
    }
    return false;
}

static bool is_ascii(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= 0x80)
            return false;
    }
    return true;
}

static bool is_name_beyond_ascii(const struct pair *pair)
{
    if (is_ascii(pair->text->data, pair->text->len))
        return false;
    for (size_t i = 0; i < pair->n_presented; i++) {
        const struct identity *presented = &pair->presented[i];

        if (presented->type == IDENTITY_EMAIL && !is_ascii(presented->data, presented->len)) {
            n_not_ascii++;
            return true;
        }
    }
    return false;
}

/*
 * Returns whether the certificate has an identity at which libcrypto stops with an error, while
 * rfc9525 goes on to the next one.
 */
static bool holds_broken_mailbox(const struct pair *pair)
{
    struct match_rules rules = {.suffixes = suffixes, .rules = askers[0].rules};
    struct reference reference;

    reference_parse(&reference, REFERENCE_EMAIL, RULES_OPENSSL, (const uint8_t *)"a@b", 3);
    for (size_t i = 0; i < pair->n_presented; i++) {
        if (match_one(&rules, &reference, &pair->presented[i]) == MISS_NOT_UTF8)
            return true;
    }
    return false;
}

static void disagree(const struct asker *asker, const struct pair *pair, bool ours, int fault)
{
    printf("presented:");
    for (size_t i = 0; i < pair->n_presented; i++)
        printf(" %d:%s", (int)pair->presented[i].type,
               input_show(pair->presented[i].data, pair->presented[i].len));
    fflush(stdout);
    ck_abort_msg("%s: %s '%s' (fault %d), and libcrypto does not", asker->name,
                 ours ? "accepted" : "refused", input_show(pair->text->data, pair->text->len),
                 fault);
}

static void compare(struct asker *asker, const struct pair *pair)
{
    struct reference reference;
    int fault;
    bool ours = ours_accepts(asker, pair, &reference, &fault);
    bool theirs = oracle_accepts(pair->certificate, pair->text->data, pair->text->len,
                                 asker->flags);

    asker->n_pairs++;
    asker->n_accepted += ours;
    if (ours == theirs || (theirs && fault > 0 && is_deliberate(fault)))
        return;
    if (!theirs || fault != 0 || !is_name_beyond_ascii(pair))
        disagree(asker, pair, ours, fault);
}

/*
 * Compares rfc9525 with libcrypto. libcrypto gets the text that rfc9525 compares: the domain in
 * A-labels and without a trailing dot.
 */
static void compare_rfc9525(const struct pair *pair)
{
    struct reference reference;
    int fault;

    rfc9525.n_pairs++;
    if (!ours_accepts(&rfc9525, pair, &reference, &fault))
        return;
    rfc9525.n_accepted++;
    if (!holds_broken_mailbox(pair) &&
        !oracle_accepts(pair->certificate, (const uint8_t *)reference.value, reference.value_len,
                        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        disagree(&rfc9525, pair, true, fault);
}

static void take_certificate(struct input *input)
{
    struct input_text names[N_NAMES], text;
    size_t n_names;
    X509 *made = make_certificate(input, names, &n_names);
    struct pair pair = {.certificate = made, .text = &text};
    struct certificate *certificate = NULL;
    uint8_t *der = NULL;
    int len = i2d_X509(made, &der);

    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(certificate_parse(&certificate, x509, der, (size_t)len), 0);
    pair.presented = certificate_identities(certificate, &pair.n_presented);
    for (size_t i = 0; i < N_REFERENCES; i++) {
        take_reference(input, names, n_names, &text);
        for (size_t k = 0; k < N_OF(askers); k++)
            compare(&askers[k], &pair);
        compare_rfc9525(&pair);
    }
    certificate_free(certificate);
    OPENSSL_free(der);
    X509_free(made);
}

START_TEST(on_mailboxes_at_random)
{
    struct input input;

    input_start(&input);
    for (size_t i = 0; i < N_CERTIFICATES; i++)
        take_certificate(&input);

    for (size_t k = 0; k < N_OF(askers); k++) {
        printf("%s: %zu pairs, %zu accepted\n", askers[k].name, askers[k].n_pairs,
               askers[k].n_accepted);
        ck_assert_uint_gt(askers[k].n_accepted, askers[k].n_pairs / 20);
    }
    printf("rfc9525: %zu pairs, %zu accepted\n", rfc9525.n_pairs, rfc9525.n_accepted);
    ck_assert_uint_gt(rfc9525.n_accepted, rfc9525.n_pairs / 50);
    printf("stricter %zu times: an rfc822Name beyond ASCII\n", n_not_ascii);
    ck_assert_uint_gt(n_not_ascii, 0);
    for (size_t i = 0; i < N_OF(deviations); i++) {
        printf("stricter %zu times: %s\n", deviations[i].n_stricter, deviations[i].reason);
        ck_assert_msg(deviations[i].n_stricter > 0, "explains nothing: %s", deviations[i].reason);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("oracle-email");
    TCase *oracle = tcase_create("oracle");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(oracle, setup, teardown);
    tcase_set_timeout(oracle, 600);
    tcase_add_test(oracle, on_mailboxes_at_random);
    suite_add_tcase(suite, oracle);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
