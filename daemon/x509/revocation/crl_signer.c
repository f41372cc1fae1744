/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl_signer.h"

#include <errno.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "base/digest.h"
#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/revocation/revocation_limits.h"

/*
 * The largest number of certificates between a key that may only revoke and a certificate of the
 * path.
 */
#define STEPS_COUNT 3

/* The state of the search for the signer of one CRL. */
struct search {
    const struct crl_signer_question *question;
    struct crl *crl;
    bool clears; /* the CRL is to clear, so that a key that may only revoke does not suffice */
    struct crl_signer *signer;
};

/* --- which certificates come into question --- */

static bool is_different(struct bytes claimed, const ASN1_STRING *actual)
{
    struct bytes octets;

    if (!claimed.data || !actual)
        return false;
    octets = bytes_of_string(actual);
    return !bytes_equal(claimed, octets);
}

/* The serial number of the issuer's certificate is compared only if there is no key identifier,
 * because one key may have several certificates. */
bool crl_signer_is_other(const struct crl_signer_question *question, const struct crl *crl)
{
    X509 *issuer = question->subject->issuer;
    struct bytes serial = crl->authority.serial;

    if (crl->authority.key.data)
        return is_different(crl->authority.key, X509_get0_subject_key_id(issuer));
    if (serial.len > 1 && *serial.data == 0) {
        serial.data++;
        serial.len--;
    }
    return is_different(serial, X509_get0_serialNumber(issuer));
}

/*
 * Returns whether the key of this certificate may have signed the CRL: its subject is the CRL's
 * issuer, and the CRL does not name another key.
 */
static bool may_have_signed(const struct crl *crl, const struct outline *outline)
{
    if (outline->subject_hash != crl->issuer_hash ||
        (crl->authority.key.data && outline->subject_key.data &&
         !bytes_equal(crl->authority.key, outline->subject_key)))
        return false;
    return distinguished_equal(outline->subject, crl->issuer);
}

/* Returns whether the subject of a certificate of the path is the CRL's issuer. */
static bool has_crl_name(const struct crl *crl, const X509 *certificate)
{
    const unsigned char *name = NULL;
    size_t len = 0;

    return X509_NAME_get0_der(X509_get_subject_name(certificate), &name, &len) == 1 &&
           distinguished_equal(crl->issuer, (struct bytes){.data = name, .len = len});
}

bool crl_signer_may_be_known(const struct crl_signer_question *question, const struct crl *crl)
{
    for (size_t i = 0; i < question->subject->n_above; i++) {
        X509 *above = question->subject->above[i];

        if (has_crl_name(crl, above) &&
            !is_different(crl->authority.key, X509_get0_subject_key_id(above)))
            return true;
    }
    for (size_t i = 0; i < question->n_others; i++) {
        if (may_have_signed(crl, question->others[i].outline))
            return true;
    }
    return false;
}

/* --- signatures --- */

/*
 * Takes one signature off the budget. A signature that is remembered as good counts too, so that
 * the answer does not depend on earlier questions.
 */
static bool take_signature(struct search *search)
{
    unsigned *np = search->question->n_signaturesp;

    if (*np == CRL_SIGNATURES_COUNT) {
        search->signer->reason = REASON_BUDGET;
        return false;
    }
    ++*np;
    return true;
}

static bool is_used_up(const struct search *search)
{
    return search->signer->reason == REASON_BUDGET;
}

static int hash_key(const struct x509_context *context, const X509 *certificate,
                    uint8_t digest[static DIGEST_BYTES])
{
    unsigned char *spki = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
    int r;

    if (len <= 0)
        return x509_error(-ENOMEM);
    r = x509_sha256(context, spki, (size_t)len, digest);
    OPENSSL_free(spki);
    return r;
}

/* Verifies the CRL by the key of a certificate. A signature that was good under this key is not
 * verified again. A bad result is not remembered, because libcrypto may only have run out of
 * memory. */
static int verify_crl(struct search *search, X509 *certificate, enum signature_outcome *outcomep)
{
    const struct x509_context *context = search->question->context;
    struct crl_memory *memory = &search->crl->memory;
    uint8_t key[DIGEST_BYTES];
    int r;

    *outcomep = SIGNATURE_BAD;
    if (!take_signature(search))
        return 0;
    r = hash_key(context, certificate, key);
    if (r)
        return r;
    if (memory->signature == SIGNATURE_GOOD && memcmp(memory->key, key, sizeof(key)) == 0) {
        *outcomep = SIGNATURE_GOOD;
        return 0;
    }
    r = signature_verify(context, X509_get0_pubkey(certificate), &search->crl->value, outcomep);
    if (r || *outcomep != SIGNATURE_GOOD)
        return r;
    memcpy(memory->key, key, sizeof(memory->key));
    memory->signature = SIGNATURE_GOOD;
    return 0;
}

/* Determines whether `issuer` issued the certificate, by names and signature only. */
static int check_issued(struct search *search, const struct outline *outline, X509 *issuer,
                        bool *is_issuedp)
{
    const unsigned char *name = NULL;
    struct signed_value value;
    enum signature_outcome outcome;
    size_t len = 0;
    int r;

    *is_issuedp = false;
    if (X509_NAME_get0_der(X509_get_subject_name(issuer), &name, &len) != 1)
        return x509_error(-ENOMEM);
    if (!distinguished_equal(outline->issuer, (struct bytes){.data = name, .len = len}) ||
        !signed_value_read(&value, outline->der) || value.rest.len > 0 || !take_signature(search))
        return 0;
    r = signature_verify(search->question->context, X509_get0_pubkey(issuer), &value, &outcome);
    *is_issuedp = r == 0 && outcome == SIGNATURE_GOOD;
    return r;
}

static int parse(struct search *search, const struct outline *outline, X509 **certificatep)
{
    const unsigned char *der = outline->der.data;
    X509 *certificate = X509_new_ex(search->question->context->hashing, NULL);

    *certificatep = NULL;
    if (!certificate)
        return x509_error(-ENOMEM);
    if (d2i_X509(&certificate, &der, (long)outline->der.len))
        *certificatep = certificate;
    else
        X509_free(certificate);
    return x509_error(0);
}

/* --- the right of a key --- */

static bool is_same_algorithm(const X509 *certificate)
{
    const X509_ALGOR *outer = NULL;

    X509_get0_signature(NULL, &outer, certificate);
    return X509_ALGOR_cmp(X509_get0_tbs_sigalg(certificate), outer) == 0;
}

/* Returns whether the certificate is valid now and says that its key signs CRLs. A certificate
 * without a key usage does not say so. */
static bool may_clear(const struct search *search, const struct outline *outline, X509 *certificate)
{
    struct window *window = search->question->window;
    uint32_t flags = X509_get_extension_flags(certificate);
    EVP_PKEY *key = X509_get0_pubkey(certificate);

    window_narrow(window, outline->from, outline->until);
    return window->time >= outline->from && window->time <= outline->until &&
           !(flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) && (flags & EXFLAG_KUSAGE) &&
           (X509_get_key_usage(certificate) & KU_CRL_SIGN) && is_same_algorithm(certificate) &&
           key && EVP_PKEY_get_security_bits(key) >= REVOCATION_SECURITY_BITS;
}

/*
 * Finds the key that certified the key of a certificate so that it may clear: the issuer's key, if
 * the certificate is self-issued, or the key that certified the issuer. *certifierp is NULL if it
 * was neither.
 */
static int find_certifier(struct search *search, const struct outline *outline, X509 **certifierp)
{
    const struct crl_subject *subject = search->question->subject;
    bool is_issued = false;
    int r = 0;

    *certifierp = NULL;
    if (!distinguished_equal(outline->subject, subject->issuer_name))
        return 0;
    if (outline_is_self_issued(outline)) {
        r = check_issued(search, outline, subject->issuer, &is_issued);
        *certifierp = is_issued ? subject->issuer : NULL;
    }
    if (r || *certifierp || subject->n_above == 0 || is_used_up(search))
        return r;
    r = check_issued(search, outline, subject->above[0], &is_issued);
    *certifierp = is_issued ? subject->above[0] : NULL;
    return r;
}

/* Determines whether a certificate of the path issued this one. */
static int check_issued_by_path(struct search *search, const struct outline *outline,
                                bool *is_issuedp)
{
    const struct crl_subject *subject = search->question->subject;
    int r = check_issued(search, outline, subject->issuer, is_issuedp);

    for (size_t i = 0; r == 0 && !*is_issuedp && i < subject->n_above; i++)
        r = check_issued(search, outline, subject->above[i], is_issuedp);
    return r;
}

/*
 * Determines whether the certificate is an anchor, or is certified below the path's anchor with at
 * most `n_steps` certificates in between.
 */
static int check_certified(struct search *search, const struct revocation_other *other,
                           unsigned n_steps, bool *is_certifiedp)
{
    const struct crl_signer_question *question = search->question;
    X509 *certificate;
    int r;

    *is_certifiedp = other->is_anchor;
    if (other->is_anchor)
        return 0;
    r = check_issued_by_path(search, other->outline, is_certifiedp);
    for (size_t i = 0;
         r == 0 && n_steps > 0 && !*is_certifiedp && !is_used_up(search) && i < question->n_others;
         i++) {
        const struct revocation_other *issuer = &question->others[i];

        if (issuer == other || !outline_names_issuer(other->outline, issuer->outline))
            continue;
        r = parse(search, issuer->outline, &certificate);
        if (r == 0 && certificate)
            r = check_issued(search, other->outline, certificate, is_certifiedp);
        X509_free(certificate);
        if (r == 0 && *is_certifiedp)
            r = check_certified(search, issuer, n_steps - 1, is_certifiedp);
    }
    return r;
}

/* Keeps the certificate whose key verified the CRL, and determines what the key may do. */
static int judge_right(struct search *search, const struct revocation_other *other,
                       X509 *certificate)
{
    struct crl_signer *signer = search->signer;
    bool is_certified = false;
    int r = 0;

    if (search->clears && may_clear(search, other->outline, certificate))
        r = find_certifier(search, other->outline, &signer->certifier);
    if (r || is_used_up(search))
        return r;
    if (signer->certifier) {
        signer->right = CRL_RIGHT_CLEAR;
        signer->reason = REASON_GOOD;
        signer->is_self_issued = outline_is_self_issued(other->outline);
        X509_up_ref(certificate);
        X509_free(signer->certificate);
        signer->certificate = certificate;
        return 0;
    }
    if (signer->right == CRL_RIGHT_REVOKE)
        return 0;
    r = check_certified(search, other, STEPS_COUNT, &is_certified);
    if (r || is_used_up(search) || !is_certified)
        return r;
    signer->right = CRL_RIGHT_REVOKE;
    signer->reason = REASON_GOOD;
    return 0;
}

static int try_other(struct search *search, const struct revocation_other *other)
{
    enum signature_outcome outcome;
    X509 *certificate;
    int r = parse(search, other->outline, &certificate);

    if (r || !certificate)
        return r;
    r = verify_crl(search, certificate, &outcome);
    if (r == 0 && outcome == SIGNATURE_GOOD)
        r = judge_right(search, other, certificate);
    X509_free(certificate);
    return r;
}

static bool is_found(const struct search *search)
{
    enum crl_right right = search->signer->right;

    return right == CRL_RIGHT_CLEAR || (right == CRL_RIGHT_REVOKE && !search->clears);
}

static int try_others(struct search *search)
{
    const struct crl_signer_question *question = search->question;
    int r = 0;

    for (size_t i = 0; r == 0 && i < question->n_others && !is_used_up(search) && !is_found(search);
         i++) {
        if (may_have_signed(search->crl, question->others[i].outline))
            r = try_other(search, &question->others[i]);
    }
    return r;
}

/* --- the keys of the path --- */

/*
 * Returns what the key of a certificate above the issuer may do. If the issuer's certificate is
 * self-issued, the certificate above it belongs to the issuer too, with another key. Any other
 * certificate of the path can have signed only an indirect CRL, which can revoke but not clear.
 */
static enum crl_right find_right_above(const struct crl_subject *subject, size_t at)
{
    const X509 *below = subject->issuer;

    for (size_t i = 0; i <= at; below = subject->above[i], i++) {
        if (!(X509_get_extension_flags((X509 *)below) & EXFLAG_SI))
            return CRL_RIGHT_REVOKE;
    }
    return X509_get_key_usage(subject->above[at]) & KU_CRL_SIGN ? CRL_RIGHT_CLEAR
                                                                : CRL_RIGHT_REVOKE;
}

static int try_above(struct search *search)
{
    const struct crl_subject *subject = search->question->subject;
    struct crl_signer *signer = search->signer;
    int r = 0;

    for (size_t i = 0;
         r == 0 && i < subject->n_above && signer->reason != REASON_GOOD && !is_used_up(search);
         i++) {
        enum signature_outcome outcome = SIGNATURE_BAD;

        if (has_crl_name(search->crl, subject->above[i]))
            r = verify_crl(search, subject->above[i], &outcome);
        if (r || outcome != SIGNATURE_GOOD)
            continue;
        signer->right = find_right_above(subject, i);
        signer->reason = REASON_GOOD;
    }
    return r;
}

/* Returns REASON_GOOD if the issuer's key is to be tried; otherwise the reason why not. */
static enum revocation_reason find_bar(const struct search *search)
{
    const struct crl_signer_question *question = search->question;

    if (!search->clears)
        return REASON_GOOD;
    if (crl_signer_is_other(question, search->crl))
        return REASON_CRL_OTHER_KEY;
    return X509_get_key_usage(question->subject->issuer) & KU_CRL_SIGN ? REASON_GOOD
                                                                       : REASON_CRL_KEY_USAGE;
}

static int try_issuer(struct search *search)
{
    struct crl_signer *signer = search->signer;
    enum signature_outcome outcome;
    int r = verify_crl(search, search->question->subject->issuer, &outcome);

    if (r || is_used_up(search))
        return r;
    signer->reason = outcome == SIGNATURE_REFUSED ? REASON_CRL_ALGORITHM : REASON_CRL_SIGNATURE;
    if (outcome == SIGNATURE_GOOD) {
        signer->reason = REASON_GOOD;
        signer->right = CRL_RIGHT_CLEAR;
    }
    return 0;
}

int crl_signer_find(const struct crl_signer_question *question, struct crl *crl, bool clears,
                    struct crl_signer *signer)
{
    struct search search = {
        .question = question,
        .crl = crl,
        .clears = clears,
        .signer = signer,
    };
    bool is_own = distinguished_equal(crl->issuer, question->subject->issuer_name);
    int r = 0;

    *signer = (struct crl_signer){.reason = REASON_CRL_INDIRECT};
    if (is_own)
        signer->reason = find_bar(&search);
    if (is_own && signer->reason == REASON_GOOD)
        r = try_issuer(&search);
    if (r == 0 && signer->reason != REASON_GOOD && !is_used_up(&search))
        r = try_above(&search);
    if (r == 0 && signer->reason != REASON_GOOD && !is_used_up(&search))
        r = try_others(&search);
    return r ? r : x509_error(0);
}

void crl_signer_deinit(struct crl_signer *signer)
{
    X509_free(signer->certificate);
    signer->certificate = NULL;
}
