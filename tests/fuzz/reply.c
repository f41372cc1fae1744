/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a reply in the client library, which does not trust the daemon. The first
 * byte of the input says what was asked for.
 */

#include <string.h>

#include "client/lib/reply.h"
#include "client/lib/verdict.h"
#include "proto/frame.h"
#include "tests/fuzz/fuzz.h"

static size_t n_read;

static void read_text(const char *text)
{
    n_read += strlen(text);
}

static void read_failures(const struct certname_verdict *verdict)
{
    const struct certname_failure *failure;

    for (size_t i = 0; (failure = certname_verdict_failure(verdict, i)) != NULL; i++) {
        read_text(failure->code);
        read_text(failure->message);
        read_text(failure->detail);
    }
    for (size_t i = 0; (failure = certname_verdict_reported(verdict, i)) != NULL; i++)
        read_text(failure->message);
}

static void read_identity(const struct certname_identity *identity)
{
    if (!identity)
        return;
    read_text(identity->type);
    read_text(identity->why);
    read_text(identity->text);
}

static void read_identities(const struct certname_verdict *verdict)
{
    const struct certname_identity *identity;

    for (size_t i = 0; (identity = certname_verdict_presented(verdict, i)) != NULL; i++)
        read_identity(identity);
    read_identity(certname_verdict_reference(verdict));
    read_identity(certname_verdict_matched(verdict));
    read_identity(certname_verdict_nearest(verdict));
}

static void read_rest(const struct certname_verdict *verdict)
{
    const struct certname_rule *client_rule = certname_verdict_client_rule(verdict);
    const struct certname_step *step;

    for (size_t i = 0; (step = certname_verdict_path(verdict, i)) != NULL; i++)
        read_text(step->store);
    read_text(certname_verdict_rule(verdict)->section);
    read_text(certname_verdict_rule(verdict)->file);
    if (client_rule)
        read_text(client_rule->section);
    read_text(certname_verdict_message(verdict));
    read_text(certname_verdict_strerror(verdict));
    read_text(certname_verdict_alert_name(verdict));
}

static void open_verdict(const struct reply *reply, struct verdict_asked asked)
{
    struct certname_verdict *verdict;
    struct failure failure;
    int r = verdict_open(&verdict, reply->payload, reply->n_payload, asked, &failure);

    fuzz_must((verdict != NULL) == (r >= 0), "there is a verdict or an error");
    if (!verdict)
        return;
    fuzz_must(r == CERTNAME_NOT_VERIFIED || r == CERTNAME_NAME_MATCHES || r == CERTNAME_VERIFIED,
              "nothing else is a result");
    fuzz_must(r != CERTNAME_NAME_MATCHES || !asked.path, "who asks for a path gets one");
    fuzz_must(r == CERTNAME_NOT_VERIFIED ||
                  (certname_verdict_matched(verdict) != NULL) == asked.identity,
              "who asks for a name gets one that matched");
    fuzz_must((certname_verdict_verify_code(verdict) == 0) == (r > 0), "only a refusal has a code");
    read_failures(verdict);
    read_identities(verdict);
    read_rest(verdict);
    certname_verdict_free(verdict);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct failure failure = {0};
    struct verdict_asked asked;
    struct reply reply;
    int r;

    if (n == 0)
        return 0;
    asked = (struct verdict_asked){.identity = data[0] & 1, .path = data[0] & 2};
    r = reply_find(&reply, data + 1, n - 1, &failure);
    if (r != 1)
        return 0;
    fuzz_must(reply.n_frame <= n - 1, "a reply ends within the input");
    if (reply.kind == FRAME_KIND_VERDICT)
        open_verdict(&reply, asked);
    else if (reply.kind == FRAME_KIND_ERROR)
        fuzz_must(reply_read_error(&reply, &failure) < 0, "an error is no verdict");
    return 0;
}
