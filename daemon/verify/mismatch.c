/* SPDX-License-Identifier: MIT */
#include "daemon/verify/mismatch.h"

#include <string.h>

#include "daemon/identity/python_text.h"
#include "daemon/verify/report_keys.h"

/*
 * The most bytes of a name, or of a list of names, in a message. A SPIFFE ID may have 2,048 bytes,
 * and the verdict, which has to fit into 4 KiB, contains it a second time as its reference.
 */
#define MISMATCH_BYTES 1024

/*
 * OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_EMAIL_MISMATCH and
 * X509_V_ERR_IP_ADDRESS_MISMATCH. Python uses the same numbers.
 */
enum {
    CODE_HOSTNAME = 62,
    CODE_EMAIL = 63,
    CODE_IP_ADDRESS = 64,
};

static const struct {
    enum verdict_identity_type type;
    const char *code;
    uint32_t verify_code;
} rows[] = {
    {VERDICT_DNS_ID, "hostname-mismatch", CODE_HOSTNAME},
    {VERDICT_IP_ID, "ip-address-mismatch", CODE_IP_ADDRESS},
    {VERDICT_EMAIL, "email-mismatch", CODE_EMAIL},
    {VERDICT_URI_ID, "uri-mismatch", FINDING_APPLICATION},
    {VERDICT_SPIFFE_ID, "spiffe-mismatch", FINDING_APPLICATION},
    {VERDICT_SRV_ID, "srv-mismatch", FINDING_APPLICATION},
};

/* Returns a finding with the code and number for the kind of reference, and without a message. */
static struct finding make_finding(const struct candidate *candidate)
{
    enum verdict_identity_type type = candidate_type(candidate);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].type == type)
            return (struct finding){.code = rows[i].code, .verify_code = rows[i].verify_code};
    }
    return (struct finding){.code = "identity-mismatch", .verify_code = FINDING_APPLICATION};
}

static struct bytes print_python(const struct candidate *candidate,
                                 const struct identity *identities, size_t n_identities,
                                 struct words *words)
{
    char text[MISMATCH_BYTES];

    python_text(&candidate->match_rules, &candidate->reference, identities, n_identities,
                &candidate->names, text, sizeof(text));
    return words_print(words, "%s", text);
}

/*
 * The message is the one that Python prints: with the rule set python-3.5 that of match_hostname(),
 * else that of the handshake. For kinds of reference that Python does not know it is OpenSSL's.
 */
struct finding mismatch_of(const struct candidate *candidate, const struct identity *identities,
                           size_t n_identities, struct words *words)
{
    struct finding finding = make_finding(candidate);
    const char *shown = reference_shown(&candidate->reference);

    if (candidate->reference.kind == REFERENCE_HOST &&
        candidate->rule.rules.set == RULES_PYTHON_3_5)
        finding.message = print_python(candidate, identities, n_identities, words);
    else if (finding.verify_code == CODE_HOSTNAME || finding.verify_code == CODE_IP_ADDRESS)
        finding.message = words_print(
            words, "%s mismatch, certificate is not valid for '%s'.",
            finding.verify_code == CODE_HOSTNAME ? "Hostname" : "IP address", shown);
    else if (finding.verify_code == CODE_EMAIL)
        finding.message = words_static("email address mismatch");
    else
        finding.message = words_print(
            words, "application verification failure: certificate is not valid for '%.*s%s'",
            MISMATCH_BYTES, shown, strlen(shown) > MISMATCH_BYTES ? "..." : "");
    return finding;
}

struct finding mismatch_reported(const struct candidate *candidate, struct words *words)
{
    struct finding finding = make_finding(candidate);
    char keys[REPORT_KEYS_BYTES];

    report_keys_of_rules(&candidate->rule, keys);
    finding.message = words_print(words, "this name would be refused by %s", keys);
    finding.report_only = true;
    return finding;
}
