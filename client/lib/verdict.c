/* SPDX-License-Identifier: MIT */
/*
 * A verdict owns the arena that its bytes and strings lie in. A string is made only from bytes
 * without a NUL; a reply that has one in a text is not a reply.
 */
#include "client/lib/verdict.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/export.h"
#include "proto/arena.h"
#include "proto/codec.h"
#include "proto/verdict.h"

#define DIGEST_BYTES    32
#define REASON          "CERTIFICATE_VERIFY_FAILED"
#define LIBRARY         "SSL"
#define STRERROR_PREFIX "[" LIBRARY ": " REASON "] certificate verify failed: "

struct certname_verdict {
    struct arena arena;
    struct verdict verdict;
    int result;
    int verify_code;
    const char *message;
    const char *reason;
    const char *library;
    const char *strerror;
    const char *code;
    const char *failure_messages[LIMIT_FAILURES_COUNT];
    const char *presented_why[LIMIT_PRESENTED_SHOWN_COUNT];
    const char *presented_text[LIMIT_PRESENTED_SHOWN_COUNT];
    const char *reported_message;
    const char *why;
    const char *text;
    const char *section;
    const char *file;
};

/* What a caller sees who asks about no verdict: nothing that could be taken for an acceptance. */
static const struct certname_verdict no_verdict = {
    .result = CERTNAME_NOT_VERIFIED,
    .verify_code = 1, /* X509_V_ERR_UNSPECIFIED */
    .message = "no verdict",
    .reason = "",
    .library = "",
    .strerror = "",
    .code = "unspecified",
    .section = "",
    .file = "",
};

static const struct certname_verdict *view(const struct certname_verdict *verdict)
{
    return verdict ? verdict : &no_verdict;
}

/* --- making --- */

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

/* A failure's number is Python's verify_code, for which zero is success. */
static int make_failures(struct certname_verdict *made)
{
    for (size_t i = 0; i < made->verdict.n_failures; i++) {
        const struct verdict_failure *failure = &made->verdict.failures[i];
        int r;

        if (failure->verify_code == 0 || failure->verify_code > INT_MAX)
            return -EBADMSG;
        r = make_string(&made->arena, &made->failure_messages[i], "", failure->message);
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
    made->message = made->failure_messages[0];
    made->reason = REASON;
    made->library = LIBRARY;
    made->code = verdict_failure_name(first->code);
    return make_string(&made->arena, &made->strerror, STRERROR_PREFIX, first->message);
}

static int make_reported(struct certname_verdict *made)
{
    const struct verdict_failure *reported = &made->verdict.reported;

    if (!made->verdict.has_reported)
        return 0;
    if (reported->verify_code == 0 || reported->verify_code > INT_MAX)
        return -EBADMSG;
    return make_string(&made->arena, &made->reported_message, "", reported->message);
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

static int make_provenance(struct certname_verdict *made)
{
    const struct verdict *verdict = &made->verdict;
    int r;

    if (verdict->digest.len != DIGEST_BYTES ||
        (verdict->leaf.sha256.len != 0 && verdict->leaf.sha256.len != DIGEST_BYTES))
        return -EBADMSG;
    r = make_string(&made->arena, &made->section, "", verdict->rule.section);
    if (!r)
        r = make_string(&made->arena, &made->file, "", verdict->rule.file);
    if (!r && verdict->has_nearest)
        r = make_string(&made->arena, &made->why, "", verdict->nearest.why);
    if (!r && verdict->has_nearest)
        r = make_string(&made->arena, &made->text, "", verdict->nearest.text);
    return r;
}

static int make(struct certname_verdict *made, const uint8_t *payload, size_t len, bool path)
{
    int r;

    codec_arena_init(&made->arena);
    r = codec_read_verdict(&made->verdict, &made->arena, payload, len);
    if (r)
        return r;
    if (!verdict_answers(&made->verdict, path))
        return -EBADMSG;
    make_result(made);
    r = make_failures(made);
    if (!r)
        r = make_python_fields(made);
    if (!r)
        r = make_explanation(made);
    if (!r)
        r = make_reported(made);
    return r ? r : make_provenance(made);
}

int verdict_open(struct certname_verdict **verdictp, const uint8_t *payload, size_t len, bool path,
                 struct failure *failure)
{
    struct certname_verdict *made = calloc(1, sizeof(*made));
    int r = made ? make(made, payload, len, path) : -ENOMEM;

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

/* --- reading --- */

EXPORT int certname_verdict_result(const struct certname_verdict *verdict)
{
    return view(verdict)->result;
}

EXPORT int certname_verdict_verify_code(const struct certname_verdict *verdict)
{
    return view(verdict)->verify_code;
}

EXPORT const char *certname_verdict_message(const struct certname_verdict *verdict)
{
    return view(verdict)->message;
}

EXPORT const char *certname_verdict_reason(const struct certname_verdict *verdict)
{
    return view(verdict)->reason;
}

EXPORT const char *certname_verdict_library(const struct certname_verdict *verdict)
{
    return view(verdict)->library;
}

EXPORT const char *certname_verdict_strerror(const struct certname_verdict *verdict)
{
    return view(verdict)->strerror;
}

EXPORT const char *certname_verdict_code(const struct certname_verdict *verdict)
{
    return view(verdict)->code;
}

EXPORT int certname_verdict_failure(const struct certname_verdict *verdict, size_t index,
                                    struct certname_failure *failure)
{
    const struct certname_verdict *seen = view(verdict);

    *failure = (struct certname_failure){.code = "", .message = ""};
    if (index >= seen->verdict.n_failures)
        return 0;
    failure->code = verdict_failure_name(seen->verdict.failures[index].code);
    failure->verify_code = (int)seen->verdict.failures[index].verify_code;
    failure->message = seen->failure_messages[index];
    failure->depth = seen->verdict.failures[index].depth;
    return 1;
}

/* Fills in the identity if there is one, and says whether. */
static int show_identity(struct certname_identity *identity, const struct verdict_identity *found,
                         bool present)
{
    *identity = (struct certname_identity){
        .type = verdict_identity_name(VERDICT_IDENTITY_UNSPECIFIED),
        .why = "",
        .text = "",
    };
    if (!present)
        return 0;
    identity->type = verdict_identity_name(found->type);
    identity->value = (struct certname_bytes){.data = found->value.data, .len = found->value.len};
    return 1;
}

EXPORT void certname_verdict_reference(const struct certname_verdict *verdict,
                                       struct certname_identity *identity)
{
    (void)show_identity(identity, &view(verdict)->verdict.reference, true);
}

EXPORT int certname_verdict_matched(const struct certname_verdict *verdict,
                                    struct certname_identity *identity)
{
    const struct verdict *seen = &view(verdict)->verdict;

    return show_identity(identity, &seen->matched, seen->has_matched);
}

EXPORT int certname_verdict_presented(const struct certname_verdict *verdict, size_t index,
                                      struct certname_identity *identity)
{
    const struct certname_verdict *seen = view(verdict);
    bool present = index < seen->verdict.n_presented;

    if (!show_identity(identity, present ? &seen->verdict.presented[index] : NULL, present))
        return 0;
    identity->why = seen->presented_why[index];
    identity->text = seen->presented_text[index];
    return 1;
}

EXPORT unsigned certname_verdict_presented_more(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.presented_more;
}

EXPORT int certname_verdict_nearest(const struct certname_verdict *verdict,
                                    struct certname_identity *identity, const char **why,
                                    const char **text)
{
    const struct certname_verdict *seen = view(verdict);
    bool present = seen->verdict.has_nearest;

    *why = present ? seen->why : "";
    *text = present ? seen->text : "";
    return show_identity(identity, &seen->verdict.nearest.identity, present);
}

EXPORT const char *certname_verdict_checked(const struct certname_verdict *verdict, size_t index)
{
    const bool *checked = view(verdict)->verdict.checked;

    for (unsigned i = VERDICT_CHECK_IDENTITY; i < VERDICT_CHECKS_COUNT; i++) {
        if (checked[i] && index-- == 0)
            return verdict_check_name((enum verdict_check)i);
    }
    return NULL;
}

EXPORT const char *certname_verdict_rule_section(const struct certname_verdict *verdict)
{
    return view(verdict)->section;
}

EXPORT const char *certname_verdict_rule_file(const struct certname_verdict *verdict)
{
    return view(verdict)->file;
}

EXPORT unsigned certname_verdict_rule_line(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.rule.line;
}

EXPORT uint64_t certname_verdict_generation(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.generation;
}

EXPORT struct certname_bytes certname_verdict_digest(const struct certname_verdict *verdict)
{
    const struct bytes *digest = &view(verdict)->verdict.digest;

    return (struct certname_bytes){.data = digest->data, .len = digest->len};
}

EXPORT unsigned certname_verdict_alert(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.alert;
}

EXPORT const char *certname_verdict_alert_name(const struct certname_verdict *verdict)
{
    unsigned alert = certname_verdict_alert(verdict);

    return alert ? verdict_alert_name(alert) : "";
}

EXPORT int certname_verdict_sni(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.sni;
}

EXPORT int certname_verdict_leaf(const struct certname_verdict *verdict, struct certname_leaf *leaf)
{
    const struct verdict_leaf *seen = &view(verdict)->verdict.leaf;

    *leaf = (struct certname_leaf){
        .sha256 = {.data = seen->sha256.data, .len = seen->sha256.len},
        .spki = {.data = seen->spki.data, .len = seen->spki.len},
        .has_validity = seen->has_validity,
        .not_before = seen->not_before,
        .not_after = seen->not_after,
    };
    return seen->sha256.len > 0;
}

EXPORT int certname_verdict_reported(const struct certname_verdict *verdict,
                                     struct certname_failure *failure)
{
    const struct certname_verdict *seen = view(verdict);

    *failure = (struct certname_failure){.code = "", .message = ""};
    if (!seen->verdict.has_reported)
        return 0;
    *failure = (struct certname_failure){
        .code = verdict_failure_name(seen->verdict.reported.code),
        .verify_code = (int)seen->verdict.reported.verify_code,
        .message = seen->reported_message,
        .depth = seen->verdict.reported.depth,
    };
    return 1;
}
