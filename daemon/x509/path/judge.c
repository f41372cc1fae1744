/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/judge.h"

#include <string.h>

#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/path/constraints.h"
#include "daemon/x509/revocation/crl_parse.h"
#include "daemon/x509/revocation/crl_set.h"

/* The state while one path is judged. */
struct attempt {
    struct judge *judge;
    struct path_candidate *const *path;
    size_t n;
    unsigned profiles; /* the profiles that the path has to satisfy, as bits of enum profile */
    enum judge_stage stage;
    struct fault_list faults;
    struct fault_list date_faults;
    struct parsed_certificate *certificates[PATH_CERTIFICATES_COUNT];
    const struct facts *facts[PATH_CERTIFICATES_COUNT];
    struct revocation_result revocation;
};

void judge_init(struct judge *judge, struct path_engine *engine,
                const struct path_question *question)
{
    *judge = (struct judge){
        .engine = engine,
        .question = question,
        .n_judged = PATH_JUDGED_COUNT,
        .n_bytes = PATH_JUDGED_BYTES,
        .n_verified = PATH_VERIFIED_COUNT,
        .signatures = {.n_signatures = PATH_SIGNATURES_COUNT},
        .from = INT64_MIN,
        .until = INT64_MAX,
    };
}

/* --- parsing the certificates of the path --- */

static void add_unreadable(struct attempt *attempt, size_t depth, const struct facts_fault *fault)
{
    if (fault)
        fault_add(&attempt->faults, fault->code, fault->verify_code, (unsigned)depth, "%s",
                  fault->sentence);
    else
        fault_add(&attempt->faults, "certificate-malformed", X509_V_ERR_UNSPECIFIED,
                  (unsigned)depth, "the certificate cannot be decoded");
}

/*
 * Parses one certificate of the path unless it has been parsed. A candidate that cannot be parsed
 * is marked, so that no further path contains it.
 */
static int parse(struct attempt *attempt, size_t depth)
{
    struct path_engine *engine = attempt->judge->engine;
    struct path_candidate *candidate = attempt->path[depth];
    const struct facts_fault *fault = NULL;
    int r = 0;

    if (!candidate->parsed)
        candidate->parsed = issuer_cache_find(&engine->cache, &candidate->outline);
    if (!candidate->parsed)
        r = parsed_certificate_new(&candidate->parsed, engine->context, engine->provider.context,
                                   &candidate->outline, &fault);
    if (r > 0) {
        candidate->is_unusable = true;
        add_unreadable(attempt, depth, fault);
    }
    attempt->certificates[depth] = candidate->parsed;
    attempt->facts[depth] = candidate->parsed ? &candidate->parsed->facts : NULL;
    return r < 0 ? r : 0;
}

static int parse_all(struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->n; i++) {
        int r = parse(attempt, i);

        if (r)
            return r;
    }
    return 0;
}

/* --- profile and names --- */

static bool is_about_dates(const struct fault *fault)
{
    return fault->verify_code == X509_V_ERR_CERT_NOT_YET_VALID ||
           fault->verify_code == X509_V_ERR_CERT_HAS_EXPIRED;
}

static void sort_faults(struct attempt *attempt, const struct fault_list *found)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct fault *fault = &found->faults[i];
        struct fault_list *list = is_about_dates(fault) ? &attempt->date_faults : &attempt->faults;

        fault_add(list, fault->code, fault->verify_code, fault->depth, "%s", fault->text);
    }
}

/* Returns whether the path consists of one end entity, which its store trusts directly. */
static bool is_direct(const struct attempt *attempt)
{
    return attempt->n == 1;
}

/* Returns whether the store has an anchor with the same name and key as this one. */
static bool has_same_anchor(const struct store *store, const struct outline *anchor)
{
    size_t n;
    const struct anchor *const *anchors = store_find(store, anchor->subject_hash, &n);

    for (size_t i = 0; i < n; i++) {
        if (bytes_equal(anchors[i]->outline.spki, anchor->spki) &&
            distinguished_equal(anchors[i]->outline.subject, anchor->subject))
            return true;
    }
    return false;
}

/*
 * Returns the profiles that the path has to satisfy: those of every store of the question that has
 * its anchor, so that an anchor in several stores is judged by the strictest.
 */
static unsigned find_profiles(const struct attempt *attempt)
{
    const struct path_question *question = attempt->judge->question;
    const struct outline *anchor = &attempt->path[attempt->n - 1]->outline;
    unsigned profiles = 0;

    if (question->is_profile_fixed)
        return question->profile;
    for (size_t i = 0; i < question->n_stores; i++) {
        unsigned profile = store_limits(question->stores[i])->profile;

        if (has_same_anchor(question->stores[i], anchor))
            profiles |= profile ? profile : question->profile;
    }
    return profiles;
}

static int check_profile(struct attempt *attempt, const struct store_limits *limits)
{
    const struct path_question *question = attempt->judge->question;
    struct profile_options options = {
        .profiles = attempt->profiles,
        .is_direct = is_direct(attempt),
        .purpose = question->purpose,
        .judge_anchor = question->judge_anchors,
        .time = question->time,
        .max_depth = question->max_depth,
        .max_lifetime_days = limits->max_lifetime_days,
        .has_web_lifetime = limits->has_web_lifetime,
        .distrusted = limits->distrusted,
        .distrust_after = limits->distrust_after,
    };
    struct fault_list found = {0};
    int r = profile_check(&options, attempt->facts, attempt->n, &found);

    sort_faults(attempt, &found);
    return r;
}

static int check_names(struct attempt *attempt, const struct store_limits *limits)
{
    struct constraints_options options = limits->names;

    options.budget = CONSTRAINTS_COMPARISONS_COUNT;
    options.common_name = attempt->judge->question->common_name;
    options.is_direct = is_direct(attempt);
    options.leading_dot = attempt->profiles == PROFILE_COMPATIBLE;
    return constraints_check(attempt->facts, attempt->n, &options, &attempt->faults);
}

static int check_rules(struct attempt *attempt)
{
    const struct store_limits *limits = store_limits(attempt->path[attempt->n - 1]->store);
    int r;

    attempt->profiles = find_profiles(attempt);
    r = check_profile(attempt, limits);
    return r ? r : check_names(attempt, limits);
}

/* --- revocation --- */

static void narrow_window(struct judge *judge, const struct revocation_result *result)
{
    if (result->from > judge->from)
        judge->from = result->from;
    if (result->until < judge->until)
        judge->until = result->until;
}

static bool is_end_entity_revoked(const struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->faults.n; i++) {
        if (attempt->faults.faults[i].depth == 0 &&
            attempt->faults.faults[i].verify_code == X509_V_ERR_CERT_REVOKED)
            return true;
    }
    return false;
}

static enum judge_stage find_stage(enum path_review review)
{
    switch (review) {
    case PATH_REVIEW_ACCEPTED:
        return JUDGE_ACCEPTED;
    case PATH_REVIEW_END_ENTITY:
        return JUDGE_END_ENTITY;
    case PATH_REVIEW_ISSUER:
        return JUDGE_ISSUER;
    default:
        return JUDGE_PIN;
    }
}

/* Asks the question's review about a path with which nothing else is wrong. */
static int review(struct attempt *attempt, enum builder_next *nextp)
{
    const struct path_question *question = attempt->judge->question;
    struct path_certificate path[PATH_CERTIFICATES_COUNT];
    enum path_review answer = PATH_REVIEW_PIN;
    int r;

    if (!question->review) {
        attempt->stage = JUDGE_ACCEPTED;
        return 0;
    }
    for (size_t i = 0; i < attempt->n; i++)
        judge_describe(&path[i], attempt->certificates[i]);
    r = question->review(question->review_context, path, attempt->n,
                         attempt->path[attempt->n - 1]->store, &answer);
    if (r)
        return r;
    attempt->stage = find_stage(answer);
    if (attempt->stage == JUDGE_END_ENTITY)
        *nextp = BUILDER_STOP;
    return 0;
}

/*
 * Decides by what was found about revocation. If the end entity is revoked on a path that is
 * otherwise valid, the search ends: another path must not clear it.
 */
static int conclude(struct attempt *attempt, enum builder_next *nextp)
{
    enum revocation_outcome outcome = attempt->revocation.outcome;

    attempt->stage = JUDGE_REVOCATION;
    if (attempt->faults.n > 0 || (outcome != REVOCATION_PASSED && outcome != REVOCATION_SKIPPED)) {
        if (attempt->date_faults.n == 0 && is_end_entity_revoked(attempt)) {
            attempt->stage = JUDGE_REVOKED;
            *nextp = BUILDER_STOP;
        }
        return 0;
    }
    if (attempt->date_faults.n > 0) {
        attempt->stage = JUDGE_DATES;
        return 0;
    }
    return review(attempt, nextp);
}

static bool does_list(const struct crl_set *set, const struct outline *outline)
{
    size_t n;
    struct crl *const *crls = crl_set_find(set, outline->issuer_hash, &n);

    for (size_t i = 0; i < n; i++) {
        const struct crl_entry *entry = crl_find(crls[i], outline->serial);

        if (entry && entry->reason != CRL_REASON_REMOVED &&
            distinguished_equal(crls[i]->issuer, outline->issuer))
            return true;
    }
    return false;
}

/*
 * Checks the revocation of an end entity that is trusted directly. Its issuer may be unknown, so no
 * CRL can be verified: a CRL that lists the end entity is taken as a revocation all the same, which
 * is the safe side. If revocation is required, only a self-signed certificate passes without a CRL.
 */
static int check_direct_revocation(struct attempt *attempt, enum builder_next *nextp)
{
    const struct path_question *question = attempt->judge->question;
    const struct outline *outline = &attempt->path[0]->outline;

    attempt->revocation = (struct revocation_result){
        .outcome = question->revocation == REVOCATION_OFF ? REVOCATION_SKIPPED : REVOCATION_PASSED,
        .from = INT64_MIN,
        .until = INT64_MAX,
    };
    for (size_t i = 0; question->revocation != REVOCATION_OFF && i < question->n_crls; i++) {
        if (does_list(question->crls[i], outline)) {
            fault_add(&attempt->faults, "revoked", X509_V_ERR_CERT_REVOKED, 0,
                      "the end entity is trusted directly, and a CRL lists it");
            break;
        }
    }
    if (question->revocation == REVOCATION_REQUIRED && attempt->faults.n == 0 &&
        !outline_is_self_issued(outline))
        fault_add(&attempt->faults, "revocation-unknown", X509_V_ERR_UNABLE_TO_GET_CRL, 0,
                  "the end entity is trusted directly, so its status cannot be known");
    if (attempt->faults.n > 0)
        attempt->revocation.outcome = REVOCATION_REFUSED;
    return conclude(attempt, nextp);
}

static int check_revocation(struct attempt *attempt, enum builder_next *nextp)
{
    const struct path_question *asked = attempt->judge->question;
    X509 *path[PATH_CERTIFICATES_COUNT];
    struct revocation_question question = {
        .path = path,
        .n = attempt->n,
        .time = asked->time,
        .mode = asked->revocation,
        .sets = asked->crls,
        .n_sets = asked->n_crls,
        .has_ocsp = asked->staple != NULL,
        .ocsp = asked->staple ? asked->staple->data : NULL,
        .n_ocsp = asked->staple ? asked->staple->len : 0,
        .clock_skew_s = asked->clock_skew_s,
        .ocsp_max_age_s = asked->ocsp_max_age_s,
    };
    struct revocation_result *result = &attempt->revocation;
    int r;

    for (size_t i = 0; i < attempt->n; i++)
        path[i] = attempt->certificates[i]->x509;
    r = revocation_check(attempt->judge->engine->context, &question, &attempt->faults, result);
    if (r)
        return r;
    narrow_window(attempt->judge, result);
    return conclude(attempt, nextp);
}

/* --- libcrypto --- */

static int verify(struct attempt *attempt, enum builder_next *nextp)
{
    struct judge *judge = attempt->judge;
    struct libcrypto_question question = {
        .path = attempt->certificates,
        .n = attempt->n,
    };
    enum libcrypto_outcome outcome;
    int r = libcrypto_verify(judge->engine, &question, &judge->signatures, &outcome,
                             &attempt->faults);

    if (r)
        return r;
    if (judge->signatures.is_used_up) {
        judge->out_of_budget = true;
        *nextp = BUILDER_STOP;
    }
    attempt->stage = JUDGE_LIBCRYPTO;
    if (outcome != LIBCRYPTO_VERIFIED || attempt->faults.n > 0)
        return 0;
    return check_revocation(attempt, nextp);
}

/*
 * Returns whether the path cannot get further than the one that is kept. A path with wrong dates
 * cannot if another one already failed only because of dates, so its signatures are not verified.
 */
static bool is_outdone(const struct attempt *attempt)
{
    return attempt->date_faults.n > 0 && attempt->judge->stage >= JUDGE_DATES;
}

static int examine(struct attempt *attempt, enum builder_next *nextp)
{
    struct judge *judge = attempt->judge;
    int r = parse_all(attempt);

    attempt->stage = JUDGE_PARSED;
    if (r || attempt->faults.n > 0)
        return r;
    r = check_rules(attempt);
    attempt->stage = JUDGE_RULES;
    if (r || attempt->faults.n > 0 || is_outdone(attempt))
        return r;
    if (is_direct(attempt))
        return check_direct_revocation(attempt, nextp);
    if (judge->n_verified == 0) {
        judge->out_of_budget = true;
        *nextp = BUILDER_STOP;
        return 0;
    }
    judge->n_verified--;
    return verify(attempt, nextp);
}

static void keep(struct judge *judge, const struct attempt *attempt)
{
    judge->stage = attempt->stage;
    judge->faults = attempt->faults;
    judge->date_faults = attempt->date_faults;
    judge->n_path = attempt->n;
    judge->revocation = attempt->revocation;
    for (size_t i = 0; i < attempt->n; i++)
        judge->path[i] = attempt->path[i];
}

bool judge_is_valid(const struct judge *judge)
{
    return judge->stage == JUDGE_ACCEPTED || judge->stage == JUDGE_PIN ||
           judge->stage == JUDGE_ISSUER || judge->stage == JUDGE_END_ENTITY;
}

void judge_describe(struct path_certificate *certificate, const struct parsed_certificate *parsed)
{
    const struct outline *outline = &parsed->outline;

    certificate->der = outline->der;
    certificate->spki = outline->spki;
    certificate->issuer = outline->issuer;
    certificate->subject = outline->subject;
    certificate->serial = outline->serial;
    memcpy(certificate->sha256, parsed->sha256, sizeof(parsed->sha256));
}

/* Takes one path off the budget. Returns false if the budget does not suffice. */
static bool take_path(struct judge *judge, struct path_candidate *const *path, size_t n)
{
    size_t n_bytes = 0;

    for (size_t i = 0; i < n; i++)
        n_bytes += path[i]->outline.der.len;
    if (judge->n_judged == 0 || n_bytes > judge->n_bytes)
        return false;
    judge->n_judged--;
    judge->n_bytes -= n_bytes;
    return true;
}

int judge_path(void *context, struct path_candidate *const *path, size_t n,
               enum builder_next *nextp)
{
    struct judge *judge = context;
    struct attempt attempt = {.judge = judge, .path = path, .n = n};
    int r;

    if (!take_path(judge, path, n)) {
        judge->out_of_budget = true;
        *nextp = BUILDER_STOP;
        return 0;
    }
    r = examine(&attempt, nextp);
    if (r)
        return r;
    if (attempt.stage > judge->stage)
        keep(judge, &attempt);
    if (attempt.stage == JUDGE_ACCEPTED)
        *nextp = BUILDER_STOP;
    return 0;
}
