/* SPDX-License-Identifier: MIT */
#include "daemon/verify/chain.h"

#include <errno.h>
#include <string.h>

#include "daemon/policy/trust.h"
#include "daemon/verify/confinement.h"
#include "daemon/verify/review.h"
#include "proto/error.h"

#define REQUEST_STORE "request"

/* --- whether a path is wanted --- */

static bool is_wanted(const struct policy_rule *rule, const struct request *request)
{
    return request->path || rule->path == POLICY_PATH_ALWAYS || rule->path == POLICY_PATH_REPORT;
}

/*
 * Refuses a time or anchors in a request unless the rule permits them, since they could loosen the
 * verification.
 */
static int check_permitted(const struct policy_rule *rule, const struct request *request,
                           const char **textp)
{
    if (request->has_time && !rule->request_time) {
        *textp = "the policy does not let a request say the time (request-time)";
        return ERROR_UNSUPPORTED;
    }
    if (request->n_anchors > 0 && rule->request_anchors == POLICY_REQUEST_ANCHORS_NO) {
        *textp = "the policy does not let a request bring its anchors (request-anchors)";
        return ERROR_UNSUPPORTED;
    }
    return 0;
}

/* --- trust anchors and CRLs --- */

/*
 * The parts of a path question. They have to stay in memory while the question is answered, since
 * the question points to them.
 */
struct chain_parts {
    const struct verify_context *context;
    const struct candidate *candidate;
    const struct request *request;
    int64_t now;
    struct bytes certificates[LIMIT_CERTIFICATES_COUNT];
    struct bytes staple;
    const struct store *stores[POLICY_TRUSTS_COUNT + 1];
    size_t n_stores;
    uint64_t confined; /* a bit mask: bit i is set if trust section i is chosen but does not permit
                          the subject */
    const struct crl_set *crl_sets[POLICY_TRUSTS_COUNT + 1];
    size_t n_crl_sets;
    const struct crlite_set *crlites[POLICY_TRUSTS_COUNT];
    size_t n_crlites;
};

/*
 * Adds the stores of the trust sections in `chosen`, a bit mask. A section that does not permit the
 * subject is instead added to `confined`.
 */
static void add_stores(struct chain_parts *parts, uint64_t chosen)
{
    const struct verify_context *context = parts->context;
    size_t n;
    const struct policy_trust *trusts = policy_trusts(context->policy, &n);

    for (size_t i = 0; i < n; i++) {
        if (!(chosen >> i & 1) || !context->stores[i])
            continue;
        if (policy_trust_permits(&trusts[i], &parts->candidate->subject))
            parts->stores[parts->n_stores++] = context->stores[i];
        else
            parts->confined |= UINT64_C(1) << i;
    }
}

/*
 * Chooses the stores for the path question. `own` is the store of the request's anchors, or NULL;
 * it replaces the policy's stores or is added to them, as the rule says.
 */
static void choose_stores(struct chain_parts *parts, uint64_t chosen, const struct store *own)
{
    bool alone = own && parts->candidate->rule.request_anchors == POLICY_REQUEST_ANCHORS_REPLACE;

    parts->n_stores = 0;
    parts->confined = 0;
    if (!alone)
        add_stores(parts, chosen);
    if (own)
        parts->stores[parts->n_stores++] = own;
}

/*
 * Adds the CRLs and the filters of all trust sections, also of those that are not chosen: they are
 * found by the issuer's name or key, and a CRL or a filter never makes a certificate trusted.
 */
static void choose_crls(struct chain_parts *parts)
{
    const struct verify_context *context = parts->context;
    size_t n;

    (void)policy_trusts(context->policy, &n);
    for (size_t i = 0; i < n; i++) {
        if (context->crls[i])
            parts->crl_sets[parts->n_crl_sets++] = context->crls[i];
        if (context->crlites && context->crlites[i])
            parts->crlites[parts->n_crlites++] = context->crlites[i];
    }
}

static int make_own_store(struct chain *chain, const struct request *request, const char **textp)
{
    int r = store_new(&chain->own, REQUEST_STORE, false);

    for (size_t i = 0; !r && i < request->n_anchors; i++) {
        int fault;

        r = store_add(chain->own, request->anchors[i].data, request->anchors[i].len, &fault);
        if (r > 0) {
            *textp = "one of `anchors` is not a certificate in DER, or one that no path can use";
            return ERROR_INVALID_CERTIFICATE;
        }
    }
    return r;
}

static int add_own_crls(struct chain *chain, struct chain_parts *parts, const char **textp)
{
    const struct request *request = parts->request;
    int r = crl_set_new(&chain->crls, parts->context->x509);

    for (size_t i = 0; !r && i < request->n_crls; i++)
        r = crl_set_add_request_der(chain->crls, request->crls[i].data, request->crls[i].len);
    if (r > 0) {
        *textp = "one of `crls` is not a CRL in DER, or one that cannot be used";
        return ERROR_INVALID_REQUEST;
    }
    if (!r)
        parts->crl_sets[parts->n_crl_sets++] = chain->crls;
    return r;
}

static int gather(struct chain *chain, struct chain_parts *parts, const char **textp)
{
    const struct request *request = parts->request;
    int r;

    for (size_t i = 0; i < request->n_certificates; i++)
        parts->certificates[i] = request->certificates[i];
    parts->staple = request->ocsp;
    choose_crls(parts);
    r = request->n_crls > 0 ? add_own_crls(chain, parts, textp) : 0;
    if (!r && request->n_anchors > 0)
        r = make_own_store(chain, request, textp);
    return r;
}

/* --- the question --- */

enum profile chain_profile(enum policy_certificates certificates)
{
    switch (certificates) {
    case POLICY_CERTIFICATES_RFC5280:
        return PROFILE_RFC5280;
    case POLICY_CERTIFICATES_COMPATIBLE:
        return PROFILE_COMPATIBLE;
    default:
        return PROFILE_WEBPKI;
    }
}

static int find_max_depth(const struct policy_checks *checks, const struct request *request)
{
    int asked = -1;

    if (request->has_max_depth && request->max_depth < LIMIT_PATH_COUNT)
        asked = (int)request->max_depth;
    if (asked < 0 || (checks->max_depth >= 0 && checks->max_depth < asked))
        return checks->max_depth;
    return asked;
}

static enum revocation_mode translate_mode(enum policy_revocation revocation)
{
    switch (revocation) {
    case POLICY_REVOCATION_OFF:
        return REVOCATION_OFF;
    case POLICY_REVOCATION_IF_KNOWN:
        return REVOCATION_IF_KNOWN;
    case POLICY_REVOCATION_REQUIRED:
        break;
    }
    return REVOCATION_REQUIRED;
}

/*
 * Switches revocation on if the request brings CRLs or an OCSP response, even where the policy
 * checks no revocation: that can only refuse more.
 */
static enum revocation_mode tighten_mode(enum revocation_mode mode, const struct request *request)
{
    bool brings = request->n_crls > 0 || request->ocsp.len > 0;

    return mode == REVOCATION_OFF && brings ? REVOCATION_IF_KNOWN : mode;
}

static struct path_question make_question(const struct chain_parts *parts,
                                          const struct policy_checks *checks)
{
    const struct request *request = parts->request;

    return (struct path_question){
        .certificates = parts->certificates,
        .n_certificates = request->n_certificates,
        .stores = parts->stores,
        .n_stores = parts->n_stores,
        .time = request->has_time ? request->time : parts->now,
        .profile = chain_profile(checks->certificates),
        .is_profile_fixed = checks->certificates_set,
        .purpose = request->purpose == REQUEST_PURPOSE_CLIENT ? PURPOSE_CLIENT : PURPOSE_SERVER,
        .max_depth = find_max_depth(checks, request),
        .judge_anchors = checks->anchors != POLICY_ANCHORS_AS_IS,
        .common_name = parts->candidate->by_common_name,
        .revocation = tighten_mode(translate_mode(checks->revocation), request),
        .clock_skew_s = checks->clock_skew_s,
        .ocsp_max_age_s = checks->ocsp_max_age_s,
        .crls = parts->crl_sets,
        .n_crls = parts->n_crl_sets,
        .crlites = parts->crlites,
        .n_crlites = parts->n_crlites,
        .staple = request->ocsp.len > 0 ? &parts->staple : NULL,
    };
}

static int validate(const struct chain *chain, struct chain_parts *parts,
                    const struct policy_checks *checks, struct review *review,
                    struct path_result *result)
{
    struct path_question question;

    choose_stores(parts, checks->trusts, chain->own);
    question = make_question(parts, checks);
    if (review && review_is_wanted(review)) {
        question.review = review_path;
        question.review_context = review;
    }
    return path_validate(parts->context->engine, &question, result);
}

/* --- confinement --- */

/* Returns the trust section of a store; NULL for the store of a request. */
static const struct policy_trust *find_trust(const struct chain_parts *parts,
                                             const struct store *store)
{
    size_t n;
    const struct policy_trust *trusts = policy_trusts(parts->context->policy, &n);

    for (size_t i = 0; i < n; i++) {
        if (parts->context->stores[i] == store)
            return &trusts[i];
    }
    return NULL;
}

/*
 * Finds the trust section that is the only reason for a refusal, if there is one. For that, paths
 * are searched in the stores of just those sections that do not permit the subject. The result only
 * explains the refusal; it never accepts.
 */
static int explain_confinement(struct chain *chain, struct chain_parts *parts,
                               const struct policy_checks *checks)
{
    struct path_result *result = &chain->result;
    struct path_question question;
    struct path_result confined = PATH_RESULT_NULL;
    int r;

    if (result->outcome == PATH_VALID)
        return 0;
    if (result->is_confined) {
        chain->confined_by = find_trust(parts, result->store);
        if (chain->confined_by)
            confinement_name_key(chain->confined_by, &result->faults);
        return 0;
    }
    if (result->is_ranked || result->is_size || parts->confined == 0)
        return 0;
    parts->n_stores = 0;
    for (unsigned i = 0; i < POLICY_TRUSTS_COUNT; i++) {
        if (parts->confined >> i & 1)
            parts->stores[parts->n_stores++] = parts->context->stores[i];
    }
    question = make_question(parts, checks);
    r = path_validate(parts->context->engine, &question, &confined);
    if (!r && (confined.outcome == PATH_VALID || confined.is_confined))
        chain->confined_by = find_trust(parts, confined.store);
    if (chain->confined_by)
        confinement_replace_faults(chain->confined_by, &parts->candidate->subject, result);
    if (!r && confined.from > result->from)
        result->from = confined.from;
    if (!r && confined.until < result->until)
        result->until = confined.until;
    path_result_deinit(&confined);
    return r;
}

static int validate_for_rule(struct chain *chain, struct chain_parts *parts)
{
    const struct policy_rule *rule = &parts->candidate->rule;
    struct review review = {
        .context = parts->context,
        .candidate = parts->candidate,
        .now = parts->now,
    };
    int r = validate(chain, parts, &rule->checks, &review, &chain->result);

    if (!r)
        r = explain_confinement(chain, parts, &rule->checks);
    if (r)
        return r;
    chain->state = chain->result.outcome == PATH_VALID ? CHAIN_VALID : CHAIN_REFUSED;
    if (!rule->has_checks_report || chain->state != CHAIN_VALID)
        return 0;
    chain->has_reported = true;
    r = validate(chain, parts, &rule->checks_report, NULL, &chain->reported);
    if (r)
        chain->state = CHAIN_UNKNOWN;
    return r;
}

int chain_init(struct chain *chain, const struct verify_context *context,
               const struct candidate *candidate, const struct request *request, int64_t now,
               const char **textp)
{
    struct chain_parts parts = {
        .context = context,
        .candidate = candidate,
        .request = request,
        .now = now,
    };
    int r;

    *chain = CHAIN_NULL;
    if (!is_wanted(&candidate->rule, request)) {
        chain->state = CHAIN_NOT_ASKED;
        return 0;
    }
    chain->report_only = !request->path && candidate->rule.path == POLICY_PATH_REPORT;
    if (!context->engine) {
        *textp = "this daemon does not validate paths: ask without a path";
        return ERROR_UNSUPPORTED;
    }
    r = check_permitted(&candidate->rule, request, textp);
    if (!r)
        r = gather(chain, &parts, textp);
    if (!r)
        r = validate_for_rule(chain, &parts);
    return r;
}

void chain_deinit(struct chain *chain)
{
    path_result_deinit(&chain->result);
    path_result_deinit(&chain->reported);
    store_free(chain->own);
    crl_set_free(chain->crls);
    *chain = CHAIN_NULL;
}

const char *chain_store(const struct chain *chain)
{
    return chain->state == CHAIN_VALID ? store_name(chain->result.store) : "";
}

bool chain_is_local(const struct chain *chain)
{
    return chain->state == CHAIN_VALID && review_is_local(chain->result.store);
}
