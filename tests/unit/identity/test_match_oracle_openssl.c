/* SPDX-License-Identifier: MIT */

/*
 * Compares the rule sets with libcrypto on random certificates and hosts. openssl and python-3.7
 * give the same result, except for the listed deviations, in which they are stricter. rfc9525 is
 * never laxer than libcrypto with flags 0x24, and is stricter only for a listed reason. Each
 * deviation has to occur at least once.
 */

#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "daemon/identity/idn.h"
#include "daemon/identity/match.h"
#include "daemon/x509/parse/certificate.h"
#include "tests/unit/identity/oracle_input.h"

#define N_CERTIFICATES 17500
#define N_HOSTS        60

#define PYTHON_FLAGS     X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
#define PYTHON_OFF_FLAGS (PYTHON_FLAGS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)

static struct suffix_list *suffixes;
static struct x509_context *x509;
static EVP_PKEY *key;

/* The deliberate deviations, in each of which we refuse the reference. */
static struct deviation {
    enum reference_fault fault;
    const char *reason;
    size_t n_stricter;
} deviations[] = {
    {REFERENCE_NUL, "a NUL: libcrypto drops one at the end", 0},
    {REFERENCE_LEADING_DOT, "a leading dot: to libcrypto a pattern for all below", 0},
    {REFERENCE_EMPTY, "a dot alone: the root has no certificate", 0},
    {REFERENCE_WHITE_SPACE, "white space: no name has any, and to a2i_IPADDRESS it ends one", 0},
    {REFERENCE_NUMERIC, "an address only to a2i_IPADDRESS: who connects may see another, or none",
     0},
    {REFERENCE_TOO_LONG, "over 253 bytes: no name is so long", 0},
    {REFERENCE_NOT_UTF8, "not UTF-8: hosts are text", 0},
    {REFERENCE_U_LABEL, "beyond ASCII, and no label by IDNA 2008", 0},
    {REFERENCE_LABEL_TOO_LONG, "beyond ASCII, and no label for its length", 0},
    {REFERENCE_WILDCARD, "beyond ASCII, and a star with it", 0},
};

/*
 * A rule set of ours with switches, the flags of libcrypto to which it corresponds, and the number
 * of comparisons so far.
 */
struct asker {
    const char *name;
    struct rules rules;
    unsigned flags;
    size_t n_pairs, n_accepted;
};

static struct asker askers[] = {
    {"openssl", {.set = RULES_OPENSSL}, 0, 0, 0},
    {"python-3.7", {.set = RULES_PYTHON_3_7}, PYTHON_FLAGS, 0, 0},
    {"python-3.7, common name off",
     {.set = RULES_PYTHON_3_7, .common_name = RULE_COMMON_NAME_NO},
     PYTHON_OFF_FLAGS,
     0,
     0},
};

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

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

/* --- the result of libcrypto --- */

/*
 * Returns the length of the address that inet_pton, or with `lax` a2i_IPADDRESS, reads from the
 * host; 0 if it is no address.
 */
static size_t read_address(const uint8_t *host, size_t len, bool lax, uint8_t address[16])
{
    char text[INPUT_BYTES_MAX + 1];
    ASN1_OCTET_STRING *octets;
    size_t n = 0;

    if (memchr(host, '\0', len))
        return 0;
    memcpy(text, host, len);
    text[len] = '\0';
    if (!lax) {
        if (inet_pton(AF_INET, text, address) == 1)
            return 4;
        return inet_pton(AF_INET6, text, address) == 1 ? 16 : 0;
    }
    octets = a2i_IPADDRESS(text);
    if (octets) {
        n = (size_t)ASN1_STRING_length(octets);
        memcpy(address, ASN1_STRING_get0_data(octets), n);
    }
    ASN1_OCTET_STRING_free(octets);
    return n;
}

static bool oracle_accepts(X509 *certificate, const uint8_t *host, size_t len, bool lax,
                           unsigned flags)
{
    uint8_t address[16];
    size_t n;

    if (len == 0)
        return false;
    n = read_address(host, len, lax, address);
    if (n > 0)
        return X509_check_ip(certificate, address, n, 0) == 1;
    return X509_check_host(certificate, (const char *)host, len, flags, NULL) == 1;
}

/*
 * Returns whether Python's codec `idna` accepts the host: a label has 1 to 63 bytes, and only the
 * last one may be empty.
 */
static bool python_encodes(const uint8_t *host, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        if (host[i] == '.' && n == 0)
            return false;
        n = host[i] == '.' ? 0 : n + 1;
        if (n > 63)
            return false;
    }
    return !memchr(host, '\0', len);
}

static bool is_ascii(const uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= 0x80)
            return false;
    }
    return true;
}

/*
 * Returns whether Python's handshake accepts a host in ASCII. In it libcrypto decides what is an
 * address.
 */
static bool python_accepts(X509 *certificate, const uint8_t *host, size_t len, unsigned flags)
{
    return python_encodes(host, len) && oracle_accepts(certificate, host, len, true, flags);
}

static bool libcrypto_accepts(const struct asker *asker, X509 *certificate,
                              const struct input_text *host, const struct reference *reference)
{
    if (asker->rules.set == RULES_OPENSSL)
        return oracle_accepts(certificate, host->data, host->len, false, asker->flags);
    if (is_ascii(host->data, host->len))
        return python_accepts(certificate, host->data, host->len, asker->flags);
    /* Python converts U-labels by IDNA 2003 and we do by IDNA 2008, so libcrypto gets the host as
     * we converted it. */
    return reference->type != IDENTITY_NONE &&
           python_accepts(certificate, (const uint8_t *)reference->given, reference->given_len,
                          asker->flags);
}

/* --- the comparison --- */

struct pair {
    X509 *certificate;
    const struct identity *presented;
    size_t n_presented;
    const struct input_text *host;
};

static const char *show_presented(const struct pair *pair)
{
    static char text[INPUT_NAMES_MAX * 4 * INPUT_BYTES_MAX];
    size_t at = 0;

    text[0] = '\0';
    for (size_t i = 0; i < pair->n_presented; i++)
        at += (size_t)snprintf(text + at, sizeof(text) - at, " %d:%s", (int)pair->presented[i].type,
                               input_show(pair->presented[i].data, pair->presented[i].len));
    return text;
}

static bool asker_accepts(const struct rules *rules, const struct pair *pair,
                          struct reference *reference, int *faultp)
{
    struct match_rules with = {.suffixes = suffixes, .rules = *rules};
    struct match_result result = {0};

    *faultp = reference_host_parse(reference, rules->set, pair->host->data, pair->host->len);
    if (*faultp == 0)
        match_all(&with, reference, pair->presented, pair->n_presented, &result);
    return result.match == MATCH_FOUND;
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

static void compare(struct asker *asker, const struct pair *pair)
{
    struct reference reference;
    int fault;
    bool ours = asker_accepts(&asker->rules, pair, &reference, &fault);
    bool theirs = libcrypto_accepts(asker, pair->certificate, pair->host, &reference);

    asker->n_pairs++;
    asker->n_accepted += ours;
    if (ours == theirs || (theirs && fault > 0 && is_deliberate(fault)))
        return;
    ck_abort_msg("%s: %s for '%s' (fault %d), which libcrypto %s; presented:%s", asker->name,
                 ours ? "accepted" : "refused", input_show(pair->host->data, pair->host->len),
                 fault, theirs ? "accepts" : "refuses", show_presented(pair));
}

/* --- rfc9525 --- */

/*
 * Returns whether a host is a name by rfc9525: LDH labels, valid A-labels where they begin with
 * xn--, and no number at its end.
 */
static bool is_host_name(const uint8_t *name, size_t len)
{
    size_t n;

    if (len == 0 || len > NAME_BYTES || name_ends_in_number(name, len))
        return false;
    for (size_t at = 0; at <= len; at += n + 1) {
        n = name_label_len(name + at, len - at);
        if (!name_label_is_ldh(name + at, n))
            return false;
        if (name_label_is_xn(name + at, n) && idn_check_a_label(name + at, n) != 0)
            return false;
    }
    return true;
}

static bool matched_under_public_suffix(const struct pair *pair)
{
    char *matched_name = NULL, lower[INPUT_BYTES_MAX];
    const uint8_t *parent;
    size_t parent_len;
    bool star;

    X509_check_host(pair->certificate, (const char *)pair->host->data, pair->host->len,
                    PYTHON_OFF_FLAGS, &matched_name);
    star = matched_name && matched_name[0] == '*';
    OPENSSL_free(matched_name);
    parent = name_parent(pair->host->data, pair->host->len, &parent_len);
    memcpy(lower, parent, parent_len);
    name_lower(lower, parent_len);
    return star && suffix_list_is_public(suffixes, SUFFIX_ICANN, lower, parent_len);
}

static size_t n_rfc9525_equal, n_rfc9525_accepted;

static void compare_rfc9525(const struct pair *pair)
{
    static const struct rules rules = {.set = RULES_RFC9525};
    const struct input_text *host = pair->host;
    struct reference reference;
    uint8_t address[16];
    int fault;
    bool ours = asker_accepts(&rules, pair, &reference, &fault);
    bool theirs = oracle_accepts(pair->certificate, host->data, host->len, false, PYTHON_OFF_FLAGS);
    bool settled = is_host_name(host->data, host->len) ||
                   read_address(host->data, host->len, false, address) > 0;

    n_rfc9525_accepted += ours;
    n_rfc9525_equal += settled && ours == theirs;
    if (ours == theirs)
        return;
    /* rfc9525 may accept more only because it drops the reference's trailing dot or converts
     * U-labels. */
    if (ours && (host->data[host->len - 1] == '.' || !is_ascii(host->data, host->len)) &&
        oracle_accepts(pair->certificate, (const uint8_t *)reference.value, reference.value_len,
                       false, PYTHON_OFF_FLAGS))
        return;
    if (theirs && (!settled || matched_under_public_suffix(pair)))
        return;
    ck_abort_msg("rfc9525: %s for '%s' (fault %d), which libcrypto %s; presented:%s",
                 ours ? "accepted" : "refused", input_show(host->data, host->len), fault,
                 theirs ? "accepts" : "refuses", show_presented(pair));
}

/* --- the tests --- */

static void take_certificate(struct input *input)
{
    struct input_certificate made;
    struct certificate *certificate = NULL;
    struct input_text host;
    struct pair pair;
    uint8_t *der = NULL;
    int len;

    input_certificate_init(&made, input, key);
    len = i2d_X509(made.x509, &der);
    ck_assert_int_gt(len, 0);
    ck_assert_int_eq(certificate_parse(&certificate, x509, der, (size_t)len), 0);
    pair = (struct pair){.certificate = made.x509, .host = &host};
    pair.presented = certificate_identities(certificate, &pair.n_presented);

    for (size_t i = 0; i < N_HOSTS; i++) {
        input_host(input, &made, &host);
        for (size_t k = 0; k < N_OF(askers); k++)
            compare(&askers[k], &pair);
        compare_rfc9525(&pair);
    }

    certificate_free(certificate);
    OPENSSL_free(der);
    input_certificate_deinit(&made);
}

START_TEST(on_input_at_random)
{
    struct input input;

    input_start(&input);
    for (size_t i = 0; i < N_CERTIFICATES; i++)
        take_certificate(&input);

    for (size_t k = 0; k < N_OF(askers); k++) {
        printf("%s: %zu pairs, %zu accepted\n", askers[k].name, askers[k].n_pairs,
               askers[k].n_accepted);
        ck_assert_uint_gt(askers[k].n_accepted, askers[k].n_pairs / 50);
    }
    printf("rfc9525: %zu accepted, %zu host names and addresses with the same answer\n",
           n_rfc9525_accepted, n_rfc9525_equal);
    ck_assert_uint_gt(n_rfc9525_accepted, 1000);
    for (size_t i = 0; i < N_OF(deviations); i++) {
        printf("stricter %zu times: %s\n", deviations[i].n_stricter, deviations[i].reason);
        ck_assert_msg(deviations[i].n_stricter > 0, "explains nothing: %s", deviations[i].reason);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("oracle-openssl");
    TCase *oracle = tcase_create("oracle");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(oracle, setup, teardown);
    tcase_set_timeout(oracle, 600);
    tcase_add_test(oracle, on_input_at_random);
    suite_add_tcase(suite, oracle);

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
