/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/path/engine.h"
#include "daemon/x509/path/judge.h"
#include "daemon/x509/path/libcrypto.h"

/* The state of one question. The result points into it. */
struct path_work {
    struct candidates candidates;
    struct judge judge;
};

/* --- the engine --- */

static int open_engine(struct path_engine *engine, const struct x509_context *context)
{
    int r = provider_init(&engine->provider, context->provider);

    if (r)
        return r;
    engine->context = context;
    engine->links = libcrypto_verify_store_new();
    issuer_cache_init(&engine->cache);
    return engine->links ? 0 : x509_error(-ENOMEM);
}

int path_engine_new(struct path_engine **enginep, const struct x509_context *context)
{
    struct path_engine *engine = calloc(1, sizeof(*engine));
    int r;

    if (!engine)
        return error_origin(-ENOMEM);
    r = open_engine(engine, context);
    if (r) {
        path_engine_free(engine);
        return r;
    }
    *enginep = engine;
    return 0;
}

void path_engine_forget(struct path_engine *engine)
{
    uint64_t last_id = engine->cache.last_id;

    issuer_cache_deinit(&engine->cache);
    issuer_cache_init(&engine->cache);
    /* Ids are not used again, so that a link of an earlier certificate never holds for a later one.
     */
    engine->cache.last_id = last_id;
}

struct path_engine *path_engine_free(struct path_engine *engine)
{
    if (!engine)
        return NULL;
    issuer_cache_deinit(&engine->cache);
    X509_STORE_free(engine->links);
    provider_deinit(&engine->provider);
    free(engine);
    return NULL;
}

static int cache_anchor(struct path_engine *engine, const struct outline *outline)
{
    const struct facts_fault *fault;
    struct parsed_certificate *parsed = issuer_cache_find(&engine->cache, outline);
    int r = 0;

    if (!parsed)
        r = parsed_certificate_new(&parsed, engine->context, engine->provider.context, outline,
                                   &fault);
    if (r)
        return r < 0 ? r : 0;
    issuer_cache_add(&engine->cache, parsed);
    parsed_certificate_unref(parsed);
    return 0;
}

int path_engine_warm(struct path_engine *engine, const struct store *store)
{
    const struct anchor *const *anchors = store_anchors(store);

    for (size_t i = 0; i < store_n_anchors(store); i++) {
        int r = cache_anchor(engine, &anchors[i]->outline);

        if (r)
            return r;
    }
    return 0;
}

/* --- why there is no path --- */

static void add_left_out(struct path_result *result, const struct candidates *candidates)
{
    const struct left_out *left_out = &candidates->left_out;

    if (left_out->fault == 0)
        return;
    if (outline_fault_is_size(left_out->fault))
        result->is_size = true;
    if (left_out->at == 0)
        fault_add(&result->faults, outline_fault_code(left_out->fault), X509_V_ERR_UNSPECIFIED, 0,
                  "the end entity's certificate %s", outline_fault_text(left_out->fault));
    else
        fault_add(&result->faults, outline_fault_code(left_out->fault), X509_V_ERR_UNSPECIFIED, 0,
                  "certificate %zu of those presented %s, and was left out", left_out->at,
                  outline_fault_text(left_out->fault));
}

static void add_budget(struct path_result *result, const char *what)
{
    static const char code[] = "path-budget";

    result->is_size = true;
    for (size_t i = 0; i < result->faults.n; i++) {
        if (strcmp(result->faults.faults[i].code, code) == 0)
            return;
    }
    fault_add(&result->faults, code, X509_V_ERR_APPLICATION_VERIFICATION, 0, "%s", what);
}

/*
 * Follows the issuers' names upwards through the presented certificates without regard to anchors,
 * as OpenSSL does before it reports what is missing. Returns the last certificate and its depth in
 * *depthp.
 */
static const struct path_candidate *find_top(const struct candidates *candidates, unsigned *depthp)
{
    const struct path_candidate *top = &candidates->end_entity;
    candidate_set seen = 0;

    for (*depthp = 0; *depthp < PATH_CERTIFICATES_COUNT; ++*depthp) {
        size_t i = 0;

        if (outline_is_self_issued(&top->outline))
            break;
        while (i < candidates->n_intermediates &&
               ((seen >> i & 1) ||
                !outline_names_issuer(&top->outline, &candidates->intermediates[i].outline)))
            i++;
        if (i == candidates->n_intermediates)
            break;
        seen |= UINT64_C(1) << i;
        top = &candidates->intermediates[i];
    }
    return top;
}

static void add_no_path(struct path_result *result, const struct candidates *candidates)
{
    unsigned depth;
    const struct path_candidate *top = find_top(candidates, &depth);

    if (!candidates->has_any_anchor)
        fault_add(&result->faults, "no-anchors", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                  depth, "there is no trust anchor at all");
    else if (!outline_is_self_issued(&top->outline))
        fault_add(&result->faults, "no-issuer", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, depth,
                  "unable to get local issuer certificate");
    else if (depth == 0)
        fault_add(&result->faults, "self-signed", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, depth,
                  "self-signed certificate");
    else
        fault_add(&result->faults, "untrusted-root", X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, depth,
                  "self-signed certificate in certificate chain");
}

/* Judges the end entity as directly trusted, for each store that has it, before paths are built. */
static int judge_direct(struct judge *judge, struct candidates *candidates, bool *is_overp)
{
    enum builder_next next = BUILDER_ON;
    int r = 0;

    for (size_t i = 0; !r && next == BUILDER_ON && i < candidates->n_direct; i++) {
        struct path_candidate *path[] = {&candidates->direct[i]};

        r = judge_path(judge, path, 1, &next);
    }
    *is_overp = next != BUILDER_ON;
    return r;
}

/* --- the answer --- */

static void fill_revocation(struct path_result *result, const struct revocation_result *found)
{
    result->revocation = found->outcome;
    result->is_staple_good = found->staple_good;
    result->has_looked = found->has_looked;
    for (size_t i = 0; i < found->n && i < PATH_CERTIFICATES_COUNT; i++)
        result->revocations[i] = found->certificates[i];
}

/*
 * Caches the issuers of an accepted path. The end entity is not cached, since the front answers
 * repeated questions from its own cache.
 */
static void cache_issuers(struct issuer_cache *cache, const struct judge *judge)
{
    size_t n = judge->n_path;

    if (!store_is_lasting(judge->path[n - 1]->store))
        return;
    for (size_t i = 1; i < n; i++)
        issuer_cache_add(cache, judge->path[i]->parsed);
    for (size_t i = 1; i + 1 < n; i++)
        issuer_cache_add_link(cache, judge->path[i]->parsed, judge->path[i + 1]->parsed);
}

static void fill_path(struct path_result *result, const struct judge *judge)
{
    result->outcome = PATH_VALID;
    result->unused = judge->revocation.unused;
    result->n_path = judge->n_path;
    result->store = judge->path[judge->n_path - 1]->store;
    for (size_t i = 0; i < judge->n_path; i++)
        judge_describe(&result->path[i], judge->path[i]->parsed);
    fill_revocation(result, &judge->revocation);
}

/* Returns whether a fault is about one of the budgets: its code ends in "-budget". */
static bool has_budget_fault(const struct fault_list *faults)
{
    static const char ending[] = "-budget";

    for (size_t i = 0; i < faults->n; i++) {
        size_t len = strlen(faults->faults[i].code);

        if (len >= sizeof(ending) - 1 &&
            strcmp(faults->faults[i].code + len - (sizeof(ending) - 1), ending) == 0)
            return true;
    }
    return false;
}

static bool is_exhausted(const struct judge *judge, const struct builder *builder)
{
    return judge->out_of_budget || builder->out_of_nodes;
}

static void fill_refusal(struct path_result *result, const struct path_work *work,
                         const struct builder *builder)
{
    const struct judge *judge = &work->judge;

    result->unused = judge->revocation.unused;
    result->is_ranked = judge->stage >= JUDGE_CONFINED;
    if (judge->stage == JUDGE_CONFINED) {
        result->is_confined = true;
        result->store = judge->path[judge->n_path - 1]->store;
    }
    result->faults = judge->faults;
    result->date_faults = judge->date_faults;
    if (judge->stage == JUDGE_NOTHING && work->candidates.end_entity.outline.der.data)
        add_no_path(result, &work->candidates);
    if (is_exhausted(judge, builder))
        add_budget(result, "there are more paths to try than are tried for one question");
    if (work->candidates.is_crowded)
        add_budget(result, "there are more certificates or anchors than are looked at");
    add_left_out(result, &work->candidates);
    if (has_budget_fault(&result->faults))
        result->is_size = true;
}

static void fill_window(struct path_result *result, int64_t time)
{
    const struct judge *judge = &result->work->judge;

    candidates_window(&result->work->candidates, time, &result->from, &result->until);
    if (judge->from > result->from)
        result->from = judge->from;
    if (judge->until < result->until)
        result->until = judge->until;
}

static void fill_result(struct path_engine *engine, const struct path_question *question,
                        const struct builder *builder, struct path_result *result)
{
    const struct judge *judge = &result->work->judge;

    fill_window(result, question->time);
    result->effort = (struct path_effort){
        .n_nodes = PATH_NODES_COUNT - builder->n_nodes,
        .n_judged = PATH_JUDGED_COUNT - judge->n_judged,
        .n_verified = PATH_VERIFIED_COUNT - judge->n_verified,
        .n_signatures = judge->signatures.n_verified,
    };
    /* If the budget was used up, the exhausted budget is reported as the reason, because a further
     * path might have been accepted, or might have shown that the end entity is revoked. */
    if (!judge_is_valid(judge) || is_exhausted(judge, builder)) {
        fill_refusal(result, result->work, builder);
        return;
    }
    fill_path(result, judge);
    if (judge->stage == JUDGE_ACCEPTED)
        cache_issuers(&engine->cache, judge);
}

/* Judges one path after the other until a judgement ends the search. */
static int judge_all(struct builder *builder, struct path_work *work)
{
    bool is_over = false;
    int r = judge_direct(&work->judge, &work->candidates, &is_over);

    if (!r && !is_over && work->candidates.end_entity.distance > 0)
        r = builder_run(builder);
    return r;
}

/*
 * Searches for a valid path. If there is none, and some paths were skipped because their trust
 * section does not permit them, a second search determines whether one of these is valid otherwise:
 * that reason takes precedence over the faults of other paths. The second search does not use up
 * the budget, because it accepts nothing.
 */
static int search(struct builder *builder, struct path_work *work)
{
    struct judge *judge = &work->judge;
    int r = judge_all(builder, work);

    if (r || !judge->has_confined || judge->stage >= JUDGE_CONFINED || is_exhausted(judge, builder))
        return r;
    judge->asks_confined = true;
    r = judge_all(builder, work);
    judge->out_of_budget = false;
    builder->out_of_nodes = false;
    return r;
}

static int answer(struct path_engine *engine, const struct path_question *question,
                  struct path_result *result)
{
    struct builder builder = {.n_nodes = PATH_NODES_COUNT, .time = question->time};
    struct path_work *work;
    int r;

    *result = PATH_RESULT_NULL;
    work = calloc(1, sizeof(*work));
    if (!work)
        return error_origin(-ENOMEM);
    result->work = work;
    candidates_init(&work->candidates, question);
    judge_init(&work->judge, engine, question, &work->candidates);
    builder.candidates = &work->candidates;
    builder.judge = judge_path;
    builder.context = &work->judge;
    r = search(&builder, work);
    if (r)
        return r;
    fill_result(engine, question, &builder, result);
    return 0;
}

int path_validate(struct path_engine *engine, const struct path_question *question,
                  struct path_result *result)
{
    int r = answer(engine, question, result);

    if (r != -ENOMEM || !issuer_cache_clear(&engine->cache))
        return r;
    /* Asks once more with an empty cache: the memory may have gone to certificates of earlier
     * questions, on which this answer must not depend. */
    path_result_deinit(result);
    return answer(engine, question, result);
}

void path_result_deinit(struct path_result *result)
{
    if (result->work)
        candidates_deinit(&result->work->candidates);
    free(result->work);
    *result = PATH_RESULT_NULL;
}
