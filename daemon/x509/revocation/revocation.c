/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/revocation.h"

#include <errno.h>

#include <openssl/x509v3.h>

#include "base/error.h"
#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/revocation/crl_judge.h"
#include "daemon/x509/revocation/ocsp.h"
#include "daemon/x509/revocation/revocation_crlite.h"
#include "daemon/x509/revocation/revocation_reason.h"

/* TLS extensions by which a server sends a stapled response (RFC 6066 section 8, RFC 6961). */
#define TLS_STATUS_REQUEST    5
#define TLS_STATUS_REQUEST_V2 17

/* The state while a question is answered. */
struct checking {
    const struct revocation_question *question;
    struct crl_judge judge;
    struct window window;
    struct fault_list *faults;
    struct revocation_result *result;
    bool has_fault;
};

/* Returns the reason code of a revocation (RFC 5280 section 5.3.1) as words that end a message. */
static const char *describe_reason(uint8_t reason)
{
    static const char *const names[] = {
        "",
        ": key compromise",
        ": compromise of the authority",
        ": affiliation changed",
        ": superseded",
        ": cessation of operation",
        ": on hold",
        "",
        "",
        ": privilege withdrawn",
        ": compromise of the attribute authority",
    };

    return reason < sizeof(names) / sizeof(*names) ? names[reason] : "";
}

static void describe(struct fault_list *list, size_t depth, enum revocation_reason found,
                     const char *origin, uint8_t crl_reason)
{
    const struct reason *reason = reason_get(found);

    if (origin)
        fault_add(list, reason->code, reason->verify_code, (unsigned)depth, "%s%s (CRL from %s)",
                  reason->text, describe_reason(crl_reason), origin);
    else
        fault_add(list, reason->code, reason->verify_code, (unsigned)depth, "%s", reason->text);
}

static void add_fault(struct checking *checking, size_t depth, const struct judgement *judgement)
{
    checking->has_fault = true;
    describe(checking->faults, depth, judgement->reason, judgement->origin, judgement->crl_reason);
}

/* Returns whether a CRL or CRLite's filters were not used because they are about others. */
static bool is_other_scope(enum revocation_reason reason)
{
    return reason == REASON_CRL_KIND || reason == REASON_CRL_POINT ||
           reason == REASON_CRLITE_NOT_COVERED || reason == REASON_CRLITE_NOT_ENROLLED;
}

/*
 * Notes CRLs and responses that could not be used for a certificate that is not refused. A CRL or a
 * filter of another scope is not noted, because it was not needed for this certificate. Material
 * without nextUpdate is not noted either, because it is used as long as nothing demands better.
 */
static void note_unused(struct checking *checking, size_t depth, const struct judgement *judgement)
{
    enum revocation_reason reason = judgement->reason;

    if (reason == REASON_GOOD && judgement->unusable != REASON_NOTHING)
        describe(&checking->result->unused, depth, judgement->unusable, judgement->unusable_origin,
                 0);
    if (reason != REASON_GOOD && reason != REASON_NOTHING && reason != REASON_CRL_NO_END &&
        reason != REASON_OCSP_NO_END && !is_other_scope(reason))
        describe(&checking->result->unused, depth, reason, judgement->origin, 0);
}

/*
 * Returns whether the certificate is an end entity with noRevAvail (RFC 9608): its issuer publishes
 * nothing about its revocation.
 */
static bool has_no_material(const X509 *certificate, size_t depth)
{
    static const char no_rev_avail[] = "2.5.29.56";
    ASN1_OBJECT *oid;
    int at;

    if (depth > 0 || (X509_get_extension_flags((X509 *)certificate) & EXFLAG_CA))
        return false;
    oid = OBJ_txt2obj(no_rev_avail, 1);
    at = oid ? X509_get_ext_by_OBJ(certificate, oid, -1) : -1;
    ASN1_OBJECT_free(oid);
    return at >= 0;
}

/* Returns whether the mode tolerates a state. Any state that is not listed here is refused. */
static bool is_tolerated(const struct checking *checking, size_t depth, enum revocation_state state)
{
    const struct revocation_question *question = checking->question;

    if (state == REVOCATION_GOOD)
        return true;
    if (state != REVOCATION_UNKNOWN && state != REVOCATION_STALE)
        return false;
    return question->mode == REVOCATION_IF_KNOWN || has_no_material(question->path[depth], depth);
}

static void record_judgement(struct checking *checking, size_t depth,
                             const struct judgement *judgement)
{
    const struct reason *reason = reason_get(judgement->reason);
    struct revocation_status *status = &checking->result->certificates[depth];

    status->state = reason->state;
    status->why = reason->code;
    if (judgement->reason != REASON_NOTHING)
        checking->result->has_looked = true;
    if (is_tolerated(checking, depth, reason->state))
        note_unused(checking, depth, judgement);
    else
        add_fault(checking, depth, judgement);
}

/*
 * Combines the judgement so far with that by CRLite, then with that by the response. The response
 * was given for this very certificate, so nothing good makes up for an unusable response.
 */
static void combine(struct judgement *judgement, enum revocation_reason found)
{
    bool is_unusable = reason_get(found)->state == REVOCATION_UNUSABLE;
    bool is_greater = reason_rank(found) > reason_rank(judgement->reason);

    if (is_greater || (is_unusable && judgement->reason == REASON_GOOD))
        *judgement = (struct judgement){
            .reason = found,
            .unusable = judgement->unusable,
            .unusable_origin = judgement->unusable_origin,
        };
}

static int check_staple(struct checking *checking, const struct crl_subject *subject,
                        struct judgement *judgement)
{
    const struct revocation_question *question = checking->question;
    struct bytes response = {.data = question->ocsp, .len = question->n_ocsp};
    enum revocation_reason reason;
    int r = ocsp_judge(&checking->judge, subject, response, question->ocsp_max_age_s, &reason);

    if (r)
        return r;
    checking->result->staple_good = reason == REASON_GOOD ||
                                    (reason == REASON_OCSP_NO_END &&
                                     question->mode == REVOCATION_IF_KNOWN);
    combine(judgement, reason);
    return 0;
}

static int check_crlite(struct checking *checking, const struct crl_subject *subject,
                        struct judgement *judgement)
{
    const struct revocation_question *question = checking->question;
    enum revocation_reason reason;
    int r = revocation_crlite_judge(checking->judge.context, question->crlites, question->n_crlites,
                                    subject, &checking->window, &reason);

    if (r == 0)
        combine(judgement, reason);
    return r;
}

static int check_certificate(struct checking *checking, size_t depth)
{
    const struct revocation_question *question = checking->question;
    struct judgement judgement;
    struct crl_subject subject;
    int r = crl_subject_init(&subject, question->path[depth], question->path[depth + 1]);

    subject.above = question->path + depth + 2;
    subject.n_above = question->n - depth - 2;
    if (r == 0)
        r = crl_judge_subject(&checking->judge, &subject, &judgement);
    if (r == 0 && depth == 0)
        r = check_crlite(checking, &subject, &judgement);
    if (r == 0 && depth == 0 && question->has_ocsp)
        r = check_staple(checking, &subject, &judgement);
    crl_subject_deinit(&subject);
    if (r == 0)
        record_judgement(checking, depth, &judgement);
    return r;
}

bool revocation_asks_for_staple(const X509 *certificate)
{
    int at = X509_get_ext_by_NID(certificate, NID_tlsfeature, -1);
    const ASN1_OCTET_STRING *octets;
    struct der features, feature;
    struct bytes value;

    if (at < 0)
        return false;
    octets = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
    value = bytes_of_string(octets);
    if (!der_take_tag(&value, DER_SEQUENCE, &features) || value.len > 0 ||
        X509_get_ext_by_NID(certificate, NID_tlsfeature, at) >= 0)
        return true;
    while (features.content.len > 0) {
        if (!der_take_tag(&features.content, DER_INTEGER, &feature) ||
            (feature.content.len == 1 && (*feature.content.data == TLS_STATUS_REQUEST ||
                                          *feature.content.data == TLS_STATUS_REQUEST_V2)))
            return true;
    }
    return false;
}

/*
 * Adds a fault if the path demands a stapled response and there is no good one. If an issuer has
 * the extension, the certificates that it issues have to have it too (RFC 7633 section 4.2.2), so
 * one certificate of the path with it is enough.
 */
static void check_must_staple(struct checking *checking)
{
    const struct judgement missing = {.reason = REASON_MUST_STAPLE};

    for (size_t i = 0; i < checking->question->n; i++) {
        if (!revocation_asks_for_staple(checking->question->path[i]))
            continue;
        if (!checking->result->staple_good)
            add_fault(checking, 0, &missing);
        return;
    }
}

static bool is_in_bounds(const struct revocation_question *question)
{
    return question->n >= 1 && question->n <= REVOCATION_PATH_COUNT &&
           (question->mode == REVOCATION_OFF || question->mode == REVOCATION_IF_KNOWN ||
            question->mode == REVOCATION_REQUIRED) &&
           question->clock_skew_s >= 0 && question->clock_skew_s <= REVOCATION_SKEW_S &&
           question->ocsp_max_age_s >= 0 && question->ocsp_max_age_s <= OCSP_AGE_S;
}

static int check(struct checking *checking)
{
    struct revocation_result *result = checking->result;
    int r = 0;

    result->n = checking->question->n - 1;
    for (size_t i = 0; r == 0 && i < result->n; i++)
        r = check_certificate(checking, i);
    if (r)
        return r;
    check_must_staple(checking);
    result->from = checking->window.from;
    result->until = checking->window.until;
    result->outcome = checking->has_fault ? REVOCATION_REFUSED : REVOCATION_PASSED;
    return 0;
}

int revocation_check(const struct x509_context *context, const struct revocation_question *question,
                     struct fault_list *faults, struct revocation_result *resultp)
{
    static const struct revocation_result nothing = {.from = INT64_MIN, .until = INT64_MAX};
    struct checking checking = {.question = question, .faults = faults, .result = resultp};
    int r;

    *resultp = nothing;
    if (!is_in_bounds(question))
        return error_origin(-EINVAL);
    if (question->mode == REVOCATION_OFF) {
        resultp->outcome = REVOCATION_SKIPPED;
        return 0;
    }
    window_init(&checking.window, question->time);
    checking.judge = (struct crl_judge){
        .context = context,
        .sets = question->sets,
        .n_sets = question->n_sets,
        .others = question->others,
        .n_others = question->n_others,
        .needs_good = question->mode == REVOCATION_REQUIRED,
        .window = &checking.window,
        .clock_skew_s = question->clock_skew_s,
    };
    r = check(&checking);
    if (r == 0)
        r = x509_error(0);
    if (r)
        *resultp = nothing;
    return r;
}
