/* SPDX-License-Identifier: MIT */
#include "daemon/verify/denial.h"

#include "daemon/policy/deny.h"
#include "daemon/verify/findings.h"

static bool is_serial_denied(const struct policy_deny *deny, const struct fingerprint *certificate)
{
    for (size_t i = 0; i < certificate->n_issuers; i++) {
        if (policy_deny_has_serial(deny, certificate->issuers[i], certificate->serial,
                                   certificate->n_serial))
            return true;
    }
    return false;
}

/*
 * Returns which part of a certificate the section denies, as words for the message; NULL for none.
 */
static const char *find_denied_part(const struct policy_deny *deny,
                                    const struct fingerprint *certificate, size_t depth)
{
    if (depth == 0 && policy_deny_has_spki(deny, certificate->spki))
        return "the end entity's key";
    if (depth > 0 && policy_deny_has_issuer_spki(deny, certificate->spki))
        return "an authority's key";
    if (is_serial_denied(deny, certificate))
        return "a certificate";
    return NULL;
}

/*
 * Returns what the section denies, as words for the message, and the depth of the certificate in
 * *depthp; NULL if it denies nothing.
 */
static const char *find_denied(const struct policy_deny *deny, const struct policy_subject *subject,
                               const struct fingerprints *certificates, uint32_t *depthp)
{
    *depthp = 0;
    if (policy_deny_has_subject(deny, subject))
        return "the name";
    for (size_t i = 0; i < certificates->n; i++) {
        const char *what = find_denied_part(deny, &certificates->list[i], i);

        if (what) {
            *depthp = (uint32_t)i;
            return what;
        }
    }
    return NULL;
}

enum denial_state denial_judge(const struct policy *policy, const struct policy_subject *subject,
                               const struct fingerprints *certificates, struct verdict *verdict,
                               struct words *words)
{
    enum denial_state state = DENIAL_NONE;
    size_t n;
    const struct policy_deny *denies = policy_denies(policy, &n);

    for (size_t i = 0; i < n; i++) {
        struct finding finding = {
            .code = "denied",
            .verify_code = FINDING_APPLICATION,
            .report_only = denies[i].mode == POLICY_MODE_REPORT,
            .origin = &denies[i].origin,
        };
        const char *what = find_denied(&denies[i], subject, certificates, &finding.depth);

        if (!what)
            continue;
        finding.message = words_print(words,
                                      "application verification failure: %s is denied by \"%s\" "
                                      "(%s:%u)",
                                      what, denies[i].name, denies[i].origin.file,
                                      denies[i].origin.line);
        findings_add(verdict, &finding);
        if (!finding.report_only)
            state = DENIAL_DENIED;
    }
    return state;
}
