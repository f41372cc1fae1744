/* SPDX-License-Identifier: MIT */
/*
 * Three passes are made over the CRLs with the issuer's name, so that few signatures are verified:
 * over those that list the certificate; over the current ones, until one is good; and over the
 * others, to tell a stale CRL from none. A CRL that would not change the result is not verified.
 */
#include "daemon/x509/revocation/crl_judge.h"

#include <errno.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "base/digest.h"
#include "base/error.h"
#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/revocation/crl_set.h"
#include "daemon/x509/revocation/revocation_extension.h"
#include "daemon/x509/revocation/revocation_limits.h"

enum pass { PASS_LISTED, PASS_CURRENT, PASS_OTHER, PASSES_COUNT };

/* The state while one certificate is judged. */
struct judging {
    struct crl_judge *judge;
    const struct crl_subject *subject;
    struct judgement *judgement;
    enum pass pass;
    bool has_key;
    uint8_t key[DIGEST_BYTES]; /* SHA-256 of the issuer's SubjectPublicKeyInfo */
};

static struct bytes get_name(const X509_NAME *name)
{
    const unsigned char *data = NULL;
    size_t len = 0;

    if (X509_NAME_get0_der(name, &data, &len) != 1)
        return (struct bytes){0};
    return (struct bytes){.data = data, .len = len};
}

int crl_subject_init(struct crl_subject *subject, X509 *certificate, X509 *issuer)
{
    uint32_t flags = X509_get_extension_flags(certificate);
    struct bytes number;
    struct der serial;
    int len;

    *subject = (struct crl_subject){
        .certificate = certificate,
        .issuer = issuer,
        .issuer_name = get_name(X509_get_issuer_name(certificate)),
        .is_ca = (flags & EXFLAG_CA) != 0,
    };
    /* The certificate has been verified, so it is not invalid: libcrypto ran out of memory when it
     * read this one. */
    if (flags & EXFLAG_INVALID)
        return x509_error(-EIO);
    len = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &subject->number);
    if (len <= 0 || !subject->issuer_name.data)
        return x509_error(-ENOMEM);
    number = (struct bytes){.data = subject->number, .len = (size_t)len};
    if (!der_take(&number, &serial))
        return error_origin(-EIO);
    subject->serial = serial.content;
    return 0;
}

void crl_subject_deinit(struct crl_subject *subject)
{
    OPENSSL_free(subject->number);
    *subject = (struct crl_subject){0};
}

/* Keeps the finding with the higher rank (reason_rank); of two with the same rank the first one. */
static void keep_finding(struct judging *judging, enum revocation_reason reason,
                         const struct crl *crl)
{
    struct judgement *judgement = judging->judgement;

    if (reason_rank(reason) <= reason_rank(judgement->reason))
        return;
    *judgement = (struct judgement){.reason = reason, .origin = crl->origin};
}

static bool is_different(struct bytes claimed, const ASN1_STRING *actual)
{
    struct bytes octets;

    if (!claimed.data || !actual)
        return false;
    octets = bytes_of_string(actual);
    return !bytes_equal(claimed, octets);
}

/*
 * Returns whether the CRL's authority key identifier is that of another key than the issuer's. The
 * serial number of the issuer's certificate is compared only if there is no key identifier, because
 * one key may have several certificates.
 */
static bool is_other_key(const struct crl *crl, X509 *issuer)
{
    struct bytes serial = crl->authority.serial;

    if (crl->authority.key.data)
        return is_different(crl->authority.key, X509_get0_subject_key_id(issuer));
    if (serial.len > 1 && *serial.data == 0) {
        serial.data++;
        serial.len--;
    }
    return is_different(serial, X509_get0_serialNumber(issuer));
}

static int hash_issuer_key(struct judging *judging)
{
    unsigned char *spki = NULL;
    int len, r;

    if (judging->has_key)
        return 0;
    len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(judging->subject->issuer), &spki);
    if (len <= 0)
        return x509_error(-ENOMEM);
    r = x509_sha256(judging->judge->context, spki, (size_t)len, judging->key);
    OPENSSL_free(spki);
    judging->has_key = r == 0;
    return r;
}

/*
 * Verifies the CRL's signature, unless it is remembered as good under this key. A bad result is not
 * remembered, because libcrypto may only have run out of memory.
 */
static int check_signature(struct judging *judging, struct crl *crl,
                           enum signature_outcome *signaturep)
{
    struct crl_memory *memory = &crl->memory;
    int r = hash_issuer_key(judging);

    if (r)
        return r;
    if (memory->signature == SIGNATURE_GOOD &&
        memcmp(memory->key, judging->key, sizeof(memory->key)) == 0) {
        *signaturep = SIGNATURE_GOOD;
        return 0;
    }
    r = signature_verify(judging->judge->context, X509_get0_pubkey(judging->subject->issuer),
                         &crl->value, signaturep);
    if (r || *signaturep != SIGNATURE_GOOD)
        return r;
    memcpy(memory->key, judging->key, sizeof(memory->key));
    memory->signature = SIGNATURE_GOOD;
    return 0;
}

/*
 * Sets *reasonp to REASON_GOOD if the issuer signed the CRL and is allowed to (RFC 5280 section
 * 6.3.3 (f) and (g)). For a CRL that lists the certificate, needs_usage is false, and the issuer's
 * key usage makes no difference: another certificate for the same key may permit CRLs, and a server
 * must not be able to avoid a revocation by leaving that certificate out. A remembered signature
 * counts against the limit too, so that the answer does not depend on earlier questions.
 */
static int authenticate(struct judging *judging, struct crl *crl, bool needs_usage,
                        enum revocation_reason *reasonp)
{
    enum signature_outcome signature = SIGNATURE_BAD;
    int r;

    *reasonp = REASON_CRL_KEY_USAGE;
    if (needs_usage && !(X509_get_key_usage(judging->subject->issuer) & KU_CRL_SIGN))
        return x509_error(0);
    *reasonp = REASON_BUDGET;
    if (judging->judge->n_signatures == CRL_SIGNATURES_COUNT)
        return 0;
    judging->judge->n_signatures++;
    r = check_signature(judging, crl, &signature);
    if (r)
        return r;
    *reasonp = signature == SIGNATURE_REFUSED ? REASON_CRL_ALGORITHM : REASON_CRL_SIGNATURE;
    if (signature == SIGNATURE_GOOD)
        *reasonp = REASON_GOOD;
    return 0;
}

/*
 * Returns REASON_GOOD if the CRL is for the issuer's key and well-formed, else the reason why not.
 */
static enum revocation_reason check_form(const struct judging *judging, const struct crl *crl)
{
    if (is_other_key(crl, judging->subject->issuer))
        return REASON_CRL_OTHER_KEY;
    return crl->flaw == REASON_NOTHING ? REASON_GOOD : crl->flaw;
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
           !crl_find(crl, judging->subject->serial) && check_form(judging, crl) == REASON_GOOD &&
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
    enum revocation_reason form = check_form(judging, crl), reason;
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
    } else {
        keep_finding(judging, form == REASON_GOOD || reason == REASON_BUDGET ? reason : form, crl);
    }
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
    const struct crl_entry *entry = crl_find(crl, judging->subject->serial);
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

int crl_judge_subject(struct crl_judge *judge, const struct crl_subject *subject,
                      struct judgement *judgement)
{
    struct judging judging = {.judge = judge, .subject = subject, .judgement = judgement};
    int r = 0;

    *judgement = (struct judgement){.reason = REASON_NOTHING};
    for (int pass = PASS_LISTED; r == 0 && pass < PASSES_COUNT; pass++) {
        judging.pass = (enum pass)pass;
        for (size_t i = 0; r == 0 && i < judge->n_sets && !is_decided(&judging); i++)
            r = consider_set(&judging, judge->sets[i]);
    }
    return r;
}
