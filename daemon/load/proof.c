/* SPDX-License-Identifier: MIT */
#include "daemon/load/proof.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "daemon/load/proof_path.h"
#include "daemon/x509/path/store.h"

#define HOST_BYTES 512

int proof_read_again(const struct generation *generation, const struct sources *sources,
                     struct policy_error *error)
{
    struct generation *again = NULL;
    int r = generation_load(&again, sources, error);

    if (!r && memcmp(again->digest, generation->digest, DIGEST_BYTES) != 0)
        r = load_error_set(error, PROOF_CHANGED,
                           "the configuration changed while it was read: reload again when it is "
                           "complete");
    generation_unref(again);
    return r;
}

/* --- one question --- */

struct proof_question {
    const struct verify_context *context;
    const char *host;
    struct bytes leaf;
    bool path;
    int64_t now;
};

/*
 * Asks the question. Returns 0 and sets *outcomep; or -errno. An error reply to the request counts
 * as "not verified".
 */
static int ask(const struct proof_question *question, enum verdict_outcome *outcomep)
{
    const struct verify_asker nobody = {.now = question->now};
    struct verification verification = VERIFICATION_NULL;
    struct request request = {
        .references = {{.kind = REQUEST_HOST,
                        .text = {.data = (const uint8_t *)question->host,
                                 .len = strlen(question->host)}}},
        .n_references = 1,
        .certificates = {question->leaf},
        .n_certificates = 1,
        .path = question->path,
    };
    int r = verification_init(&verification, question->context, &nobody, &request);

    *outcomep = r == 0 ? verification.verdict.outcome : VERDICT_NOT_VERIFIED;
    verification_deinit(&verification);
    return r < 0 ? r : 0;
}

/* Asks the question, and fails unless the outcome is `expected`. */
static int expect(const struct proof_question *question, enum verdict_outcome expected,
                  const char *what, struct policy_error *error)
{
    enum verdict_outcome outcome = VERDICT_NOT_VERIFIED;
    int r = ask(question, &outcome);

    if (r)
        return load_error_set(error, r, "the proof of the epoch failed: %s", strerror(-r));
    if (outcome == expected)
        return 0;
    return load_error_set(
        error, -EIO,
        "the proof of the epoch failed: %s: the build or a library (libcrypto) is "
        "broken, or there is too little memory: nothing is served",
        what);
}

/* --- the compiled-in path and name --- */

/*
 * Checks that the compiled-in path is accepted under the built-in policy with its anchor in the
 * store, and refused if one bit of the leaf's signature is flipped.
 */
static int check_path(const struct verify_context *context, struct policy_error *error)
{
    const struct bytes leaf = proof_path_leaf();
    uint8_t forged[PROOF_PATH_BYTES];
    struct proof_question question = {
        .context = context,
        .host = PROOF_PATH_HOST,
        .leaf = leaf,
        .path = true,
        .now = PROOF_PATH_NOW,
    };
    int r = expect(&question, VERDICT_VERIFIED, "a valid path is refused", error);

    if (r)
        return r;
    memcpy(forged, leaf.data, leaf.len);
    forged[leaf.len - 1] ^= 1;
    question.leaf.data = forged;
    return expect(&question, VERDICT_NOT_VERIFIED, "a forged path is accepted", error);
}

/*
 * Checks that a matching name is accepted without a path. Otherwise a refusal under the new policy
 * would prove nothing.
 */
static int check_name(const struct verify_context *context, struct policy_error *error)
{
    uint8_t der[PROOF_PATH_BYTES];
    const struct proof_question question = {
        .context = context,
        .host = PROOF_PATH_HOST,
        .leaf = proof_path_name_certificate(PROOF_PATH_HOST, der),
        .now = PROOF_PATH_NOW,
    };

    return expect(&question, VERDICT_NAME_MATCHES, "a matching name is refused", error);
}

static int ask_built_in(const struct epoch *epoch, struct policy *policy, struct store *store,
                        struct policy_error *error)
{
    const struct store *stores[POLICY_TRUSTS_COUNT] = {store};
    const struct crl_set *crls[POLICY_TRUSTS_COUNT] = {NULL};
    struct verify_context context = *epoch_context(epoch);
    int r;

    context.policy = policy;
    context.stores = stores;
    context.crls = crls;
    context.crlites = NULL;
    context.engine = NULL;
    r = path_engine_new(&context.engine, context.x509);
    if (!r)
        r = check_path(&context, error);
    if (!r)
        r = check_name(&context, error);
    path_engine_free(context.engine);
    return r;
}

static int check_built_in(const struct epoch *epoch, struct policy_error *error)
{
    const struct bytes anchor = proof_path_anchor();
    struct policy *policy = NULL;
    struct store *store = NULL;
    int fault = 0;
    int r = policy_builtin(&policy);

    if (!r)
        r = store_new(&store, "proof", true);
    if (!r)
        r = store_add(store, anchor.data, anchor.len, &fault);
    if (r)
        load_error_set(error, r, "the proof of the epoch cannot be made: %s",
                       r < 0 ? strerror(-r) : "the compiled-in anchor is refused");
    else
        r = ask_built_in(epoch, policy, store, error);
    store_free(store);
    policy_free(policy);
    return r > 0 ? -EIO : r;
}

/* --- keys that tighten --- */

/*
 * Makes the question that a claim demands to be refused: the claim's name, with a certificate that
 * presents this name. For a claim about wildcards it is a name below the claim's, with a
 * certificate that presents the wildcard for it. Returns false if the claim's name is too long for
 * that.
 */
static bool make_question(const struct policy_claim *claim, struct proof_question *question,
                          char host[static HOST_BYTES], uint8_t der[static PROOF_PATH_BYTES])
{
    const bool wild = claim->kind == POLICY_CLAIM_WILDCARDS;
    char name[HOST_BYTES];

    snprintf(name, sizeof(name), "%s%s", wild ? "*." : "", claim->name);
    snprintf(host, HOST_BYTES, "%s%s", wild ? "certnamed-proof-6b5d92c7." : "", claim->name);
    question->host = host;
    question->leaf = proof_path_name_certificate(name, der);
    return question->leaf.len > 0;
}

static int refuse_claim(const struct policy_claim *claim, struct policy_error *error)
{
    static const char *const keys[] = {
        [POLICY_CLAIM_PATH] = "path = always",
        [POLICY_CLAIM_PINS] = "pinset",
        [POLICY_CLAIM_WILDCARDS] = "wildcards = none",
        [POLICY_CLAIM_DENIED] = "the denial",
    };

    load_error_set(error, 1,
                   "%s does not hold for %s in the policy that was made of this section: is there "
                   "too little memory? Load it again",
                   keys[claim->kind], claim->name);
    snprintf(error->file, sizeof(error->file), "%.255s", claim->file);
    error->line = claim->line;
    return 1;
}

static int check_claim(const struct epoch *epoch, const struct policy_claim *claim,
                       struct policy_error *error)
{
    struct proof_question question = {.context = epoch_context(epoch), .now = clock_now_s()};
    enum verdict_outcome outcome = VERDICT_NOT_VERIFIED;
    char host[HOST_BYTES];
    uint8_t der[PROOF_PATH_BYTES];
    int r;

    if (!make_question(claim, &question, host, der))
        return 0;
    r = ask(&question, &outcome);
    if (r)
        return load_error_set(error, r, "the proof of the epoch failed: %s", strerror(-r));
    return outcome == VERDICT_NOT_VERIFIED ? 0 : refuse_claim(claim, error);
}

static int check_claims(const struct epoch *epoch, struct policy_error *error)
{
    const struct policy *policy = epoch_context(epoch)->policy;
    struct policy_claim_cursor cursor = {0};
    struct policy_claim claim;
    int r = 0;

    while (!r && policy_claim_next(policy, &cursor, clock_now_s(), &claim))
        r = check_claim(epoch, &claim, error);
    return r;
}

int proof_check(const struct epoch *epoch, struct policy_error *error)
{
    int r = check_built_in(epoch, error);

    return r ? r : check_claims(epoch, error);
}
