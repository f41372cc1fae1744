/* SPDX-License-Identifier: MIT */
/* The functions of the API that return the fields of a verdict. */
#include "client/lib/verdict.h"

#include "client/lib/export.h"

/* Used in place of a verdict that is NULL. Nothing in it can be taken for an acceptance. */
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

EXPORT const struct certname_failure *
certname_verdict_failure(const struct certname_verdict *verdict, size_t index)
{
    const struct certname_verdict *seen = view(verdict);

    return index < seen->verdict.n_failures ? &seen->failures[index] : NULL;
}

EXPORT const struct certname_failure *
certname_verdict_reported(const struct certname_verdict *verdict, size_t index)
{
    const struct certname_verdict *seen = view(verdict);

    return index < seen->verdict.n_reported ? &seen->reported[index] : NULL;
}

EXPORT const struct certname_identity *
certname_verdict_reference(const struct certname_verdict *verdict)
{
    const struct certname_verdict *seen = view(verdict);

    return seen->verdict.has_reference ? &seen->reference : NULL;
}

EXPORT const struct certname_identity *
certname_verdict_matched(const struct certname_verdict *verdict)
{
    const struct certname_verdict *seen = view(verdict);

    return seen->verdict.has_matched ? &seen->matched : NULL;
}

EXPORT const struct certname_identity *
certname_verdict_presented(const struct certname_verdict *verdict, size_t index)
{
    const struct certname_verdict *seen = view(verdict);

    return index < seen->verdict.n_presented ? &seen->presented[index] : NULL;
}

EXPORT unsigned certname_verdict_presented_more(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.presented_more;
}

EXPORT unsigned certname_verdict_failures_more(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.failures_more;
}

EXPORT unsigned certname_verdict_reported_more(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.reported_more;
}

EXPORT const struct certname_identity *
certname_verdict_nearest(const struct certname_verdict *verdict)
{
    const struct certname_verdict *seen = view(verdict);

    return seen->verdict.has_nearest ? &seen->nearest : NULL;
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

EXPORT const struct certname_rule *certname_verdict_rule(const struct certname_verdict *verdict)
{
    return &view(verdict)->rule;
}

EXPORT const struct certname_rule *
certname_verdict_client_rule(const struct certname_verdict *verdict)
{
    const struct certname_verdict *seen = view(verdict);

    return seen->client_rule.section[0] != '\0' ? &seen->client_rule : NULL;
}

EXPORT const struct certname_step *certname_verdict_path(const struct certname_verdict *verdict,
                                                         size_t index)
{
    const struct certname_verdict *seen = view(verdict);

    return index < seen->verdict.n_path ? &seen->path[index] : NULL;
}

EXPORT uint64_t certname_verdict_generation(const struct certname_verdict *verdict)
{
    return view(verdict)->verdict.generation;
}

EXPORT struct certname_bytes certname_verdict_digest(const struct certname_verdict *verdict)
{
    struct bytes digest = view(verdict)->verdict.digest;

    return (struct certname_bytes){.data = digest.data, .len = digest.len};
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

EXPORT const struct certname_leaf *certname_verdict_leaf(const struct certname_verdict *verdict)
{
    const struct certname_verdict *seen = view(verdict);

    return seen->leaf.sha256.len > 0 ? &seen->leaf : NULL;
}
