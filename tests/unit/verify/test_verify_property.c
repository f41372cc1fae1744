/* SPDX-License-Identifier: MIT */

/*
 * Tests properties of every policy and every question with random ones.
 *
 * An addition to a request never turns a refusal into an acceptance, unless the policy permits that
 * kind of addition or the addition is proof (a certificate that completes the path). An acceptance
 * has done all checks. Rules that are only reported do not change the answer. The answer is the
 * same at both ends of its window.
 */

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "daemon/verify/verify.h"
#include "daemon/x509/revocation/crl.h"
#include "tests/unit/policy/random_policy.h"
#include "tests/unit/verify/property_material.h"

#define ROWS(array) (sizeof(array) / sizeof((array)[0]))
#define POLICIES    300
#define QUESTIONS   12

static struct bytes bytes_of(struct bytes span)
{
    return (struct bytes){.data = span.data, .len = span.len};
}

/* --- random policies --- */

struct service {
    struct policy *policy;
    struct path_engine *engine;
    const struct store *stores[POLICY_TRUSTS_COUNT];
    const struct crl_set *crls[POLICY_TRUSTS_COUNT];
    struct store *own[POLICY_TRUSTS_COUNT];
    struct crl_set *revoking;
    struct verify_context context;
};

/*
 * Makes the store of a trust section: the root; for "peers" the certificates of two peers; for
 * "none" nothing. If "t" accepts end entities, it has one of them too.
 */
static struct store *make_store(const struct policy_trust *trust)
{
    const struct store_limits limits = {
        .end_entities = trust->end_entities == POLICY_END_ENTITIES_ONLY  ? STORE_END_ENTITIES_ONLY
                        : trust->end_entities == POLICY_END_ENTITIES_YES ? STORE_END_ENTITIES_YES
                                                                         : STORE_END_ENTITIES_NO,
        .profile = trust->has_certificates ? chain_profile(trust->certificates) : 0,
    };
    const struct bytes roots[] = {material.family.root, material.leaf_cn},
                       peers[] = {material.family.leaf, material.leaf_mail};
    struct store *store;

    if (strcmp(trust->name, "peers") == 0)
        store = path_store(trust->name, peers, ROWS(peers));
    else if (strcmp(trust->name, "none") == 0)
        ck_assert_int_eq(store_new(&store, trust->name, true), 0);
    else
        store = path_store(trust->name, roots, strcmp(trust->name, "t") == 0 ? 2 : 1);
    ck_assert_int_eq(store_set_limits(store, &limits), 0);
    return store;
}

static void serve(struct service *service, struct policy *policy, bool is_revoked)
{
    const struct policy_trust *trusts;
    size_t n;

    *service = (struct service){.policy = policy};
    ck_assert_int_eq(path_engine_new(&service->engine, material.x509), 0);
    ck_assert_int_eq(crl_set_new(&service->revoking, material.x509), 0);
    trusts = policy_trusts(service->policy, &n);
    for (size_t i = 0; i < n; i++) {
        service->own[i] = make_store(&trusts[i]);
        service->stores[i] = service->own[i];
    }
    if (is_revoked) {
        ck_assert_int_eq(crl_set_add_configured_der(service->revoking, material.crl_revoking.data,
                                                    material.crl_revoking.len),
                         0);
        service->crls[0] = service->revoking;
    }
    service->context = (struct verify_context){
        .policy = service->policy,
        .suffixes = material.suffixes,
        .x509 = material.x509,
        .engine = service->engine,
        .stores = service->stores,
        .crls = service->crls,
        .generation = 1,
    };
}

static void retire(struct service *service)
{
    path_engine_free(service->engine);
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++)
        store_free(service->own[i]);
    crl_set_free(service->revoking);
    policy_free(service->policy);
}

/* --- questions --- */

static void refer(struct request *request, enum request_reference_kind kind, const char *text)
{
    request->references[request->n_references++] = (struct request_reference){
        .kind = kind,
        .text = {.data = (const uint8_t *)text, .len = strlen(text)},
    };
}

static struct request make_request(void)
{
    const struct bytes leaves[] = {material.family.leaf, material.leaf_mail, material.leaf_mail,
                                   material.leaf_cn,     material.leaf_old,  material.leaf_foreign};
    struct request request = {.path = draw(2)};
    unsigned n = 1 + draw(3);

    if (request.path && draw(8) == 0)
        request.no_identity = true;
    for (unsigned i = 0; i < n && !request.no_identity; i++) {
        if (draw(6) == 0)
            refer(&request, REQUEST_EMAIL, PICK("jo@example.com", "jo@www.example.com"));
        else if (draw(6) == 0)
            refer(&request, REQUEST_URI, PICK("https://www.example.com/", "ftp://example.net/"));
        else
            refer(&request, REQUEST_HOST,
                  PICK("www.example.com", "WWW.example.com.", "x.example.com", "a.corp.example",
                       "192.0.2.1"));
    }
    request.certificates[request.n_certificates++] = bytes_of(leaves[draw(ROWS(leaves))]);
    if (draw(4))
        request.certificates[request.n_certificates++] = bytes_of(material.family.issuer);
    return request;
}

/* Additions to a request. */
enum addition {
    ADD_TIME = 1 << 0,
    ADD_ANCHOR = 1 << 1,
    ADD_CRL = 1 << 2,
    ADD_OCSP = 1 << 3,
    ADD_DEPTH = 1 << 4,
    ADD_PURPOSE = 1 << 5,
    ADD_EXPLAIN = 1 << 6,
    ADD_USELESS = 1 << 7, /* certificates that are not part of any path */
    ADD_ISSUER = 1 << 8,
    ADD_PATH = 1 << 9,
};
#define ADDITIONS_COUNT 10
#define ADD_PATH_ONLY   (ADD_TIME | ADD_ANCHOR | ADD_CRL | ADD_OCSP | ADD_DEPTH)

static void add_material(struct request *request, unsigned added)
{
    static const uint8_t nothing[] = {0x30, 0x03, 0x0a, 0x01, 0x06};

    if (added & ADD_ANCHOR)
        request->anchors[request->n_anchors++] = bytes_of(draw(2) ? material.foreign.root
                                                                  : material.family.root);
    if (added & ADD_CRL)
        request->crls[request->n_crls++] = draw(3)   ? material.crl_clean
                                           : draw(2) ? material.crl_revoking
                                                     : material.crl_foreign;
    if (added & ADD_OCSP && draw(4) == 0) {
        request->ocsp = (struct bytes){.data = nothing, .len = sizeof(nothing)};
    } else if (added & ADD_OCSP) {
        const struct blob *staple = &material.staples[draw(ROWS(material.staples))];

        request->ocsp = (struct bytes){.data = staple->data, .len = staple->len};
    }
}

static struct request add(const struct request *base, unsigned added)
{
    struct request request = *base;

    request.path |= (added & ADD_PATH) != 0;
    request.explain |= (added & ADD_EXPLAIN) != 0;
    if (added & ADD_TIME) {
        request.has_time = true;
        request.time = FIXTURE_NOW + ((int64_t)draw(120) - 50) * FIXTURE_DAY;
    }
    if (added & ADD_DEPTH) {
        request.has_max_depth = true;
        request.max_depth = draw(4);
    }
    if (added & ADD_PURPOSE)
        request.purpose = draw(2) ? REQUEST_PURPOSE_SERVER : REQUEST_PURPOSE_CLIENT;
    add_material(&request, added);
    if (added & ADD_USELESS) {
        request.certificates[request.n_certificates++] = bytes_of(material.foreign.issuer);
        request.certificates[request.n_certificates++] = bytes_of(material.foreign.root);
    }
    if (added & ADD_ISSUER)
        request.certificates[request.n_certificates++] = bytes_of(material.family.issuer);
    return request;
}

/* --- answers --- */

/* The codes and depths of the failures, or of the reported findings, of a verdict. */
struct findings {
    char codes[LIMIT_FAILURES_COUNT][LIMIT_CODE_BYTES + 1];
    uint32_t depths[LIMIT_FAILURES_COUNT];
    size_t n;
};

struct outcome {
    int r;
    enum verdict_outcome outcome;
    struct findings failures, reported;
    int64_t from, until;
};

static bool accepts(const struct outcome *outcome)
{
    return outcome->outcome == VERDICT_NAME_MATCHES || outcome->outcome == VERDICT_VERIFIED;
}

/* Checks the form that every verdict has to have. */
static void hold_to_form(const struct verification *verification, const struct request *request)
{
    const struct verdict *verdict = &verification->verdict;
    const struct verdict_asked asked = {
        .identity = !request->no_identity,
        .path = request->path,
    };

    ck_assert(verdict_answers(verdict, asked));
    if (verdict->outcome == VERDICT_NOT_VERIFIED)
        return;
    ck_assert(verification->denial == DENIAL_NONE);
    ck_assert(verification->pins == PINS_NONE || verification->pins == PINS_HOLD ||
              verification->pins == PINS_REPORTED);
    ck_assert_uint_eq(verdict->n_failures, 0);
    if (verdict->outcome == VERDICT_VERIFIED) {
        ck_assert(verification->chain.state == CHAIN_VALID);
        /* A path of one certificate is an end entity that is trusted directly. */
        ck_assert_uint_ge(verdict->n_path, 1);
        ck_assert(verdict->n_path > 1 ||
                  store_limits(verification->chain.result.store)->end_entities !=
                      STORE_END_ENTITIES_NO);
        ck_assert_uint_gt(verdict->path[verdict->n_path - 1].store.len, 0);
    } else {
        ck_assert(!request->path);
        ck_assert_uint_eq(verdict->n_path, 0);
    }
}

static void note(struct findings *findings, const struct verdict_failure *list, size_t n)
{
    findings->n = n;
    for (size_t i = 0; i < n; i++) {
        memcpy(findings->codes[i], list[i].code.data, list[i].code.len);
        findings->depths[i] = list[i].depth;
    }
}

static void ask(const struct service *service, const struct request *request, int64_t now,
                struct outcome *outcome)
{
    const struct verify_asker asker = {.now = now};
    const struct verdict zero = {0};
    struct verification verification = VERIFICATION_NULL;

    *outcome = (struct outcome){0};
    outcome->r = verification_init(&verification, &service->context, &asker, request);
    ck_assert_int_ge(outcome->r, 0);
    if (outcome->r) {
        ck_assert_int_eq(memcmp(&verification.verdict, &zero, sizeof(zero)), 0);
    } else {
        hold_to_form(&verification, request);
        outcome->outcome = verification.verdict.outcome;
        outcome->from = verification.from;
        outcome->until = verification.until;
        note(&outcome->failures, verification.verdict.failures, verification.verdict.n_failures);
        note(&outcome->reported, verification.verdict.reported, verification.verdict.n_reported);
        ck_assert_int_le(outcome->from, now);
        ck_assert_int_ge(outcome->until, now);
    }
    verification_deinit(&verification);
}

static bool are_same(const struct findings *one, const struct findings *other)
{
    if (one->n != other->n)
        return false;
    for (size_t i = 0; i < one->n; i++) {
        if (strcmp(one->codes[i], other->codes[i]) != 0 || one->depths[i] != other->depths[i])
            return false;
    }
    return true;
}

/* Returns whether both decide alike; the reported findings may differ. */
static bool decides_alike(const struct outcome *one, const struct outcome *other)
{
    return one->r == other->r && one->outcome == other->outcome &&
           are_same(&one->failures, &other->failures);
}

static bool is_same(const struct outcome *one, const struct outcome *other)
{
    return decides_alike(one, other) && are_same(&one->reported, &other->reported);
}

/* --- the properties --- */

static const struct text *policy_at_work;
static uint64_t seed_at_work;

#define HOLD(condition, what, added)                                                               \
    ck_assert_msg(condition, "%s (added %#x, seed %" PRIu64 ") under:\n%s", what, added,           \
                  seed_at_work, policy_at_work->data)

/* Checks that the answer is the same at both ends of its window and in between. */
static void check_window(const struct service *service, const struct request *request, int64_t now,
                         const struct outcome *first)
{
    const int64_t moments[] = {
        first->from == INT64_MIN ? now : first->from,
        first->until == INT64_MAX ? now : first->until,
        first->until == INT64_MAX ? now + 1000 * FIXTURE_DAY : now + (first->until - now) / 2,
        first->from == INT64_MIN ? now - 1000 * FIXTURE_DAY : now - (now - first->from) / 2,
    };

    for (size_t i = 0; i < ROWS(moments); i++) {
        struct outcome again;

        ask(service, request, moments[i], &again);
        HOLD(is_same(first, &again), "another answer within the window", 0U);
    }
}

/*
 * Returns whether all failures of a refusal are about keys of certificates that an addition to the
 * request may replace. Without a path, pins are compared with the end entity only and denials with
 * all certificates sent; with a path, both are compared with the path's certificates. So an
 * addition that completes a path, or breaks one that is only reported, may change findings about
 * keys. In a request that asks for a path it cannot.
 */
static bool is_about_keys(const struct outcome *refusal)
{
    for (size_t i = 0; i < refusal->failures.n; i++) {
        const char *code = refusal->failures.codes[i];
        bool is_authority = refusal->failures.depths[i] > 0 &&
                            (strcmp(code, "denied") == 0 || strcmp(code, "pin-forbidden") == 0);

        if (strcmp(code, "pin-mismatch") != 0 && !is_authority)
            return false;
    }
    return refusal->failures.n > 0;
}

/*
 * Checks that without the rules that are only reported the answer is the same, and its window is
 * not shorter.
 */
static void check_reports(const struct service *plain, const struct request *request, int64_t now,
                          const struct outcome *first)
{
    struct outcome outcome;

    ask(plain, request, now, &outcome);
    HOLD(decides_alike(first, &outcome), "a report changed the answer", 0U);
    HOLD(first->r || (outcome.from <= first->from && outcome.until >= first->until),
         "a report made an answer good for longer", 0U);
}

static bool policy_says(const char *what)
{
    return strstr(policy_at_work->data, what) != NULL;
}

/* Calls is_about_keys for each reference by itself, since one accepted reference is enough. */
static bool one_is_about_keys(const struct service *service, const struct request *base,
                              int64_t now)
{
    for (size_t i = 0; i < base->n_references; i++) {
        struct request alone = *base;
        struct outcome refusal;

        alone.references[0] = base->references[i];
        alone.n_references = 1;
        ask(service, &alone, now, &refusal);
        if (is_about_keys(&refusal))
            return true;
    }
    return false;
}

/*
 * Returns whether the policy permits the addition to turn a refusal into an acceptance. A CRL never
 * does that: where CRLs are required, that of the intermediate is missing.
 */
static bool is_handed(const struct service *service, const struct request *base, int64_t now,
                      unsigned added)
{
    bool hands_anchors = policy_says("request-anchors = add") ||
                         policy_says("request-anchors = replace");

    return (added & ADD_TIME && policy_says("request-time = yes")) ||
           (added & ADD_ANCHOR && hands_anchors) ||
           (added & ADD_ISSUER && base->n_certificates == 1) ||
           (!base->path && (added & ADD_PATH || policy_says("path = report")) &&
            one_is_about_keys(service, base, now));
}

static void check_addition(const struct service *service, const struct request *base, int64_t now,
                           const struct outcome *first, unsigned added, unsigned *n_acceptedp)
{
    const struct request request = add(base, added);
    struct outcome outcome;

    ask(service, &request, now, &outcome);
    check_window(service, &request, now, &outcome);
    *n_acceptedp += accepts(&outcome);
    if (accepts(&outcome) && !accepts(first))
        HOLD(is_handed(service, base, now, added),
             "an addition turned a refusal into an acceptance", added);
    if (added == ADD_EXPLAIN)
        HOLD(is_same(first, &outcome), "an explanation changed the answer", added);
    if (request.path && request.purpose == REQUEST_PURPOSE_CLIENT)
        HOLD(!accepts(&outcome), "a server's certificate is none for a client", added);
    if (added & ADD_TIME && !policy_says("request-time = yes"))
        HOLD(outcome.r > 0 || !accepts(&outcome), "a time that nobody let it say", added);
    if (added & ADD_ANCHOR && !policy_says("request-anchors = "))
        HOLD(outcome.r > 0, "anchors that nobody let it bring", added);
}

/*
 * Draws random additions that the codec accepts: fields about paths only if the request asks for a
 * path.
 */
static unsigned draw_additions(const struct request *base)
{
    unsigned added = draw(2) ? 1U << draw(ADDITIONS_COUNT) : draw(1U << ADDITIONS_COUNT);

    if (!base->path && !(added & ADD_PATH))
        added &= ~(unsigned)ADD_PATH_ONLY;
    return added;
}

START_TEST(additions)
{
    unsigned n_bases = 0, n_accepted = 0, n_reported = 0, n_additions = 0, n_after = 0;
    const char *given = getenv("CERTNAMED_SEED");

    seed_at_work = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("seed %" PRIu64 " (CERTNAMED_SEED)\n", seed_at_work);
    fflush(stdout);
    random_seed(seed_at_work);
    for (unsigned i = 0; i < POLICIES; i++) {
        bool is_revoked = draw(4) == 0;
        struct service service, plain;
        struct text text;

        policy_at_work = &text;
        serve(&service, random_policy(&text, &material.pins, material.suffixes), is_revoked);
        serve(&plain, random_policy_unreported(&text, material.suffixes), is_revoked);
        for (unsigned j = 0; j < QUESTIONS; j++) {
            const struct request base = make_request();
            int64_t now = FIXTURE_NOW + ((int64_t)draw(110) - 35) * FIXTURE_DAY / (1 + draw(8));
            struct outcome first;

            ask(&service, &base, now, &first);
            check_window(&service, &base, now, &first);
            check_reports(&plain, &base, now, &first);
            n_bases++;
            n_accepted += accepts(&first);
            n_reported += accepts(&first) && first.reported.n > 0;
            for (unsigned k = 0; k < 3; k++) {
                check_addition(&service, &base, now, &first, draw_additions(&base), &n_after);
                n_additions++;
            }
        }
        retire(&service);
        retire(&plain);
    }
    printf("%u of %u questions accepted, %u with a report; %u of %u with more in them\n",
           n_accepted, n_bases, n_reported, n_after, n_additions);
    /* If hardly anything were accepted, the test would prove nothing. */
    ck_assert_uint_gt(n_accepted, n_bases / 20);
    ck_assert_uint_gt(n_after, n_additions / 40);
    ck_assert_uint_gt(n_reported, n_accepted / 20);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify-property");
    TCase *tcase = tcase_create("property");
    SRunner *runner;
    int n_failed;

    tcase_add_unchecked_fixture(tcase, material_setup, material_teardown);
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, additions);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
