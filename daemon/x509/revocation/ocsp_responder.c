/* SPDX-License-Identifier: MIT */
/*
 * A response may contain any certificates. A certificate is parsed by libcrypto only if the
 * response identifies it as its signer and the issuer has signed it; both are found out from its
 * bytes.
 */
#include "daemon/x509/revocation/ocsp_responder.h"

#include <errno.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/parse/outline.h"
#include "daemon/x509/revocation/revocation_extension.h"
#include "daemon/x509/revocation/revocation_limits.h"

/* The state while the signer of a response is searched for. */
struct authenticating {
    struct crl_judge *judge;
    const struct crl_subject *subject;
    const struct ocsp_response *response;
    enum revocation_reason reason; /* the result so far */
};

/*
 * Returns the octets of the public key itself, without algorithm, whose hash OCSP uses; absent
 * bytes if they cannot be read.
 */
static struct bytes read_key_octets(struct bytes spki)
{
    struct der sequence, algorithm, bits;

    if (!der_take_tag(&spki, DER_SEQUENCE, &sequence) ||
        !der_take_tag(&sequence.content, DER_SEQUENCE, &algorithm) ||
        !der_take_tag(&sequence.content, DER_BIT_STRING, &bits) || bits.content.len == 0)
        return (struct bytes){0};
    return (struct bytes){.data = bits.content.data + 1, .len = bits.content.len - 1};
}

/*
 * Returns whether the response identifies its signer by this key. SHA-1 serves only to find the key
 * here and protects nothing.
 */
static bool is_named_key(struct authenticating *at, struct bytes key)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t len = 0;

    if (!key.data || EVP_Q_digest(at->judge->context->hashing, "SHA1", NULL, key.data, key.len,
                                  digest, &len) != 1)
        return false;
    return bytes_equal(at->response->responder_key, (struct bytes){.data = digest, .len = len});
}

/* Returns whether the response identifies its signer by this subject or by this key. */
static bool is_named(struct authenticating *at, struct bytes subject, struct bytes key)
{
    if (at->response->responder_name.data)
        return distinguished_equal(at->response->responder_name, subject);
    return is_named_key(at, key);
}

static bool is_issuer_named(struct authenticating *at)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(at->subject->issuer);

    if (!bits)
        return false;
    return is_named(at, at->subject->issuer_name, bytes_of_string(bits));
}

/*
 * Verifies the response's signature with the key and sets at->reason to the result. So the reason
 * is that of the last key whose certificate was acceptable.
 */
static int check_signature(struct authenticating *at, EVP_PKEY *key)
{
    enum signature_outcome signature;
    int r = signature_verify(at->judge->context, key, &at->response->value, &signature);

    if (r)
        return r;
    at->reason = signature == SIGNATURE_GOOD ? REASON_GOOD : REASON_OCSP_SIGNATURE;
    return 0;
}

/* Finds out whether the issuer has signed the certificate. Checks nothing else about it. */
static int check_issued(struct authenticating *at, const struct outline *outline,
                        enum signature_outcome *signaturep)
{
    struct signed_value value;

    *signaturep = SIGNATURE_BAD;
    if (!distinguished_equal(outline->issuer, at->subject->issuer_name) ||
        !signed_value_read(&value, outline->der) || value.rest.len > 0)
        return 0;
    return signature_verify(at->judge->context, X509_get0_pubkey(at->subject->issuer), &value,
                            signaturep);
}

static bool is_same_algorithm(const X509 *certificate)
{
    const X509_ALGOR *outer = NULL;

    X509_get0_signature(NULL, &outer, certificate);
    return X509_ALGOR_cmp(X509_get0_tbs_sigalg(certificate), outer) == 0;
}

/*
 * Returns whether the certificate is that of a responder: it has to have id-kp-OCSPSigning itself;
 * anyExtendedKeyUsage is not enough. As key usage nonRepudiation alone is accepted too, since some
 * responders have only that.
 */
static bool may_respond(X509 *certificate)
{
    uint32_t flags = X509_get_extension_flags(certificate);
    EVP_PKEY *key = X509_get0_pubkey(certificate);

    return !(flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) && (flags & EXFLAG_XKUSAGE) &&
           (X509_get_extended_key_usage(certificate) & XKU_OCSP_SIGN) &&
           (X509_get_key_usage(certificate) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) &&
           is_same_algorithm(certificate) && key &&
           EVP_PKEY_get_security_bits(key) >= REVOCATION_SECURITY_BITS;
}

static int check_revoked(struct authenticating *at, X509 *certificate)
{
    struct crl_subject responder;
    struct judgement judgement;
    int r = crl_subject_init(&responder, certificate, at->subject->issuer);

    responder.above = at->subject->above;
    responder.n_above = at->subject->n_above;
    if (r == 0)
        r = crl_judge_subject(at->judge, &responder, &judgement);
    if (r == 0 && judgement.reason == REASON_REVOKED)
        at->reason = REASON_OCSP_RESPONDER_REVOKED;
    else if (r == 0 && judgement.reason == REASON_BUDGET)
        at->reason = REASON_BUDGET;
    crl_subject_deinit(&responder);
    return r;
}

static bool is_valid(struct authenticating *at, const struct outline *outline)
{
    int64_t time = at->judge->window->time;

    window_narrow(at->judge->window, outline->from, outline->until);
    return time >= outline->from && time <= outline->until;
}

static int check_certified(struct authenticating *at, const struct outline *outline)
{
    const unsigned char *der = outline->der.data;
    X509 *certificate = X509_new_ex(at->judge->context->hashing, NULL);
    int r = 0;

    if (!certificate)
        return x509_error(-ENOMEM);
    at->reason = REASON_OCSP_RESPONDER;
    if (d2i_X509(&certificate, &der, (long)outline->der.len) && is_valid(at, outline) &&
        may_respond(certificate)) {
        r = check_signature(at, X509_get0_pubkey(certificate));
        if (r == 0 && at->reason == REASON_GOOD)
            r = check_revoked(at, certificate);
    }
    X509_free(certificate);
    return r ? r : x509_error(0);
}

static int try_certificate(struct authenticating *at, struct bytes der)
{
    struct outline outline;
    enum signature_outcome issued;
    int r;

    if (outline_read(&outline, der.data, der.len) != 0 ||
        !is_named(at, outline.subject, read_key_octets(outline.spki)))
        return 0;
    r = check_issued(at, &outline, &issued);
    if (r)
        return r;
    if (issued == SIGNATURE_GOOD)
        return check_certified(at, &outline);
    at->reason = REASON_OCSP_RESPONDER;
    return 0;
}

static int try_certificates(struct authenticating *at)
{
    struct bytes rest = at->response->certificates;
    struct der certificate;
    int r = 0;

    for (int i = 0; r == 0 && i < OCSP_RESPONDERS_COUNT && at->reason != REASON_GOOD; i++) {
        if (!der_take_tag(&rest, DER_SEQUENCE, &certificate))
            break;
        r = try_certificate(at, certificate.whole);
    }
    return r;
}

int ocsp_authenticate(struct crl_judge *judge, const struct crl_subject *subject,
                      const struct ocsp_response *response, enum revocation_reason *reasonp)
{
    struct authenticating at = {
        .judge = judge,
        .subject = subject,
        .response = response,
        .reason = REASON_OCSP_RESPONDER,
    };
    int r = 0;

    if (is_issuer_named(&at))
        r = check_signature(&at, X509_get0_pubkey(subject->issuer));
    if (r == 0 && at.reason != REASON_GOOD)
        r = try_certificates(&at);
    *reasonp = at.reason;
    return r;
}
