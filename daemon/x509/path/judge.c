/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/judge.h"

#include <string.h>

#include <openssl/x509_vfy.h>

#include "daemon/x509/path/path_rules.h"
#include "daemon/x509/path/path_status.h"

/* The state while one path is judged. */
struct attempt {
    struct judge *judge;
    struct path_candidate *const *path;
    size_t n;
    enum judge_stage stage;
    struct fault_list faults;
    struct fault_list date_faults;
    struct fault_list confinements; /* the reasons why the trust section does not permit the path */
    struct parsed_certificate *certificates[PATH_CERTIFICATES_COUNT];
    const struct facts *facts[PATH_CERTIFICATES_COUNT];
    struct revocation_result revocation;
};

void judge_init(struct judge *judge, struct path_engine *engine,
                const struct path_question *question, const struct candidates *candidates)
{
    *judge = (struct judge){
        .engine = engine,
        .question = question,
        .candidates = candidates,
        .is_listed = question->revocation != REVOCATION_OFF && question->n_crls > 0 &&
                     candidates->end_entity.outline.der.data &&
                     path_status_is_listed(question, &candidates->end_entity.outline),
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

/* Returns whether the path consists of the end entity alone, which its store trusts directly. */
static bool is_direct(const struct attempt *attempt)
{
    return attempt->n == 1;
}

static int check_rules(struct attempt *attempt)
{
    const struct path_rules_question question = {
        .asked = attempt->judge->question,
        .path = attempt->path,
        .facts = attempt->facts,
        .n = attempt->n,
    };

    return path_rules_check(&question, &attempt->faults, &attempt->date_faults,
                            &attempt->confinements);
}

static bool is_confined(const struct attempt *attempt)
{
    return attempt->confinements.n > 0;
}

static void add_confinements(struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->confinements.n; i++) {
        const struct fault *fault = &attempt->confinements.faults[i];

        fault_add(&attempt->faults, fault->code, fault->verify_code, fault->depth, "%s",
                  fault->text);
    }
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
    if (is_confined(attempt)) {
        add_confinements(attempt);
        attempt->stage = JUDGE_CONFINED;
        return 0;
    }
    return review(attempt, nextp);
}

static int check_status(struct attempt *attempt, enum builder_next *nextp)
{
    struct judge *judge = attempt->judge;
    const struct path_status_question question = {
        .context = judge->engine->context,
        .asked = judge->question,
        .candidates = judge->candidates,
        .path = attempt->certificates,
        .n = attempt->n,
    };
    struct revocation_result *result = &attempt->revocation;
    int r = is_direct(attempt) ? path_status_check_direct(&question, &attempt->faults, result)
                               : path_status_check(&question, &attempt->faults, result);

    if (r)
        return r;
    narrow_window(judge, result);
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
    return check_status(attempt, nextp);
}

/*
 * Compares the hashes of the attempt's certificates, in order, with those of the path that is kept.
 */
static int compare_hashes(const struct judge *judge, const struct attempt *attempt)
{
    for (size_t i = 0; i < attempt->n && i < judge->n_path; i++) {
        int r = memcmp(attempt->certificates[i]->sha256, judge->path[i]->parsed->sha256,
                       DIGEST_BYTES);

        if (r)
            return r;
    }
    return attempt->n < judge->n_path ? -1 : attempt->n > judge->n_path;
}

/*
 * Returns whether the path cannot get further than the one that is kept. A path with wrong dates
 * cannot if another one already failed only because of dates, so its signatures are not verified.
 */
static bool is_outdone(const struct attempt *attempt)
{
    const struct judge *judge = attempt->judge;

    if (attempt->date_faults.n == 0 || judge->stage < JUDGE_DATES)
        return false;
    return judge->stage > JUDGE_DATES || compare_hashes(judge, attempt) >= 0;
}

/*
 * Returns whether this path is skipped: its trust section does not permit it, and the search is not
 * for such paths. It cannot be accepted, so it uses up nothing of the budget of paths that can be.
 */
static bool is_left_for_later(struct attempt *attempt)
{
    struct judge *judge = attempt->judge;

    if (is_confined(attempt) == judge->asks_confined)
        return false;
    if (is_confined(attempt)) {
        judge->has_confined = true;
        add_confinements(attempt);
    } else {
        attempt->stage = JUDGE_NOTHING;
    }
    return true;
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
    if (r || attempt->faults.n > 0) {
        add_confinements(attempt);
        return r;
    }
    if (is_left_for_later(attempt) || is_outdone(attempt))
        return 0;
    if (is_direct(attempt))
        return check_status(attempt, nextp);
    if (judge->n_verified == 0) {
        judge->out_of_budget = true;
        *nextp = BUILDER_STOP;
        return 0;
    }
    judge->n_verified--;
    return verify(attempt, nextp);
}

/*
 * Returns whether the attempt replaces the path that is kept. An attempt in which the end entity is
 * revoked or denied on a valid path always does.
 */
static bool is_ahead(const struct judge *judge, const struct attempt *attempt)
{
    if (attempt->stage == JUDGE_REVOKED || attempt->stage == JUDGE_END_ENTITY)
        return true;
    if (attempt->stage != judge->stage)
        return attempt->stage > judge->stage;
    return attempt->stage > JUDGE_PARSED && attempt->stage != JUDGE_ACCEPTED &&
           compare_hashes(judge, attempt) < 0;
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
    if (is_ahead(judge, &attempt))
        keep(judge, &attempt);
    if (attempt.stage == JUDGE_ACCEPTED && !judge->is_listed)
        *nextp = BUILDER_STOP;
    return 0;
}
