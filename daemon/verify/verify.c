/* SPDX-License-Identifier: MIT */
#include "daemon/verify/verify.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "daemon/verify/findings.h"
#include "daemon/verify/fingerprints.h"
#include "daemon/verify/leaf.h"
#include "daemon/verify/mismatch.h"
#include "daemon/verify/names_only.h"
#include "daemon/verify/presented.h"
#include "daemon/verify/provenance.h"
#include "daemon/verify/report_keys.h"

/* The input of a verification, which all its stages share. */
struct verify_input {
    const struct verify_context *context;
    const struct verify_asker *asker;
    const struct request *request;
};

__attribute__((format(printf, 3, 4))) static int refuse(struct verification *verification, int code,
                                                        const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(verification->error_text, sizeof(verification->error_text), format, arguments);
    va_end(arguments);
    return code;
}

/* --- reading --- */

static int read_leaf(struct verification *verification, const struct verify_input *input)
{
    struct bytes leaf = input->request->certificates[0];
    int r = certificate_parse(&verification->leaf, input->context->x509, leaf.data, leaf.len);

    if (r > 0)
        return refuse(
            verification, ERROR_INVALID_CERTIFICATE,
            "the first certificate is not an X.509 certificate in DER, or something follows it");
    if (r)
        return r;
    verification->presenter.identities = certificate_identities(
        verification->leaf, &verification->presenter.n_identities);
    verification->presenter.is_signer = certificate_may_sign(verification->leaf);
    return 0;
}

/* Takes the names of a request without certificates, if names are enough for every candidate. */
static int take_names(struct verification *verification, const struct verify_input *input)
{
    for (size_t i = 0; i < verification->n_candidates; i++) {
        const char *why = names_only_refusal(input->context->policy, &verification->candidates[i]);

        if (why)
            return refuse(verification, ERROR_UNSUPPORTED,
                          "names alone are not enough, because %s: send the certificate", why);
    }
    verification->names = names_only_identities(input->request);
    if (!verification->names)
        return error_origin(-ENOMEM);
    verification->presenter.identities = verification->names;
    verification->presenter.n_identities = input->request->n_names;
    return 0;
}

static int refuse_reference(struct verification *verification, enum request_reference_kind kind,
                            int fault)
{
    const char *why = reference_fault_text((enum reference_fault)fault);

    if (kind == REQUEST_HOST)
        return refuse(verification, ERROR_INVALID_REFERENCE,
                      "the host is neither a name nor an IP address: %s", why);
    return refuse(verification, ERROR_INVALID_REFERENCE, "the reference (%s) is none: %s",
                  request_reference_name(kind), why);
}

static const struct request_reference *get_reference(const struct request *request, size_t index)
{
    return index < request->n_references ? &request->references[index] : NULL;
}

static int read_candidates(struct verification *verification, const struct verify_input *input)
{
    const struct request *request = input->request;
    size_t n = request->n_references > 0 ? request->n_references : 1;

    verification->candidates = calloc(n, sizeof(*verification->candidates));
    if (!verification->candidates)
        return error_origin(-ENOMEM);
    verification->n_candidates = n;
    for (size_t i = 0; i < n; i++) {
        const struct request_reference *reference = get_reference(request, i);
        int r = candidate_init(&verification->candidates[i], input->context->policy,
                               input->asker->client_class, reference);

        if (r > 0)
            return refuse_reference(verification, reference->kind, r);
        if (r)
            return r;
    }
    return 0;
}

static int match_candidates(struct verification *verification, const struct verify_input *input)
{
    int r = 0;

    for (size_t i = 0; !r && i < input->request->n_references; i++)
        r = candidate_match(&verification->candidates[i], input->context->suffixes,
                            &input->request->references[i], &verification->presenter);
    return r;
}

/*
 * --- findings in the order in which Python would report them (path, identity, dates), then our own
 * ---
 */

/* The consequence of a path's faults. */
enum fault_use { FAULT_REFUSES, FAULT_REPORTED, FAULT_UNUSED };

/* `cause` is added to each sentence in parentheses: the keys that are only reported; or "". */
static void add_faults(struct verification *verification, const struct fault_list *faults,
                       enum fault_use use, const char *cause)
{
    const struct policy_trust *trust = verification->chain.confined_by;
    const char *open = cause[0] ? " (" : "", *close = cause[0] ? ")" : "";

    for (size_t i = 0; i < faults->n; i++) {
        const struct fault *fault = &faults->faults[i];
        struct finding finding = {
            .code = fault->code,
            .verify_code = (uint32_t)fault->verify_code,
            .depth = fault->depth,
            .report_only = use != FAULT_REFUSES,
            .is_unused = use == FAULT_UNUSED,
            .origin = use == FAULT_REFUSES && trust ? &trust->origin : NULL,
        };

        if (fault->verify_code == FINDING_APPLICATION)
            finding.message = words_print(&verification->words,
                                          "application verification failure: %s%s%s%s", fault->text,
                                          open, cause, close);
        else {
            finding.message = words_static(x509_verify_text(fault->verify_code));
            finding.detail = words_print(&verification->words, "%s%s%s%s", fault->text, open, cause,
                                         close);
        }
        findings_add(&verification->verdict, &finding);
    }
}

/* Adds faults of the path that the rule enforces, or reports with `path = report`. */
static void add_enforced(struct verification *verification, const struct fault_list *faults)
{
    if (verification->chain.report_only)
        add_faults(verification, faults, FAULT_REPORTED, "path = report");
    else
        add_faults(verification, faults, FAULT_REFUSES, "");
}

static void add_path_findings(struct verification *verification)
{
    const struct chain *chain = &verification->chain;
    char keys[REPORT_KEYS_BYTES];

    if (chain->state == CHAIN_REFUSED)
        add_enforced(verification, &chain->result.faults);
    if (!chain->has_reported || chain->reported.outcome == PATH_VALID)
        return;
    report_keys_of_checks(&verification->chosen->rule, keys);
    add_faults(verification, &chain->reported.faults, FAULT_REPORTED, keys);
    add_faults(verification, &chain->reported.date_faults, FAULT_REPORTED, keys);
}

static void add_date_findings(struct verification *verification)
{
    const struct chain *chain = &verification->chain;

    if (chain->state == CHAIN_REFUSED)
        add_enforced(verification, &chain->result.date_faults);
}

/*
 * Adds the finding that no name matches. With several references, none of which matches, adds one
 * finding for each.
 */
static void add_mismatches(struct verification *verification, const struct identity *identities,
                           size_t n_identities)
{
    struct finding finding = mismatch_of(verification->chosen, identities, n_identities,
                                         &verification->words);

    findings_add(&verification->verdict, &finding);
    for (size_t i = 0; i < verification->n_candidates; i++) {
        if (&verification->candidates[i] == verification->chosen)
            continue;
        finding = mismatch_of(&verification->candidates[i], identities, n_identities,
                              &verification->words);
        findings_add(&verification->verdict, &finding);
    }
}

static void show_names(struct verification *verification, const struct request *request)
{
    const struct candidate *candidate = verification->chosen;
    struct verdict *verdict = &verification->verdict;
    const struct explanation explanation = {
        .rules = &candidate->match_rules,
        .reference = &candidate->reference,
    };
    const struct identity *identities = verification->presenter.identities;
    size_t n = verification->presenter.n_identities;

    presented_fill(verdict, identities, n,
                   request->explain && candidate->is_named ? &explanation : NULL);
    if (!candidate->is_named)
        return;
    verdict->checked[VERDICT_CHECK_IDENTITY] = true;
    if (candidate->names.match == MATCH_FOUND) {
        verdict->has_matched = true;
        verdict->matched = presented_identity(&identities[candidate->names.matched]);
        return;
    }
    presented_fill_nearest(verdict, identities, &candidate->names);
    add_mismatches(verification, identities, n);
}

/*
 * Adds a reported finding if the name matches by the rules that are enforced but not by those that
 * are only reported: it shows an administrator what would be refused after switching to the latter.
 */
static void add_reported_finding(struct verification *verification)
{
    const struct candidate *candidate = verification->chosen;
    struct finding finding;

    if (!candidate->rule.has_report || candidate->names.match != MATCH_FOUND ||
        candidate->reported == MATCH_FOUND)
        return;
    finding = mismatch_reported(candidate, &verification->words);
    findings_add(&verification->verdict, &finding);
}

static void narrow(struct verification *verification, int64_t from, int64_t until)
{
    if (from > verification->from)
        verification->from = from;
    if (until < verification->until)
        verification->until = until;
}

/* Returns whether there are pins or denials, since only these need digests of the keys. */
static bool are_keys_wanted(const struct verify_input *input, const struct candidate *candidate)
{
    size_t n;

    (void)policy_denies(input->context->policy, &n);
    return n > 0 || candidate->rule.pinset;
}

static int judge_keys(struct verification *verification, const struct verify_input *input)
{
    const struct candidate *candidate = verification->chosen;
    struct fingerprints certificates = FINGERPRINTS_NULL;
    const struct pins_question question = {
        .pinset = candidate->rule.pinset,
        .certificates = &certificates,
        .is_local = chain_is_local(&verification->chain),
        .now = input->asker->now,
    };
    const struct chain *chain = &verification->chain;
    const struct path_result *path = chain->state == CHAIN_VALID ? &chain->result : NULL;
    struct pins_answer pins;
    int r = 0;

    if (verification->leaf && are_keys_wanted(input, candidate))
        r = fingerprints_init(&certificates, input->context, path, verification->leaf,
                              input->request);
    if (r)
        return r;
    verification->denial = denial_judge(input->context->policy, &candidate->subject, &certificates,
                                        &verification->verdict, &verification->words);
    pins = pins_judge(&question, &verification->verdict, &verification->words);
    verification->pins = pins.state;
    narrow(verification, pins.from, pins.until == POLICY_TIME_MAX ? pins.until : pins.until - 1);
    return 0;
}

/* --- the verdict --- */

/*
 * Returns whether the result of the path permits an acceptance. A refusal that is only reported
 * does.
 */
static bool does_path_permit(const struct chain *chain)
{
    return chain->state == CHAIN_VALID || chain->state == CHAIN_NOT_ASKED ||
           (chain->state == CHAIN_REFUSED && chain->report_only);
}

static bool do_pins_permit(enum pins_state pins)
{
    return pins == PINS_NONE || pins == PINS_HOLD || pins == PINS_REPORTED;
}

/*
 * Decides the outcome; no other place accepts. Every stage has to have left the one constant that
 * permits an acceptance.
 */
static void conclude(struct verification *verification, const struct request *request)
{
    const struct candidate *candidate = verification->chosen;
    struct verdict *verdict = &verification->verdict;
    bool named = candidate->is_named && candidate->names.match == MATCH_FOUND;
    bool no_name_asked = !candidate->is_named && request->no_identity && request->path;

    verdict->outcome = VERDICT_NOT_VERIFIED;
    if ((named || no_name_asked) && does_path_permit(&verification->chain) &&
        do_pins_permit(verification->pins) && verification->denial == DENIAL_NONE &&
        verdict->n_failures == 0) {
        if (verification->chain.state == CHAIN_VALID)
            verdict->outcome = VERDICT_VERIFIED;
        else if (named && !request->path)
            verdict->outcome = VERDICT_NAME_MATCHES;
    }
    if (verdict->outcome == VERDICT_NOT_VERIFIED)
        verdict->alert = verdict_alert(verdict->failures[0].verify_code);
}

static void forget_judgement(struct verification *verification)
{
    chain_deinit(&verification->chain);
    verification->pins = PINS_UNKNOWN;
    verification->denial = DENIAL_UNKNOWN;
    verification->from = INT64_MIN;
    verification->until = INT64_MAX;
    verification->words.used = 0;
    verification->verdict = (struct verdict){0};
}

/* Works out the verdict for one candidate. Its names have been compared before. */
static int judge_candidate(struct verification *verification, const struct verify_input *input,
                           const struct candidate *candidate)
{
    const char *text = "";
    int r;

    forget_judgement(verification);
    verification->chosen = candidate;
    r = chain_init(&verification->chain, input->context, candidate, input->request,
                   input->asker->now, &text);
    if (r > 0)
        return refuse(verification, r, "%s", text);
    if (r)
        return r;
    if (!input->request->has_time && verification->chain.state != CHAIN_NOT_ASKED) {
        narrow(verification, verification->chain.result.from, verification->chain.result.until);
        if (verification->chain.has_reported)
            narrow(verification, verification->chain.reported.from,
                   verification->chain.reported.until);
    }
    add_path_findings(verification);
    show_names(verification, input->request);
    add_date_findings(verification);
    add_reported_finding(verification);
    r = judge_keys(verification, input);
    if (r)
        return r;
    add_faults(verification, &verification->chain.result.unused, FAULT_UNUSED, "");
    provenance_show_path(&verification->verdict, &verification->chain);
    provenance_show(&verification->verdict, candidate,
                    get_reference(input->request, (size_t)(candidate - verification->candidates)),
                    input->context);
    conclude(verification, input->request);
    return 0;
}

static bool is_accepted(const struct verification *verification)
{
    return verification->verdict.outcome == VERDICT_NAME_MATCHES ||
           verification->verdict.outcome == VERDICT_VERIFIED;
}

/*
 * Judges the candidates until one is accepted, and leaves its verdict. If none is accepted, leaves
 * the verdict of the first candidate whose name matches; if no name matches, that of the first
 * candidate. A request without a reference has one candidate too.
 */
static int choose(struct verification *verification, const struct verify_input *input)
{
    const struct candidate *first = NULL;
    int64_t from = INT64_MIN, until = INT64_MAX;
    int r;

    for (size_t i = 0; i < verification->n_candidates; i++) {
        const struct candidate *candidate = &verification->candidates[i];

        if (candidate->names.match != MATCH_FOUND)
            continue;
        r = judge_candidate(verification, input, candidate);
        narrow(verification, from, until);
        if (r || is_accepted(verification))
            return r;
        from = verification->from;
        until = verification->until;
        first = first ? first : candidate;
    }
    if (first && first == verification->chosen)
        return 0;
    r = judge_candidate(verification, input, first ? first : &verification->candidates[0]);
    narrow(verification, from, until);
    return r;
}

int verification_init(struct verification *verification, const struct verify_context *context,
                      const struct verify_asker *asker, const struct request *request)
{
    const struct verify_input input = {context, asker, request};
    int r;

    *verification = VERIFICATION_NULL;
    r = read_candidates(verification, &input);
    if (!r)
        r = request->has_names ? take_names(verification, &input) : read_leaf(verification, &input);
    if (!r)
        r = match_candidates(verification, &input);
    if (!r)
        r = choose(verification, &input);
    if (!r && verification->leaf)
        r = leaf_fill(&verification->verdict, verification->leaf, request->certificates[0],
                      context->x509, verification->leaf_sha256);
    /* A verdict that is not complete must not be used. */
    if (r)
        verification->verdict = (struct verdict){0};
    return r;
}

void verification_deinit(struct verification *verification)
{
    chain_deinit(&verification->chain);
    verification->leaf = certificate_free(verification->leaf);
    free(verification->names);
    free(verification->candidates);
    *verification = VERIFICATION_NULL;
}
