/* SPDX-License-Identifier: MIT */
#include "daemon/verify/verify.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "daemon/verify/findings.h"
#include "daemon/verify/keys.h"
#include "daemon/verify/leaf.h"
#include "daemon/verify/mismatch.h"
#include "daemon/verify/presented.h"

/* What a verification is about: the same for all its stages. */
struct matter {
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

static int read_leaf(struct verification *verification, const struct matter *matter)
{
    struct bytes leaf = matter->request->certificates[0];
    int r = certificate_parse(&verification->leaf, matter->context->x509, leaf.data, leaf.len);

    if (r > 0)
        return refuse(
            verification, ERROR_INVALID_CERTIFICATE,
            "the first certificate is not an X.509 certificate in DER, or something follows it");
    return r;
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

static const struct request_reference *reference_at(const struct request *request, size_t index)
{
    return index < request->n_references ? &request->references[index] : NULL;
}

static int read_candidates(struct verification *verification, const struct matter *matter)
{
    const struct request *request = matter->request;
    size_t n = request->n_references > 0 ? request->n_references : 1;

    verification->candidates = calloc(n, sizeof(*verification->candidates));
    if (!verification->candidates)
        return error_origin(-ENOMEM);
    verification->n_candidates = n;
    for (size_t i = 0; i < n; i++) {
        const struct request_reference *reference = reference_at(request, i);
        int r = candidate_init(&verification->candidates[i], matter->context->policy,
                               matter->asker->client_class, reference);

        if (r > 0)
            return refuse_reference(verification, reference->kind, r);
        if (r)
            return r;
    }
    return 0;
}

static int match_candidates(struct verification *verification, const struct matter *matter)
{
    int r = 0;

    for (size_t i = 0; !r && i < matter->request->n_references; i++)
        r = candidate_match(&verification->candidates[i], matter->context->suffixes,
                            &matter->request->references[i], verification->leaf);
    return r;
}

/* --- the findings, in Python's order: path, identity, dates; then what only we know --- */

static void judge_faults(struct verification *verification, const struct fault_list *faults,
                         bool report_only)
{
    for (size_t i = 0; i < faults->n; i++) {
        const struct fault *fault = &faults->faults[i];
        struct finding finding = {
            .code = fault->code,
            .verify_code = (uint32_t)fault->verify_code,
            .depth = fault->depth,
            .report_only = report_only,
        };

        if (fault->verify_code == FINDING_APPLICATION)
            finding.message = words_print(&verification->words,
                                          "application verification failure: %s", fault->text);
        else {
            finding.message = words_static(x509_verify_text(fault->verify_code));
            finding.detail = words_print(&verification->words, "%s", fault->text);
        }
        findings_add(&verification->verdict, &finding);
    }
}

static void judge_path(struct verification *verification)
{
    const struct chain *chain = &verification->chain;

    if (chain->state == CHAIN_REFUSED)
        judge_faults(verification, &chain->result.faults, chain->report_only);
    if (chain->has_reported && chain->reported.outcome != PATH_VALID) {
        judge_faults(verification, &chain->reported.faults, true);
        judge_faults(verification, &chain->reported.date_faults, true);
    }
}

static void judge_dates(struct verification *verification)
{
    const struct chain *chain = &verification->chain;

    if (chain->state == CHAIN_REFUSED)
        judge_faults(verification, &chain->result.date_faults, chain->report_only);
}

/* Where none of several references matches, each is told. */
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

static void judge_names(struct verification *verification, const struct request *request)
{
    const struct candidate *candidate = verification->chosen;
    struct verdict *verdict = &verification->verdict;
    const struct explanation explanation = {
        .rules = &candidate->match_rules,
        .reference = &candidate->reference,
    };
    size_t n;
    const struct identity *identities = certificate_identities(verification->leaf, &n);

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

/* Accepted by what is enforced, and not by what is reported: what an administrator wants to know
 * before switching. */
static void judge_reported(struct verification *verification)
{
    const struct candidate *candidate = verification->chosen;
    struct finding finding;

    if (!candidate->rule.has_report || candidate->names.match != MATCH_FOUND ||
        candidate->reported == MATCH_FOUND)
        return;
    finding = mismatch_reported(candidate);
    findings_add(&verification->verdict, &finding);
}

static void narrow(struct verification *verification, int64_t from, int64_t until)
{
    if (from > verification->from)
        verification->from = from;
    if (until < verification->until)
        verification->until = until;
}

/* Without pins and denials nobody looks at keys. */
static bool are_keys_wanted(const struct matter *matter, const struct candidate *candidate)
{
    size_t n;

    (void)policy_denies(matter->context->policy, &n);
    return n > 0 || candidate->rule.pinset;
}

static int judge_keys(struct verification *verification, const struct matter *matter)
{
    const struct candidate *candidate = verification->chosen;
    struct keys keys = KEYS_NULL;
    const struct pins_question question = {
        .pinset = candidate->rule.pinset,
        .keys = &keys,
        .is_local = chain_is_local(&verification->chain),
        .now = matter->asker->now,
    };
    struct pins_answer pins;
    int r = 0;

    if (are_keys_wanted(matter, candidate))
        r = keys_init(&keys, matter->context->x509, &verification->chain, verification->leaf,
                      matter->request);
    if (r)
        return r;
    verification->denial = denial_judge(matter->context->policy, &candidate->subject, &keys,
                                        &verification->verdict, &verification->words);
    pins = pins_judge(&question, &verification->verdict, &verification->words);
    verification->pins = pins.state;
    narrow(verification, pins.from, pins.until == POLICY_TIME_MAX ? pins.until : pins.until - 1);
    return 0;
}

/* --- the verdict --- */

static struct verdict_rule rule_of(const struct policy_origin *origin)
{
    return (struct verdict_rule){
        .section = words_static(origin->section),
        .file = words_static(origin->file),
        .line = origin->line,
    };
}

static void show_path(struct verification *verification)
{
    const struct chain *chain = &verification->chain;
    struct verdict *verdict = &verification->verdict;
    const struct path_result *result = &chain->result;

    if (chain->state != CHAIN_NOT_ASKED && !(chain->report_only && chain->state != CHAIN_VALID)) {
        verdict->checked[VERDICT_CHECK_PATH] = true;
        verdict->checked[VERDICT_CHECK_REVOCATION] = result->revocation == REVOCATION_PASSED &&
                                                     result->has_looked;
    }
    if (chain->state != CHAIN_VALID)
        return;
    verdict->n_path = result->n_path;
    for (size_t i = 0; i < result->n_path; i++)
        verdict->path[i].sha256 = (struct bytes){
            .data = result->path[i].sha256,
            .len = sizeof(result->path[i].sha256),
        };
    verdict->path[result->n_path - 1].store = words_static(chain_store(chain));
}

static void show_provenance(struct verification *verification, const struct matter *matter)
{
    const struct candidate *candidate = verification->chosen;
    struct verdict *verdict = &verification->verdict;
    size_t index = (size_t)(candidate - verification->candidates);

    verdict->has_reference = candidate->is_named;
    if (candidate->is_named) {
        verdict->reference.type = candidate_type(candidate);
        verdict->reference.value = (struct bytes){
            .data = (const uint8_t *)candidate->reference.value,
            .len = candidate->reference.value_len,
        };
        verdict->sni = candidate_may_be_sni(candidate, &matter->request->references[index]);
    }
    verdict->rule = rule_of(&candidate->rule.origin);
    if (candidate->rule.client_origin)
        verdict->client_rule = rule_of(candidate->rule.client_origin);
    verdict->generation = matter->context->generation;
    verdict->digest = (struct bytes){
        .data = matter->context->digest,
        .len = sizeof(matter->context->digest),
    };
}

/* What a rule that only reports has found wrong stands in the way of nothing. */
static bool path_settled(const struct chain *chain)
{
    return chain->state == CHAIN_VALID || chain->state == CHAIN_NOT_ASKED ||
           (chain->state == CHAIN_REFUSED && chain->report_only);
}

static bool pins_settled(enum pins_state pins)
{
    return pins == PINS_NONE || pins == PINS_HOLD || pins == PINS_REPORTED;
}

/* The one place that accepts: every stage has to have said yes, by its own constant. */
static void conclude(struct verification *verification, const struct request *request)
{
    const struct candidate *candidate = verification->chosen;
    struct verdict *verdict = &verification->verdict;
    bool named = candidate->is_named && candidate->names.match == MATCH_FOUND;
    bool nobody = !candidate->is_named && request->no_identity && request->path;

    verdict->outcome = VERDICT_NOT_VERIFIED;
    if ((named || nobody) && path_settled(&verification->chain) &&
        pins_settled(verification->pins) && verification->denial == DENIAL_NONE &&
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

/* Everything but the names, and the verdict, for one candidate. */
static int judge(struct verification *verification, const struct matter *matter,
                 const struct candidate *candidate)
{
    const char *text = "";
    int r;

    forget_judgement(verification);
    verification->chosen = candidate;
    r = chain_init(&verification->chain, matter->context, candidate, matter->request,
                   matter->asker->now, &text);
    if (r > 0)
        return refuse(verification, r, "%s", text);
    if (r)
        return r;
    if (!matter->request->has_time && verification->chain.state != CHAIN_NOT_ASKED) {
        narrow(verification, verification->chain.result.from, verification->chain.result.until);
        if (verification->chain.has_reported)
            narrow(verification, verification->chain.reported.from,
                   verification->chain.reported.until);
    }
    judge_path(verification);
    judge_names(verification, matter->request);
    judge_dates(verification);
    judge_reported(verification);
    r = judge_keys(verification, matter);
    if (r)
        return r;
    show_path(verification);
    show_provenance(verification, matter);
    conclude(verification, matter->request);
    return 0;
}

static bool is_accepted(const struct verification *verification)
{
    return verification->verdict.outcome == VERDICT_NAME_MATCHES ||
           verification->verdict.outcome == VERDICT_VERIFIED;
}

/*
 * The first whose name matches and whose rule accepts. If there is none, the first whose name
 * matches stays; or the first, which a request that names nobody has too.
 */
static int choose(struct verification *verification, const struct matter *matter)
{
    const struct candidate *first = NULL;
    int64_t from = INT64_MIN, until = INT64_MAX;
    int r;

    for (size_t i = 0; i < verification->n_candidates; i++) {
        const struct candidate *candidate = &verification->candidates[i];

        if (candidate->names.match != MATCH_FOUND)
            continue;
        r = judge(verification, matter, candidate);
        narrow(verification, from, until);
        if (r || is_accepted(verification))
            return r;
        from = verification->from;
        until = verification->until;
        first = first ? first : candidate;
    }
    if (first && first == verification->chosen)
        return 0;
    r = judge(verification, matter, first ? first : &verification->candidates[0]);
    narrow(verification, from, until);
    return r;
}

int verification_init(struct verification *verification, const struct verify_context *context,
                      const struct verify_asker *asker, const struct request *request)
{
    const struct matter matter = {context, asker, request};
    int r;

    *verification = VERIFICATION_NULL;
    r = read_candidates(verification, &matter);
    if (!r)
        r = read_leaf(verification, &matter);
    if (!r)
        r = match_candidates(verification, &matter);
    if (!r)
        r = choose(verification, &matter);
    if (!r)
        r = leaf_fill(&verification->verdict, verification->leaf, request->certificates[0],
                      context->x509, verification->leaf_sha256);
    /* A verdict that could not be finished is none. */
    if (r)
        verification->verdict = (struct verdict){0};
    return r;
}

void verification_deinit(struct verification *verification)
{
    chain_deinit(&verification->chain);
    verification->leaf = certificate_free(verification->leaf);
    free(verification->candidates);
    *verification = VERIFICATION_NULL;
}
