/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes a whole verification, from the payload of a request to that of the reply, under a policy
 * that permits requests everything: anchors, CRLs, an OCSP response, a time. There is always an
 * answer, it can be encoded, and the client library accepts its form.
 */

#include <errno.h>

#include "daemon/verify/verify.h"
#include "proto/codec.h"
#include "tests/fuzz/fuzz.h"

/* 2026-06-01T00:00:00Z, in seconds of Unix time. */
#define NOW INT64_C(1780272000)

static const char text[] =
    "defaults { certificates = rfc5280 request-time = yes request-anchors = add\n"
    "  revocation = if-known rules-report = openssl common-name = report }\n"
    "domain peer.example { rules = openssl subdomains = all }\n"
    "domain old.example { rules = \"python-3.5\" subdomains = all }\n"
    "domain strict.example { certificates = webpki subdomains = all\n"
    "  revocation = required wildcards = none }\n"
    "deny d { names = { \"evil.example\" } }\n";

static struct suffix_list *suffixes;
static struct x509_context *x509;
/* The policy has no trust anchors, so all anchors are those of the request. */
static const struct store *const stores[POLICY_TRUSTS_COUNT];
static const struct crl_set *const crls[POLICY_TRUSTS_COUNT];
static struct verify_context context;

static void open_once(void)
{
    struct policy *policy = NULL;
    struct path_engine *engine = NULL;
    struct policy_error error = {0};

    if (x509)
        return;
    fuzz_must(suffix_list_open(&suffixes) == 0 && x509_context_new(&x509) == 0, "it begins");
    (void)policy_parse(&policy, "fuzz.conf", text, sizeof(text) - 1, suffixes, &error);
    fuzz_must(policy != NULL, error.message);
    fuzz_must(path_engine_new(&engine, x509) == 0, "there is an engine");
    context = (struct verify_context){
        .policy = policy,
        .suffixes = suffixes,
        .x509 = x509,
        .engine = engine,
        .stores = stores,
        .crls = crls,
        .generation = 1,
    };
}

static void answer(const struct verification *verification, const struct request *request,
                   struct arena *arena)
{
    const struct verdict_asked asked = {
        .identity = request->n_references > 0,
        .path = request->path,
    };
    struct verdict again;
    struct bytes payload;
    int r = codec_write_verdict(&verification->verdict, arena, &payload);

    fuzz_must(verdict_answers(&verification->verdict, asked), "it answers what was asked");
    if (r != 0)
        return; /* over a limit of the arena */
    fuzz_must(codec_read_verdict(&again, payload.data, payload.len) == 0, "the answer can be read");
    fuzz_must(again.outcome == verification->verdict.outcome && verdict_answers(&again, asked),
              "it reads as it was");
    fuzz_must(verification->from <= verification->until, "it is right at some time");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct verify_asker asker = {.client_class = POLICY_CLASS_NONE, .now = NOW};
    struct verification verification = VERIFICATION_NULL;
    struct request request;
    struct arena arena;
    struct codec_fault why;
    int r;

    open_once();
    codec_arena_init(&arena);
    if (codec_read_request(&request, &arena, data, n, &why) == 0) {
        r = verification_init(&verification, &context, &asker, &request);
        fuzz_must(r >= 0 || r == -ENOMEM || r == -EIO, "it ends as it says");
        if (r == 0)
            answer(&verification, &request, &arena);
        else
            fuzz_must(verification.verdict.outcome == VERDICT_NOT_VERIFIED,
                      "without an answer nothing is verified");
        verification_deinit(&verification);
    }
    arena_deinit(&arena);
    return 0;
}
