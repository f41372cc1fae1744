/* SPDX-License-Identifier: MIT */
/*
 * A reply becomes a verdict. A string is made only from bytes without a NUL; a reply that has one
 * in a text is not a reply.
 */
#include "client/lib/verdict.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "client/lib/export.h"
#include "proto/codec.h"

#define REASON          "CERTIFICATE_VERIFY_FAILED"
#define LIBRARY         "SSL"
#define STRERROR_PREFIX "[" LIBRARY ": " REASON "] certificate verify failed: "

/* prefix and bytes as a C string. 0, -EBADMSG, -E2BIG or -ENOMEM. */
static int make_string(struct arena *arena, const char **stringp, const char *prefix,
                       struct bytes bytes)
{
    size_t n_prefix = strlen(prefix);
    char *string;

    if (bytes.len > 0 && memchr(bytes.data, '\0', bytes.len))
        return -EBADMSG;
    string = arena_alloc(arena, n_prefix + bytes.len + 1);
    if (!string)
        return arena->over_limit ? -E2BIG : -ENOMEM;
    memcpy(string, prefix, n_prefix);
    if (bytes.len > 0)
        memcpy(string + n_prefix, bytes.data, bytes.len);
    string[n_prefix + bytes.len] = '\0';
    *stringp = string;
    return 0;
}

/*
 * What a reply says of a failure as a caller sees it. Its number is Python's verify_code, for which
 * zero is success.
 */
static int make_failures(struct arena *arena, struct certname_failure *made,
                         const struct verdict_failure *failures, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r;

        if (failures[i].verify_code == 0 || failures[i].verify_code > INT_MAX)
            return -EBADMSG;
        made[i].verify_code = (int)failures[i].verify_code;
        made[i].depth = failures[i].depth;
        r = make_string(arena, &made[i].code, "", failures[i].code);
        if (!r)
            r = make_string(arena, &made[i].message, "", failures[i].message);
        if (!r)
            r = make_string(arena, &made[i].detail, "", failures[i].detail);
        if (r)
            return r;
    }
    return 0;
}

/* The only place where a reply becomes an acceptance. */
static void make_result(struct certname_verdict *made)
{
    if (made->verdict.outcome == VERDICT_VERIFIED)
        made->result = CERTNAME_VERIFIED;
    else if (made->verdict.outcome == VERDICT_NAME_MATCHES)
        made->result = CERTNAME_NAME_MATCHES;
    else
        made->result = CERTNAME_NOT_VERIFIED;
}

static int make_python_fields(struct certname_verdict *made)
{
    const struct verdict_failure *first = &made->verdict.failures[0];

    if (made->verdict.n_failures == 0) {
        made->message = "ok";
        made->reason = made->library = made->strerror = "";
        made->code = certname_result_name(made->result);
        return 0;
    }
    made->verify_code = (int)first->verify_code;
    made->message = made->failures[0].message;
    made->reason = REASON;
    made->library = LIBRARY;
    made->code = made->failures[0].code;
    return make_string(&made->arena, &made->strerror, STRERROR_PREFIX, first->message);
}

static int make_explanation(struct certname_verdict *made)
{
    int r = 0;

    for (size_t i = 0; !r && i < made->verdict.n_presented; i++) {
        const struct verdict_identity *identity = &made->verdict.presented[i];

        r = make_string(&made->arena, &made->presented_why[i], "", identity->why);
        if (!r)
            r = make_string(&made->arena, &made->presented_text[i], "", identity->text);
    }
    return r;
}

static int make_rule(struct arena *arena, struct certname_rule *made,
                     const struct verdict_rule *rule)
{
    int r = make_string(arena, &made->section, "", rule->section);

    made->line = rule->line;
    return r ? r : make_string(arena, &made->file, "", rule->file);
}

static bool is_digest(struct bytes bytes, bool required)
{
    return bytes.len == DIGEST_BYTES || (bytes.len == 0 && !required);
}

static int make_path(struct certname_verdict *made)
{
    const struct verdict *verdict = &made->verdict;
    int r = 0;

    for (size_t i = 0; !r && i < verdict->n_path; i++) {
        if (!is_digest(verdict->path[i].sha256, true))
            return -EBADMSG;
        r = make_string(&made->arena, &made->stores[i], "", verdict->path[i].store);
    }
    return r;
}

static int make_provenance(struct certname_verdict *made)
{
    const struct verdict *verdict = &made->verdict;
    int r;

    if (!is_digest(verdict->digest, true) || !is_digest(verdict->leaf.sha256, false))
        return -EBADMSG;
    r = make_rule(&made->arena, &made->rule, &verdict->rule);
    if (!r)
        r = make_rule(&made->arena, &made->client_rule, &verdict->client_rule);
    if (!r && verdict->has_nearest)
        r = make_string(&made->arena, &made->why, "", verdict->nearest.why);
    if (!r && verdict->has_nearest)
        r = make_string(&made->arena, &made->text, "", verdict->nearest.text);
    return r;
}

static int make(struct certname_verdict *made, const uint8_t *payload, size_t len,
                struct verdict_asked asked)
{
    int r;

    codec_arena_init(&made->arena);
    r = codec_read_verdict(&made->verdict, &made->arena, payload, len);
    if (r)
        return r;
    if (!verdict_answers(&made->verdict, asked))
        return -EBADMSG;
    make_result(made);
    r = make_failures(&made->arena, made->failures, made->verdict.failures,
                      made->verdict.n_failures);
    if (!r)
        r = make_failures(&made->arena, made->reported, made->verdict.reported,
                          made->verdict.n_reported);
    if (!r)
        r = make_python_fields(made);
    if (!r)
        r = make_explanation(made);
    if (!r)
        r = make_path(made);
    return r ? r : make_provenance(made);
}

int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len,
                 struct verdict_asked asked, struct failure *failure)
{
    struct certname_verdict *made = calloc(1, sizeof(*made));
    int r = made ? make(made, payload, len, asked) : -ENOMEM;

    *verdictp = NULL;
    if (r == 0) {
        *verdictp = made;
        return made->result;
    }
    (void)certname_verdict_free(made);
    if (r == -ENOMEM)
        return failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM,
                           "no memory for certnamed's verdict");
    return failure_set(
        failure, CERTNAME_ERR_PROTOCOL, 0,
        "the reply cannot be used: it is not a verdict that answers the question: do "
        "certnamed and this library belong together?");
}

EXPORT struct certname_verdict *certname_verdict_free(struct certname_verdict *verdict)
{
    if (verdict)
        arena_deinit(&verdict->arena);
    free(verdict);
    return NULL;
}
