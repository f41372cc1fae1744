/* SPDX-License-Identifier: MIT */
/*
 * Makes verdicts from replies. Texts become C strings, and a reply with a NUL in a text is refused.
 * No other file turns a reply into an acceptance.
 */
#include "client/lib/verdict.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "client/lib/c_string.h"
#include "client/lib/export.h"
#include "client/lib/reply.h"
#include "proto/codec.h"

#define REASON          "CERTIFICATE_VERIFY_FAILED"
#define LIBRARY         "SSL"
#define STRERROR_PREFIX "[" LIBRARY ": " REASON "] certificate verify failed: "

/*
 * Converts failures to those of the API. A verify_code of 0 is refused, because Python would take
 * it for success.
 */
static int make_failures(struct certname_failure *made, const struct verdict_failure *failures,
                         size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int r;

        if (failures[i].verify_code == 0 || failures[i].verify_code > INT_MAX)
            return -EBADMSG;
        made[i].verify_code = (int)failures[i].verify_code;
        made[i].depth = failures[i].depth;
        r = c_string_make(&made[i].code, failures[i].code);
        if (!r)
            r = c_string_make(&made[i].message, failures[i].message);
        if (!r)
            r = c_string_make(&made[i].detail, failures[i].detail);
        if (r)
            return r;
    }
    return 0;
}

static int make_result(enum verdict_outcome outcome)
{
    if (outcome == VERDICT_VERIFIED)
        return CERTNAME_VERIFIED;
    if (outcome == VERDICT_NAME_MATCHES)
        return CERTNAME_NAME_MATCHES;
    return CERTNAME_NOT_VERIFIED;
}

/*
 * Fills in the fields of Python's exception. The message must already be a C string; `room` is the
 * room for the text of `strerror` that make_memory made.
 */
static void make_python_fields(struct certname_verdict *made, char *room)
{
    if (made->verdict.n_failures == 0) {
        made->message = "ok";
        made->reason = made->library = made->strerror = "";
        made->code = certname_result_name(made->result);
        return;
    }
    made->verify_code = made->failures[0].verify_code;
    made->message = made->failures[0].message;
    made->reason = REASON;
    made->library = LIBRARY;
    made->code = made->failures[0].code;
    memcpy(room, STRERROR_PREFIX, sizeof(STRERROR_PREFIX) - 1);
    memcpy(room + sizeof(STRERROR_PREFIX) - 1, made->message, strlen(made->message) + 1);
    made->strerror = room;
}

static struct certname_bytes show_bytes(struct bytes bytes)
{
    return (struct certname_bytes){.data = bytes.data, .len = bytes.len};
}

static int make_identity(struct certname_identity *made, const struct verdict_identity *identity)
{
    int r;

    made->type = verdict_identity_name(identity->type);
    made->value = show_bytes(identity->value);
    r = c_string_make(&made->why, identity->why);
    return r ? r : c_string_make(&made->text, identity->text);
}

static int make_nearest(struct certname_verdict *made)
{
    struct verdict_identity nearest = made->verdict.nearest.identity;

    nearest.why = made->verdict.nearest.why;
    nearest.text = made->verdict.nearest.text;
    return make_identity(&made->nearest, &nearest);
}

static int make_identities(struct certname_verdict *made)
{
    const struct verdict *verdict = &made->verdict;
    int r = 0;

    if (verdict->has_reference)
        r = make_identity(&made->reference, &verdict->reference);
    if (!r && verdict->has_matched)
        r = make_identity(&made->matched, &verdict->matched);
    if (!r && verdict->has_nearest)
        r = make_nearest(made);
    for (size_t i = 0; !r && i < verdict->n_presented; i++)
        r = make_identity(&made->presented[i], &verdict->presented[i]);
    return r;
}

static int make_rule(struct certname_rule *made, const struct verdict_rule *rule)
{
    int r = c_string_make(&made->section, rule->section);

    made->line = rule->line;
    return r ? r : c_string_make(&made->file, rule->file);
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
        made->path[i].sha256 = show_bytes(verdict->path[i].sha256);
        r = c_string_make(&made->path[i].store, verdict->path[i].store);
    }
    return r;
}

static int make_leaf(struct certname_verdict *made)
{
    const struct verdict_leaf *leaf = &made->verdict.leaf;

    made->leaf = (struct certname_leaf){
        .sha256 = show_bytes(leaf->sha256),
        .spki = show_bytes(leaf->spki),
        .has_validity = leaf->has_validity,
        .not_before = leaf->not_before,
        .not_after = leaf->not_after,
    };
    return is_digest(leaf->sha256, false) ? 0 : -EBADMSG;
}

static int make_provenance(struct certname_verdict *made)
{
    const struct verdict *verdict = &made->verdict;
    int r;

    if (!is_digest(verdict->digest, true))
        return -EBADMSG;
    r = make_rule(&made->rule, &verdict->rule);
    return r ? r : make_rule(&made->client_rule, &verdict->client_rule);
}

/* Decodes the verdict and checks that it answers what was asked. Returns 0 or -EBADMSG. */
static int read_verdict(struct verdict *verdict, const uint8_t *payload, size_t len,
                        struct verdict_asked asked)
{
    int r = codec_read_verdict(verdict, payload, len);

    return r || verdict_answers(verdict, asked) ? r : -EBADMSG;
}

int verdict_read_result(const uint8_t *payload, size_t len, struct verdict_asked asked)
{
    struct verdict verdict;

    return read_verdict(&verdict, payload, len, asked) ? CERTNAME_ERR_PROTOCOL
                                                       : make_result(verdict.outcome);
}

static int make_failure_lists(struct certname_verdict *made)
{
    const struct verdict *verdict = &made->verdict;
    int r = make_failures(made->failures, verdict->failures, verdict->n_failures);

    return r ? r : make_failures(made->reported, verdict->reported, verdict->n_reported);
}

/* Makes a verdict from the copy of the reply in made->bytes. Returns 0 or -EBADMSG. */
static int make_verdict(struct certname_verdict *made, size_t len, struct verdict_asked asked)
{
    int r = read_verdict(&made->verdict, (const uint8_t *)made->bytes, len, asked);

    if (r)
        return r;
    made->result = make_result(made->verdict.outcome);
    r = make_failure_lists(made);
    if (!r)
        r = make_identities(made);
    if (!r)
        r = make_path(made);
    if (!r)
        r = make_leaf(made);
    if (!r)
        r = make_provenance(made);
    if (!r)
        make_python_fields(made, made->bytes + len + 1);
    return r;
}

/*
 * Returns memory for a verdict, followed by a copy of the reply, a NUL, and room for the text of
 * `strerror`; NULL if memory ran out.
 */
static struct certname_verdict *make_memory(const uint8_t *payload, size_t len)
{
    struct certname_verdict *made = malloc(sizeof(*made) + 2 * (len + 1) + sizeof(STRERROR_PREFIX));

    if (!made)
        return NULL;
    memset(made, 0, sizeof(*made));
    if (len > 0)
        memcpy(made->bytes, payload, len);
    made->bytes[len] = '\0';
    return made;
}

int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len,
                 struct verdict_asked asked, struct failure *failure)
{
    struct certname_verdict *made = make_memory(payload, len);

    *verdictp = NULL;
    if (!made)
        return failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM,
                           "no memory for certnamed's verdict");
    if (make_verdict(made, len, asked) == 0) {
        *verdictp = made;
        return made->result;
    }
    free(made);
    return failure_set(
        failure, CERTNAME_ERR_PROTOCOL, 0,
        "the reply is not a verdict that answers the question: check that certnamed and this "
        "library are of the same release");
}

EXPORT struct certname_verdict *certname_verdict_free(struct certname_verdict *verdict)
{
    free(verdict);
    return NULL;
}
