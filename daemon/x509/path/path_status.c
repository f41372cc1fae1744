/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/path_status.h"

#include <openssl/x509_vfy.h>

#include "daemon/x509/revocation/crl_judge.h"
#include "daemon/x509/revocation/ocsp.h"
#include "daemon/x509/revocation/revocation_signature.h"

#define OTHERS_COUNT (PATH_CANDIDATES_COUNT + PATH_ANCHORS_COUNT)

/* Lists the certificates that were presented and the anchors. Returns their number. */
static size_t list_others(const struct candidates *candidates,
                          struct revocation_other others[static OTHERS_COUNT])
{
    size_t n = 0;

    for (size_t i = 0; i < candidates->n_intermediates; i++)
        others[n++] = (struct revocation_other){&candidates->intermediates[i].outline, false};
    for (size_t i = 0; i < candidates->n_anchors; i++)
        others[n++] = (struct revocation_other){&candidates->anchors[i].outline, true};
    return n;
}

int path_status_check(const struct path_status_question *question, struct fault_list *faults,
                      struct revocation_result *result)
{
    const struct path_question *asked = question->asked;
    struct revocation_other others[OTHERS_COUNT];
    X509 *path[PATH_CERTIFICATES_COUNT];
    struct revocation_question revocation = {
        .path = path,
        .n = question->n,
        .time = asked->time,
        .mode = asked->revocation,
        .sets = asked->crls,
        .n_sets = asked->n_crls,
        .crlites = asked->crlites,
        .n_crlites = asked->purpose == PURPOSE_SERVER ? asked->n_crlites : 0,
        .others = others,
        .n_others = list_others(question->candidates, others),
        .has_ocsp = asked->staple != NULL,
        .ocsp = asked->staple ? asked->staple->data : NULL,
        .n_ocsp = asked->staple ? asked->staple->len : 0,
        .clock_skew_s = asked->clock_skew_s,
        .ocsp_max_age_s = asked->ocsp_max_age_s,
    };

    for (size_t i = 0; i < question->n; i++)
        path[i] = question->path[i]->x509;
    return revocation_check(question->context, &revocation, faults, result);
}

bool path_status_is_listed(const struct path_question *question, const struct outline *outline)
{
    return crl_judge_lists(question->crls, question->n_crls, outline->issuer, outline->serial);
}

/*
 * Sets *is_self_signedp to whether the certificate is signed with its own key, by an algorithm that
 * is accepted.
 */
static int check_self_signed(const struct path_status_question *question, bool *is_self_signedp)
{
    const struct parsed_certificate *parsed = question->path[0];
    enum signature_outcome outcome = SIGNATURE_BAD;
    struct signed_value value;
    int r = 0;

    if (outline_is_self_issued(&parsed->outline) &&
        signed_value_read(&value, parsed->outline.der) && value.rest.len == 0)
        r = signature_verify(question->context, X509_get0_pubkey(parsed->x509), &value, &outcome);
    *is_self_signedp = r == 0 && outcome == SIGNATURE_GOOD;
    return r;
}

static int check_direct_staple(const struct path_status_question *question,
                               struct fault_list *faults, struct revocation_result *result)
{
    const struct outline *outline = &question->path[0]->outline;
    enum revocation_reason found;
    const struct reason *reason;
    int r = ocsp_judge_unverified(question->context, outline->issuer, outline->serial,
                                  *question->asked->staple, &found);

    if (r)
        return r;
    reason = reason_get(found);
    if (found == REASON_OCSP_REVOKED || found == REASON_OCSP_MALFORMED)
        fault_add(faults, reason->code, reason->verify_code, 0, "%s", reason->text);
    else
        fault_add(&result->unused, reason_get(REASON_OCSP_RESPONDER)->code,
                  X509_V_ERR_OCSP_VERIFY_FAILED, 0,
                  "the end entity is trusted directly, so its OCSP response cannot be verified");
    return 0;
}

/* Refuses a certificate that demands a stapled response, since none can be verified for it. */
static void check_direct_must_staple(const struct path_status_question *question,
                                     struct fault_list *faults)
{
    const struct reason *reason = reason_get(REASON_MUST_STAPLE);

    if (revocation_asks_for_staple(question->path[0]->x509))
        fault_add(faults, reason->code, reason->verify_code, 0, "%s", reason->text);
}

static int check_direct(const struct path_status_question *question, struct fault_list *faults,
                        struct revocation_result *result)
{
    const struct path_question *asked = question->asked;
    bool is_self_signed = false;
    int r = 0;

    if (path_status_is_listed(asked, &question->path[0]->outline))
        fault_add(faults, "revoked", X509_V_ERR_CERT_REVOKED, 0,
                  "the end entity is trusted directly, and a CRL lists it");
    if (asked->staple)
        r = check_direct_staple(question, faults, result);
    if (r == 0)
        check_direct_must_staple(question, faults);
    if (r || faults->n > 0 || asked->revocation != REVOCATION_REQUIRED)
        return r;
    r = check_self_signed(question, &is_self_signed);
    if (r == 0 && !is_self_signed)
        fault_add(faults, "revocation-unknown", X509_V_ERR_UNABLE_TO_GET_CRL, 0,
                  "the end entity is trusted directly, so its status cannot be known");
    return r;
}

int path_status_check_direct(const struct path_status_question *question, struct fault_list *faults,
                             struct revocation_result *result)
{
    int r = 0;

    *result = (struct revocation_result){
        .outcome = REVOCATION_SKIPPED,
        .from = INT64_MIN,
        .until = INT64_MAX,
    };
    if (question->asked->revocation == REVOCATION_OFF)
        return 0;
    r = check_direct(question, faults, result);
    result->outcome = r == 0 && faults->n == 0 ? REVOCATION_PASSED : REVOCATION_REFUSED;
    return r;
}
