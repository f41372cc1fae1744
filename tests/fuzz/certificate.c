/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a certificate: its outline, parts and names. The result is compared with
 * libcrypto's. A certificate that both accept has the same parts in both, and no name matches that
 * libcrypto refuses.
 */

#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "daemon/identity/match.h"
#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/facts.h"
#include "daemon/x509/parse/outline.h"
#include "tests/fuzz/fuzz.h"

static const struct {
    enum reference_kind kind;
    const char *text;
} references[] = {
    {REFERENCE_HOST, "www.example.com"},
    {REFERENCE_HOST, "a.b.example.com"},
    {REFERENCE_HOST, "example.com"},
    {REFERENCE_HOST, "xn--bcher-kva.example"},
    {REFERENCE_HOST, "192.0.2.1"},
    {REFERENCE_HOST, "2001:db8::1"},
    {REFERENCE_EMAIL, "jo@example.com"},
    {REFERENCE_URI, "https://example.com/"},
    {REFERENCE_SPIFFE, "spiffe://example.com/x"},
    {REFERENCE_SRV, "_imap.example.com"},
};

#define REFERENCES_COUNT (sizeof(references) / sizeof(references[0]))

static struct x509_context *context;
static struct suffix_list *suffixes;

static void open_once(void)
{
    if (context)
        return;
    fuzz_must(x509_context_new(&context) == 0 && suffix_list_open(&suffixes) == 0,
              "there is a context and a list of suffixes");
}

/*
 * Returns whether libcrypto accepts the host. The flags make libcrypto refuse everything that the
 * rule set has to refuse.
 */
static int libcrypto_takes(X509 *x509, enum rule_set set, const char *host)
{
    unsigned flags = set == RULES_RFC9525 ? X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                                                X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
                                          : 0;

    return X509_check_host(x509, host, 0, flags, NULL) == 1 ||
           X509_check_ip_asc(x509, host, flags) == 1;
}

static void match_names(const struct identity *presented, size_t n, X509 *x509, enum rule_set set)
{
    const struct match_rules rules = {.suffixes = suffixes, .rules = {.set = set}};

    for (size_t i = 0; i < REFERENCES_COUNT; i++) {
        const uint8_t *text = (const uint8_t *)references[i].text;
        struct reference reference;
        struct match_result result;

        if (reference_parse(&reference, references[i].kind, set, text,
                            strlen(references[i].text)) != 0)
            continue;
        match_all(&rules, &reference, presented, n, &result);
        fuzz_must(result.match == MATCH_NONE || result.matched < n, "what matched is one of them");
        fuzz_must(!result.has_nearest || result.nearest < n, "what is near is one of them");
        for (size_t k = 0; k < n && k < 8; k++)
            (void)miss_text(match_why(&rules, &reference, presented, n, k));
        if (result.match == MATCH_FOUND && references[i].kind == REFERENCE_HOST &&
            set != RULES_PYTHON_3_5)
            fuzz_must(libcrypto_takes(x509, set, references[i].text),
                      "libcrypto takes every host that is accepted");
    }
}

static int is_same(struct bytes span, const uint8_t *data, size_t len)
{
    return bytes_equal(span, (struct bytes){.data = data, .len = len});
}

static void compare(const struct outline *outline, const struct certificate *certificate)
{
    int64_t from, until;
    size_t len;
    const uint8_t *bytes = certificate_spki(certificate, &len);

    fuzz_must(is_same(outline->spki, bytes, len), "both readers see one key");
    if (certificate_issuer(certificate, &bytes, &len) == 0)
        fuzz_must(is_same(outline->issuer, bytes, len), "both readers see one issuer");
    if (certificate_validity(certificate, context, &from, &until))
        fuzz_must(from == outline->from && until == outline->until,
                  "both readers see one validity");
}

static void read_facts(X509 *x509, const uint8_t *data, size_t n)
{
    struct facts facts = FACTS_NULL;

    (void)facts_init(&facts, x509, data, n);
    facts_deinit(&facts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct certificate *certificate = NULL;
    const struct identity *presented;
    const uint8_t *at = data;
    struct outline outline;
    size_t n_presented;
    X509 *x509;
    int fault;

    open_once();
    fault = outline_read(&outline, data, n);
    fuzz_must(fault >= 0 && fault < OUTLINE_FAULTS_COUNT, "a fault has a number");
    if (certificate_parse(&certificate, context, data, n) != 0)
        return 0;
    x509 = d2i_X509(NULL, &at, (long)n);
    fuzz_must(x509 != NULL, "libcrypto takes what was taken");
    presented = certificate_identities(certificate, &n_presented);
    for (int set = RULES_RFC9525; set <= RULES_OPENSSL; set++)
        match_names(presented, n_presented, x509, (enum rule_set)set);
    if (fault == OUTLINE_OK) {
        compare(&outline, certificate);
        read_facts(x509, data, n);
    }
    X509_free(x509);
    certificate_free(certificate);
    return 0;
}
