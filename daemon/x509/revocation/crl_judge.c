/* SPDX-License-Identifier: MIT */
/*
 * Three passes are made over the CRLs with the issuer's name, so that few signatures are verified:
 * over those that list the certificate; over the current ones, until one is good; and over the
 * others, to tell a stale CRL from none. A CRL that would not change the result is not verified.
 */
#include "daemon/x509/revocation/crl_judge.h"

#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/revocation/crl_set.h"
#include "daemon/x509/revocation/crl_signer.h"

enum pass { PASS_LISTED, PASS_CURRENT, PASS_OTHER, PASSES_COUNT };

/* The state while one certificate is judged. */
struct judging {
    struct crl_judge *judge;
    const struct crl_subject *subject;
    struct judgement *judgement;
    struct crl_signer_question signer;
    enum pass pass;
};

/*
 * Keeps a finding if it ranks higher than the one kept so far. The first unusable CRL is remembered
 * in addition.
 */
static void keep_finding(struct judging *judging, enum revocation_reason reason,
                         const struct crl *crl)
{
    struct judgement *judgement = judging->judgement;

    if (judgement->unusable == REASON_NOTHING && reason != REASON_BUDGET &&
        reason_get(reason)->state == REVOCATION_UNUSABLE) {
        judgement->unusable = reason;
        judgement->unusable_origin = crl->origin;
    }
    if (reason_rank(reason) <= reason_rank(judgement->reason))
        return;
    judgement->reason = reason;
    judgement->origin = crl->origin;
    judgement->crl_reason = 0;
}

/*
 * Checks the status of the certificate of another key of the issuer, without looking for further
 * keys. CRLs signed by that key itself cover the certificate if it is self-issued, so none of them
 * may list it. Any other certificate is judged by CRLs of the key that certified it.
 */
static int check_signer(struct judging *judging, const struct crl_signer *signer, bool *is_goodp)
{
    struct crl_judge judge = *judging->judge;
    struct judgement judgement = {0};
    struct crl_subject subject;
    enum revocation_state state;
    int r = crl_subject_init(&subject, signer->certificate, signer->certifier);

    *is_goodp = false;
    judge.others = NULL;
    judge.n_others = 0;
    if (r == 0 && signer->is_self_issued)
        *is_goodp = !crl_judge_lists(judge.sets, judge.n_sets, subject.issuer_name, subject.serial);
    else if (r == 0)
        r = crl_judge_subject(&judge, &subject, &judgement);
    judging->judge->n_signatures = judge.n_signatures;
    crl_subject_deinit(&subject);
    state = reason_get(judgement.reason)->state;
    if (!signer->is_self_issued)
        *is_goodp = state == REVOCATION_GOOD ||
                    (!judge.needs_good &&
                     (state == REVOCATION_UNKNOWN || state == REVOCATION_STALE));
    return r;
}

/*
 * Sets *reasonp to REASON_GOOD if the issuer signed the CRL and was permitted to (RFC 5280 section
 * 6.3.3 (f) and (g)). `clears` says that the CRL is to show that a certificate is not revoked, for
 * which a key that may only revoke does not suffice.
 */
static int authenticate(struct judging *judging, struct crl *crl, bool clears,
                        enum revocation_reason *reasonp)
{
    struct crl_signer signer;
    bool is_good = true;
    int r = crl_signer_find(&judging->signer, crl, clears, &signer);

    if (r == 0 && clears && signer.reason == REASON_GOOD && signer.certificate)
        r = check_signer(judging, &signer, &is_good);
    *reasonp = signer.reason;
    if (clears && signer.reason == REASON_GOOD && (signer.right != CRL_RIGHT_CLEAR || !is_good))
        *reasonp = REASON_CRL_OTHER_KEY;
    crl_signer_deinit(&signer);
    return r;
}

/*
 * Returns REASON_GOOD if the CRL is well-formed and its signer may be known; otherwise the reason.
 * A CRL with a flaw that names another key counts as one whose signer is unknown.
 */
static enum revocation_reason check_form(const struct judging *judging, const struct crl *crl)
{
    bool has_flaw = crl->flaw != REASON_NOTHING;

    if (crl_signer_is_other(&judging->signer, crl) &&
        (has_flaw || !crl_signer_may_be_known(&judging->signer, crl)))
        return REASON_CRL_OTHER_KEY;
    return has_flaw ? crl->flaw : REASON_GOOD;
}

/* Returns the first second in which the CRL may be used: thisUpdate minus the clock skew. */
static int64_t get_begin(const struct judging *judging, const struct crl *crl)
{
    return crl->from - judging->judge->clock_skew_s;
}

static enum revocation_reason check_dates(const struct judging *judging, const struct crl *crl)
{
    int64_t time = judging->judge->window->time;

    if (time < get_begin(judging, crl))
        return REASON_CRL_NOT_YET_VALID;
    if (!crl->has_end)
        return REASON_CRL_NO_END;
    return time > crl->until ? REASON_CRL_STALE : REASON_GOOD;
}

/*
 * Returns whether a CRL, its signature aside, shows that a hold in `held` was lifted: it is a
 * later, complete CRL of the same scope that covers the certificate and does not list it.
 */
static bool may_lift(const struct judging *judging, const struct crl *crl, const struct crl *held)
{
    bool is_same_scope = (!crl->scope.encoded.data && !held->scope.encoded.data) ||
                         bytes_equal(crl->scope.encoded, held->scope.encoded);

    return crl->from > held->from && is_same_scope &&
           distinguished_equal(crl->issuer, held->issuer) &&
           !crl_find(crl, judging->subject->issuer_name, judging->subject->serial) &&
           check_form(judging, crl) == REASON_GOOD &&
           crl_outside(&crl->scope, judging->subject) == REASON_GOOD;
}

static int find_lifting(struct judging *judging, const struct crl_set *set, const struct crl *held,
                        bool *is_liftedp)
{
    size_t n;
    struct crl *const *crls = crl_set_find(set, held->issuer_hash, &n);
    int r = 0;

    for (size_t i = 0; r == 0 && i < n && !*is_liftedp; i++) {
        enum revocation_reason reason;

        if (!may_lift(judging, crls[i], held))
            continue;
        window_narrow(judging->judge->window, get_begin(judging, crls[i]), INT64_MAX);
        if (judging->judge->window->time < get_begin(judging, crls[i]))
            continue;
        r = authenticate(judging, crls[i], true, &reason);
        *is_liftedp = r == 0 && reason == REASON_GOOD;
    }
    return r;
}

/* Sets *is_liftedp to whether a later CRL has lifted a hold (RFC 5280 section 5.3.1). */
static int check_hold(struct judging *judging, const struct crl *held, bool *is_liftedp)
{
    const struct crl_judge *judge = judging->judge;
    int r = 0;

    *is_liftedp = false;
    for (size_t i = 0; r == 0 && i < judge->n_sets && !*is_liftedp; i++)
        r = find_lifting(judging, judge->sets[i], held, is_liftedp);
    return r;
}

/*
 * Considers a CRL that lists the certificate. A serial number identifies one certificate of an
 * issuer, so a certificate that is listed under the issuer's signature is revoked, whatever the
 * CRL's scope is and whatever else is wrong with it. Only a hold ends if a later CRL does not list
 * the certificate any more.
 */
static int consider_listed(struct judging *judging, struct crl *crl, const struct crl_entry *entry)
{
    enum revocation_reason reason;
    bool is_lifted = false;
    int r;

    if (crl->scope.is_delta && entry->reason == CRL_REASON_REMOVED) {
        keep_finding(judging, REASON_CRL_DELTA, crl);
        return 0;
    }
    r = authenticate(judging, crl, false, &reason);
    if (r == 0 && reason == REASON_GOOD && entry->reason == CRL_REASON_HOLD)
        r = check_hold(judging, crl, &is_lifted);
    if (r || is_lifted)
        return r;
    if (reason == REASON_GOOD) {
        keep_finding(judging, REASON_REVOKED, crl);
        judging->judgement->crl_reason = entry->reason;
        return 0;
    }
    if (reason != REASON_BUDGET && reason != REASON_CRL_INDIRECT) {
        if (crl_signer_is_other(&judging->signer, crl))
            reason = REASON_CRL_OTHER_KEY;
        else if (crl->flaw != REASON_NOTHING)
            reason = crl->flaw;
    }
    keep_finding(judging, reason, crl);
    return 0;
}

/*
 * Considers a CRL that does not list the certificate. The window is narrowed even if the CRL is not
 * needed now, because at another time it may be the one that decides.
 */
static int consider_unlisted(struct judging *judging, struct crl *crl)
{
    enum revocation_reason dated = check_dates(judging, crl), reason;
    bool is_current = dated == REASON_GOOD;
    int r;

    window_narrow(judging->judge->window, get_begin(judging, crl), crl->until);
    if (is_current != (judging->pass == PASS_CURRENT) ||
        reason_rank(dated) <= reason_rank(judging->judgement->reason))
        return 0;
    r = authenticate(judging, crl, true, &reason);
    if (r)
        return r;
    keep_finding(judging, reason == REASON_GOOD ? dated : reason, crl);
    return 0;
}

static int consider(struct judging *judging, struct crl *crl)
{
    const struct crl_entry *entry = crl_find(crl, judging->subject->issuer_name,
                                             judging->subject->serial);
    enum revocation_reason against;

    if (entry)
        return judging->pass == PASS_LISTED ? consider_listed(judging, crl, entry) : 0;
    against = check_form(judging, crl);
    if (against == REASON_GOOD)
        against = crl_outside(&crl->scope, judging->subject);
    if (against == REASON_GOOD)
        return judging->pass == PASS_LISTED ? 0 : consider_unlisted(judging, crl);
    keep_finding(judging, against, crl);
    return 0;
}

static bool is_decided(const struct judging *judging)
{
    enum revocation_reason reason = judging->judgement->reason;

    return reason == REASON_REVOKED || reason == REASON_BUDGET;
}

static int consider_set(struct judging *judging, const struct crl_set *set)
{
    struct bytes name = judging->subject->issuer_name;
    size_t n;
    struct crl *const *crls = crl_set_find(set, distinguished_hash(name), &n);
    int r = 0;

    for (size_t i = 0; r == 0 && i < n && !is_decided(judging); i++) {
        if (distinguished_equal(crls[i]->issuer, name))
            r = consider(judging, crls[i]);
    }
    return r;
}

/* Considers the indirect CRLs of other issuers, which count only if they list the certificate. */
static int consider_indirect(struct judging *judging, const struct crl_set *set)
{
    const struct crl_subject *subject = judging->subject;
    int r = 0;

    for (size_t i = 0; r == 0 && i < set->n_indirect && !is_decided(judging); i++) {
        struct crl *crl = set->indirect[i];
        const struct crl_entry *entry = crl_find(crl, subject->issuer_name, subject->serial);

        if (entry && !distinguished_equal(crl->issuer, subject->issuer_name))
            r = consider_listed(judging, crl, entry);
    }
    return r;
}

static int consider_sets(struct judging *judging)
{
    const struct crl_judge *judge = judging->judge;
    int r = 0;

    for (size_t i = 0; r == 0 && i < judge->n_sets && !is_decided(judging); i++) {
        r = consider_set(judging, judge->sets[i]);
        if (r == 0 && judging->pass == PASS_LISTED)
            r = consider_indirect(judging, judge->sets[i]);
    }
    return r;
}

int crl_judge_subject(struct crl_judge *judge, const struct crl_subject *subject,
                      struct judgement *judgement)
{
    struct judging judging = {
        .judge = judge,
        .subject = subject,
        .judgement = judgement,
        .signer =
            {
                .context = judge->context,
                .subject = subject,
                .others = judge->others,
                .n_others = judge->n_others,
                .window = judge->window,
                .n_signaturesp = &judge->n_signatures,
            },
    };
    int r = 0;

    *judgement = (struct judgement){.reason = REASON_NOTHING};
    for (int pass = PASS_LISTED; r == 0 && pass < PASSES_COUNT; pass++) {
        judging.pass = (enum pass)pass;
        r = consider_sets(&judging);
    }
    return r;
}

static bool does_list(const struct crl *crl, struct bytes issuer, struct bytes serial)
{
    const struct crl_entry *entry = crl_find(crl, issuer, serial);

    return entry && entry->reason != CRL_REASON_REMOVED;
}

bool crl_judge_lists(const struct crl_set *const *sets, size_t n_sets, struct bytes issuer,
                     struct bytes serial)
{
    uint64_t hash = distinguished_hash(issuer);

    for (size_t i = 0; i < n_sets; i++) {
        size_t n;
        struct crl *const *crls = crl_set_find(sets[i], hash, &n);

        for (size_t j = 0; j < n; j++) {
            if (does_list(crls[j], issuer, serial))
                return true;
        }
        for (size_t j = 0; j < sets[i]->n_indirect; j++) {
            if (does_list(sets[i]->indirect[j], issuer, serial))
                return true;
        }
    }
    return false;
}
