/* SPDX-License-Identifier: MIT */
#include "tests/conformance/mutant_judge.h"

#include <errno.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tests/unit/x509/path_fixture.h"

const struct mutant_profile mutant_profiles[MUTANT_PROFILES] = {
    {PROFILE_WEBPKI, "webpki"},
    {PROFILE_RFC5280, "rfc5280"},
    {PROFILE_COMPATIBLE, "compatible"},
};

int mutant_judge_open(struct mutant_judge *judge)
{
    int r = x509_context_new(&judge->context);

    return r ? r : path_engine_new(&judge->engine, judge->context);
}

void mutant_judge_close(struct mutant_judge *judge)
{
    judge->engine = path_engine_free(judge->engine);
    judge->context = x509_context_free(judge->context);
}

/* --- libcrypto --- */

static void add_error(struct mutant_verdict *verdict, int error, int depth)
{
    if (error <= 0 || error >= MUTANT_ERRORS)
        error = X509_V_ERR_UNSPECIFIED;
    verdict->errors[error] |= 1u << (depth >= 0 && depth < MUTANT_CHAIN ? depth : 0);
    verdict->n_errors++;
}

/*
 * A verify callback that notes an error and lets libcrypto go on, so that no error hides another
 * one.
 */
static int note(int ok, X509_STORE_CTX *ctx)
{
    if (!ok)
        add_error(X509_STORE_CTX_get_app_data(ctx), X509_STORE_CTX_get_error(ctx),
                  X509_STORE_CTX_get_error_depth(ctx));
    return 1;
}

static void verify(X509_STORE_CTX *ctx, struct mutant_verdict *verdict)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

    X509_STORE_CTX_set_app_data(ctx, verdict);
    X509_STORE_CTX_set_verify_cb(ctx, note);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(param, (time_t)FIXTURE_NOW);
    if (X509_verify_cert(ctx) != 1)
        add_error(verdict, X509_STORE_CTX_get_error(ctx), X509_STORE_CTX_get_error_depth(ctx));
    ERR_clear_error();
}

static X509 *read_one(const struct mutant *mutant, size_t i)
{
    const unsigned char *at = mutant->der[i];
    X509 *x509 = d2i_X509(NULL, &at, (long)mutant->len[i]);

    if (x509 && at == mutant->der[i] + mutant->len[i])
        return x509;
    X509_free(x509);
    return NULL;
}

static int ask_libcrypto(const struct mutant *mutant, struct mutant_verdict *verdict)
{
    X509 *chain[MUTANT_CHAIN];
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    bool readable = true;
    int r = store && ctx && untrusted ? 0 : -ENOMEM;

    for (size_t i = 0; i < MUTANT_CHAIN; i++) {
        chain[i] = read_one(mutant, i);
        readable = readable && chain[i];
        if (r == 0 && chain[i] && i > 0 && i < MUTANT_ROOT &&
            sk_X509_push(untrusted, chain[i]) <= 0)
            r = -ENOMEM;
    }
    if (!readable)
        add_error(verdict, MUTANT_UNREADABLE, 0);
    else if (r == 0 && X509_STORE_add_cert(store, chain[MUTANT_ROOT]) == 1 &&
             X509_STORE_CTX_init(ctx, store, chain[0], untrusted) == 1)
        verify(ctx, verdict);
    else
        r = -ENOMEM;
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    sk_X509_free(untrusted);
    for (size_t i = 0; i < MUTANT_CHAIN; i++)
        X509_free(chain[i]);
    ERR_clear_error();
    return r;
}

/* --- our verdict --- */

static int ask_engine(struct mutant_judge *judge, const struct mutant *mutant, struct store *store,
                      struct mutant_verdict *verdict)
{
    const struct store *stores[] = {store};
    struct bytes presented[MUTANT_ROOT];
    int r = 0;

    for (size_t i = 0; i < MUTANT_ROOT; i++)
        presented[i] = (struct bytes){.data = mutant->der[i], .len = mutant->len[i]};
    for (size_t i = 0; r == 0 && i < MUTANT_PROFILES; i++) {
        struct path_question question = path_ask(presented, MUTANT_ROOT, stores, 1);
        struct path_result result;

        question.profile = mutant_profiles[i].profile;
        question.judge_anchors = mutant->is_root_changed;
        question.revocation = REVOCATION_OFF;
        r = path_validate(judge->engine, &question, &result);
        verdict->accepted[i] = r == 0 && result.outcome == PATH_VALID;
        path_result_deinit(&result);
    }
    return r;
}

int mutant_judge_chain(struct mutant_judge *judge, const struct mutant *mutant,
                       struct mutant_verdict *verdict)
{
    struct store *store = NULL;
    int fault, r = store_new(&store, "mutants", false);

    *verdict = (struct mutant_verdict){0};
    if (r == 0)
        r = store_add(store, mutant->der[MUTANT_ROOT], mutant->len[MUTANT_ROOT], &fault);
    if (r == 0)
        r = ask_engine(judge, mutant, store, verdict);
    if (r >= 0) /* an anchor that cannot be used does not fail the test; it only anchors nothing */
        r = ask_libcrypto(mutant, verdict);
    store_free(store);
    return r;
}
