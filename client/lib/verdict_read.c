/* SPDX-License-Identifier: MIT */
/* What a caller reads of a verdict. */
#include "client/lib/verdict.h"

#include "client/lib/export.h"

/* What a caller sees who asks about no verdict: nothing that could be taken for an acceptance. */
static const struct certname_verdict no_verdict = {
    .result = CERTNAME_NOT_VERIFIED,
    .verify_code = 1, /* X509_V_ERR_UNSPECIFIED */
    .message = "no verdict",
    .reason = "",
    .library = "",
    .strerror = "",
    .code = "unspecified",
    .rule = {.section = "", .file = ""},
    .client_rule = {.section = "", .file = ""},
};

static const struct certname_verdict *view(const struct certname_verdict *verdict)
{
    return verdict ? verdict : &no_verdict;
}

static struct certname_bytes show_bytes(struct bytes bytes)
{
    return (struct certname_bytes){.data = bytes.data, .len = bytes.len};
}

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

static int show_failure(struct certname_failure *failure, const struct certname_failure *made,
                        size_t n, size_t index)
{
    *failure = index < n ? made[index]
                         : (struct certname_failure){.code = "", .message = "", .detail = ""};
    return index < n;
}

EXPORT int certname_verdict_failure(const struct certname_verdict *verdict, size_t index,
                                    struct certname_failure *failure)
{
    const struct certname_verdict *seen = view(verdict);

    return show_failure(failure, seen->failures, seen->verdict.n_failures, index);
}

EXPORT int certname_verdict_reported(const struct certname_verdict *verdict, size_t index,
                                     struct certname_failure *failure)
{
    const struct certname_verdict *seen = view(verdict);

    return show_failure(failure, seen->reported, seen->verdict.n_reported, index);
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
    identity->value = show_bytes(found->value);
    return 1;
}

EXPORT int certname_verdict_reference(const struct certname_verdict *verdict,
                                      struct certname_identity *identity)
{
    const struct verdict *seen = &view(verdict)->verdict;

    return show_identity(identity, &seen->reference, seen->has_reference);
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

EXPORT void certname_verdict_rule(const struct certname_verdict *verdict,
                                  struct certname_rule *rule)
{
    *rule = view(verdict)->rule;
}

EXPORT int certname_verdict_client_rule(const struct certname_verdict *verdict,
                                        struct certname_rule *rule)
{
    *rule = view(verdict)->client_rule;
    return rule->section[0] != '\0';
}

EXPORT int certname_verdict_path(const struct certname_verdict *verdict, size_t index,
                                 struct certname_step *step)
{
    const struct certname_verdict *seen = view(verdict);

    *step = (struct certname_step){.store = ""};
    if (index >= seen->verdict.n_path)
        return 0;
    step->sha256 = show_bytes(seen->verdict.path[index].sha256);
    step->store = seen->stores[index];
    return 1;
}

EXPORT uint64_t certname_verdict_generation(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.generation;
}

EXPORT struct certname_bytes certname_verdict_digest(const struct certname_verdict *verdict)
{
    return show_bytes(view(verdict)->verdict.digest);
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
        .sha256 = show_bytes(seen->sha256),
        .spki = show_bytes(seen->spki),
        .has_validity = seen->has_validity,
        .not_before = seen->not_before,
        .not_after = seen->not_after,
    };
    return seen->sha256.len > 0;
}
