/* SPDX-License-Identifier: MIT */
#include "daemon/verify/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/identity/python_text.h"
#include "daemon/verify/leaf.h"
#include "daemon/verify/presented.h"

/* X509_V_ERR_HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH, _APPLICATION_VERIFICATION: the numbers are
 * Python's too. */
#define CODE_HOSTNAME    62
#define CODE_IP_ADDRESS  64
#define CODE_APPLICATION 50

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

__attribute__((format(printf, 3, 4))) static int
refuse(struct verification *verification, enum error_code code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(verification->error_text, sizeof(verification->error_text), format, arguments);
    va_end(arguments);
    return (int)code;
}

/* --- the stages, each of which leaves its result in the verification --- */

static int refuse_reference(struct verification *verification, int fault)
{
    return refuse(verification, ERROR_INVALID_REFERENCE,
                  "the host is neither a name nor an IP address: %s",
                  reference_fault_text((enum reference_fault)fault));
}

static const struct policy_rule *find_rule(const struct policy *policy,
                                           const struct reference *reference)
{
    if (reference->type == IDENTITY_DNS)
        return policy_rule_for_name(policy, reference->value, reference->value_len);
    return policy_rule_default(policy);
}

/*
 * Which rule set says what a reference may be is up to the domain that it names: so it is read as
 * the laxest of them would, to find the rule, and then by the rule. Both have to take it.
 */
static int read_reference(struct verification *verification, const struct verify_context *context,
                          const struct request *request)
{
    struct bytes host = request->references[0].text;
    int lax = reference_parse(&verification->reference, RULES_OPENSSL, host.data, host.len);
    int r;

    if (lax < 0)
        return lax;
    verification->rule = find_rule(context->policy, &verification->reference);
    r = reference_parse(&verification->reference, verification->rule->rules.set, host.data,
                        host.len);
    if (r < 0)
        return r;
    return r || lax ? refuse_reference(verification, r ? r : lax) : 0;
}

static int read_leaf(struct verification *verification, const struct verify_context *context,
                     const struct request *request)
{
    struct bytes leaf = request->certificates[0];
    int r = certificate_parse(&verification->leaf, context->x509, leaf.data, leaf.len);

    if (r > 0)
        return refuse(
            verification, ERROR_INVALID_CERTIFICATE,
            "the first certificate is not an X.509 certificate in DER, or something follows it");
    return r;
}

static void match_names(struct verification *verification, const struct verify_context *context)
{
    size_t n;
    const struct identity *identities = certificate_identities(verification->leaf, &n);

    verification->match_rules = (struct match_rules){
        .suffixes = context->suffixes,
        .rules = verification->rule->rules,
    };
    match_all(&verification->match_rules, &verification->reference, identities, n,
              &verification->names);
}

/*
 * What the stricter rules that are only reported would have said. A reference that they do not take
 * at all matches nothing by them.
 */
static int match_reported(struct verification *verification, const struct verify_context *context,
                          const struct request *request)
{
    struct match_rules rules = {
        .suffixes = context->suffixes,
        .rules = verification->rule->report,
    };
    struct match_result names = {0};
    struct reference reference;
    size_t n;
    const struct identity *identities = certificate_identities(verification->leaf, &n);
    int r;

    if (!verification->rule->has_report)
        return 0;
    r = reference_parse(&reference, rules.rules.set, request->references[0].text.data,
                        request->references[0].text.len);
    if (r < 0)
        return r;
    if (r == 0)
        match_all(&rules, &reference, identities, n, &names);
    verification->reported = names.match;
    return 0;
}

/* Without a validated path only the leaf's key counts: what else came along, anybody can append. */
static int check_pins(struct verification *verification, const struct verify_context *context)
{
    const struct policy_pinset *pinset = verification->rule->pinset;
    uint8_t digest[X509_SHA256_BYTES];
    const uint8_t *spki;
    size_t n_spki;
    int r;

    if (!pinset) {
        verification->pins = VERIFICATION_PINS_NONE;
        return 0;
    }
    spki = certificate_spki(verification->leaf, &n_spki);
    r = x509_sha256(context->x509, spki, n_spki, digest);
    if (r)
        return r;
    for (size_t i = 0; i < pinset->n_pins; i++) {
        if (memcmp(pinset->pins[i], digest, sizeof(digest)) == 0)
            verification->pins = VERIFICATION_PINS_HOLD;
    }
    return 0;
}

/* --- the verdict --- */

static void add_failure(struct verdict *verdict, const char *code, uint32_t verify_code,
                        const char *message)
{
    if (verdict->n_failures == LIMIT_FAILURES_COUNT)
        return;
    verdict->failures[verdict->n_failures++] = (struct verdict_failure){
        .code = text_bytes(code),
        .verify_code = verify_code,
        .message = text_bytes(message),
    };
}

/* As Python prints it at the handshake; match_hostname() of the older ones has words of its own. */
static void write_mismatch(struct verification *verification, const struct identity *identities,
                           size_t n_identities)
{
    const struct reference *reference = &verification->reference;
    char *text = verification->identity_text;

    if (verification->rule->rules.set == RULES_PYTHON_3_5)
        python_text(&verification->match_rules, reference, identities, n_identities,
                    &verification->names, text, sizeof(verification->identity_text));
    else
        snprintf(text, sizeof(verification->identity_text),
                 "%s mismatch, certificate is not valid for '%s'.",
                 reference->type == IDENTITY_DNS ? "Hostname" : "IP address", reference->given);
}

static void judge_names(struct verification *verification, const struct request *request)
{
    const struct reference *reference = &verification->reference;
    struct verdict *verdict = &verification->verdict;
    const struct explanation explanation = {
        .rules = &verification->match_rules,
        .reference = reference,
    };
    bool is_name = reference->type == IDENTITY_DNS;
    size_t n;
    const struct identity *identities = certificate_identities(verification->leaf, &n);

    verdict->checked[VERDICT_CHECK_IDENTITY] = true;
    presented_fill(verdict, identities, n, request->explain ? &explanation : NULL);
    if (verification->names.match == MATCH_FOUND) {
        verdict->has_matched = true;
        verdict->matched = presented_identity(&identities[verification->names.matched]);
        return;
    }
    presented_fill_nearest(verdict, identities, &verification->names);
    write_mismatch(verification, identities, n);
    add_failure(verdict, is_name ? "hostname-mismatch" : "ip-address-mismatch",
                is_name ? CODE_HOSTNAME : CODE_IP_ADDRESS, verification->identity_text);
}

/* Accepted by what is enforced, and not by what is reported: what an administrator wants to know
 * before switching. */
static void judge_reported(struct verification *verification)
{
    struct verdict *verdict = &verification->verdict;
    bool is_name = verification->reference.type == IDENTITY_DNS;

    if (!verification->rule->has_report || verification->names.match != MATCH_FOUND ||
        verification->reported == MATCH_FOUND)
        return;
    verdict->reported[verdict->n_reported++] = (struct verdict_failure){
        .code = text_bytes(is_name ? "hostname-mismatch" : "ip-address-mismatch"),
        .verify_code = is_name ? CODE_HOSTNAME : CODE_IP_ADDRESS,
        .message = text_bytes("the rules that are only reported would refuse this name"),
    };
}

static void judge_pins(struct verification *verification)
{
    const struct policy_pinset *pinset = verification->rule->pinset;

    if (!pinset)
        return;
    verification->verdict.checked[VERDICT_CHECK_PINS_LEAF] = true;
    if (verification->pins == VERIFICATION_PINS_HOLD)
        return;
    snprintf(verification->pin_text, sizeof(verification->pin_text),
             "application verification failure: the end entity's key is not in pinset \"%s\"",
             pinset->name);
    add_failure(&verification->verdict, "pin-mismatch", CODE_APPLICATION, verification->pin_text);
}

/* A name as RFC 6066 section 3 has it; what a peer's rules take besides (127.1, [::1]) is none. */
static bool may_be_sni(const struct verification *verification, const struct request *request)
{
    struct reference reference;

    if (verification->reference.type != IDENTITY_DNS)
        return false;
    return verification->rule->rules.set == RULES_RFC9525 ||
           reference_parse(&reference, RULES_RFC9525, request->references[0].text.data,
                           request->references[0].text.len) == 0;
}

static void fill_provenance(struct verification *verification, const struct verify_context *context,
                            const struct request *request)
{
    const struct policy_origin *origin = &verification->rule->origin;
    const struct reference *reference = &verification->reference;
    struct verdict *verdict = &verification->verdict;

    verdict->has_reference = true;
    verdict->reference.type = reference->type == IDENTITY_DNS ? VERDICT_DNS_ID : VERDICT_IP_ID;
    verdict->reference.value = (struct bytes){
        .data = (const uint8_t *)reference->value,
        .len = reference->value_len,
    };
    verdict->sni = may_be_sni(verification, request);
    verdict->rule.section = text_bytes(origin->section);
    verdict->rule.file = text_bytes(origin->file);
    verdict->rule.line = origin->line;
    verdict->generation = context->generation;
    verdict->digest = (struct bytes){.data = context->digest, .len = sizeof(context->digest)};
}

/* The one place that accepts: every stage has to have said yes, by its own constant. */
static void conclude(struct verification *verification)
{
    struct verdict *verdict = &verification->verdict;
    bool pins_settled = verification->pins == VERIFICATION_PINS_NONE ||
                        verification->pins == VERIFICATION_PINS_HOLD;

    verdict->outcome = VERDICT_NOT_VERIFIED;
    if (verification->names.match == MATCH_FOUND && pins_settled && verdict->n_failures == 0)
        verdict->outcome = VERDICT_NAME_MATCHES;
    if (verdict->outcome == VERDICT_NOT_VERIFIED)
        verdict->alert = verdict_alert(verdict->failures[0].verify_code);
}

/* A verdict that could not be finished is none. */
static int show_leaf(struct verification *verification, const struct verify_context *context,
                     struct bytes der)
{
    int r = leaf_fill(&verification->verdict, verification->leaf, der, context->x509,
                      verification->leaf_sha256);

    if (r)
        verification->verdict = (struct verdict){0};
    return r;
}

int verification_init(struct verification *verification, const struct verify_context *context,
                      const struct request *request)
{
    int r;

    *verification = VERIFICATION_NULL;
    if (request->n_references != 1 || request->references[0].kind != REQUEST_HOST)
        return refuse(verification, ERROR_UNSUPPORTED,
                      "this daemon compares one host at a time: ask about each by itself");
    if (request->path)
        return refuse(verification, ERROR_UNSUPPORTED,
                      "this daemon does not validate paths: ask without one");

    r = read_reference(verification, context, request);
    if (!r)
        r = read_leaf(verification, context, request);
    if (r)
        return r;

    match_names(verification, context);
    r = match_reported(verification, context, request);
    if (!r)
        r = check_pins(verification, context);
    if (r)
        return r;

    judge_names(verification, request);
    judge_reported(verification);
    judge_pins(verification);
    fill_provenance(verification, context, request);
    conclude(verification);
    return show_leaf(verification, context, request->certificates[0]);
}

void verification_deinit(struct verification *verification)
{
    verification->leaf = certificate_free(verification->leaf);
    *verification = VERIFICATION_NULL;
}
