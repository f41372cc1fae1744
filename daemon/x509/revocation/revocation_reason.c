/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/revocation_reason.h"

#include <stddef.h>

#include <openssl/x509_vfy.h>

/* OpenSSL's number for failures for which it has no other. */
#define APPLICATION X509_V_ERR_APPLICATION_VERIFICATION

static const struct reason reasons[REASONS_COUNT] = {
    [REASON_NOTHING] = {REVOCATION_UNKNOWN, X509_V_ERR_UNABLE_TO_GET_CRL, "revocation-unknown",
                        "there is no CRL of the issuer: add one, or give a stapled response"},
    [REASON_GOOD] = {REVOCATION_GOOD, X509_V_OK, NULL, ""},
    [REASON_REVOKED] = {REVOCATION_REVOKED, X509_V_ERR_CERT_REVOKED, "revoked",
                        "the issuer has revoked the certificate"},
    [REASON_BUDGET] = {REVOCATION_UNUSABLE, APPLICATION, "revocation-budget",
                       "too many CRLs would have to be verified: remove old ones"},

    [REASON_CRL_STALE] = {REVOCATION_STALE, X509_V_ERR_CRL_HAS_EXPIRED, "crl-stale",
                          "the issuer's CRL is out of date: fetch a newer one"},
    [REASON_CRL_NOT_YET_VALID] = {REVOCATION_UNUSABLE, X509_V_ERR_CRL_NOT_YET_VALID,
                                  "crl-not-yet-valid",
                                  "the issuer's CRL is from the future: compare the clocks"},
    [REASON_CRL_SIGNATURE] = {REVOCATION_UNUSABLE, X509_V_ERR_CRL_SIGNATURE_FAILURE,
                              "crl-signature",
                              "the CRL in the issuer's name is not signed with the issuer's key"},
    [REASON_CRL_ALGORITHM] = {REVOCATION_UNUSABLE, APPLICATION, "crl-algorithm",
                              "the issuer's CRL is signed with an algorithm that is not accepted"},
    [REASON_CRL_KEY_USAGE] =
        {REVOCATION_UNUSABLE, X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, "crl-issuer-usage",
         "there is a CRL of the issuer, whose certificate does not permit to sign CRLs"},
    [REASON_CRL_CRITICAL] = {REVOCATION_UNUSABLE, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
                             "crl-critical-extension",
                             "the issuer's CRL has a critical extension that is not known"},
    [REASON_CRL_ENTRY_CRITICAL] = {REVOCATION_UNUSABLE, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
                                   "crl-entry-critical-extension",
                                   "an entry of the issuer's CRL has a critical extension that is "
                                   "not known"},
    [REASON_CRL_NUMBER] = {REVOCATION_UNUSABLE, APPLICATION, "crl-number",
                           "the issuer's CRL has a CRL number that is critical, negative or over "
                           "20 octets"},
    [REASON_CRL_EXTENSION] = {REVOCATION_UNUSABLE, X509_V_ERR_INVALID_EXTENSION, "crl-extension",
                              "the issuer's CRL has an extension that is malformed, twice there or "
                              "out of place"},
    [REASON_CRL_NO_END] = {REVOCATION_STALE, APPLICATION, "crl-no-next-update",
                           "the issuer's CRL does not say until when it is current (nextUpdate)"},
    [REASON_CRL_OTHER_KEY] = {REVOCATION_UNKNOWN, X509_V_ERR_UNABLE_TO_GET_CRL, "crl-other-key",
                              "there are only CRLs for another key of the issuer's"},
    [REASON_CRL_DELTA] = {REVOCATION_UNKNOWN, X509_V_ERR_DIFFERENT_CRL_SCOPE, "crl-delta",
                          "there is only a delta CRL of the issuer's: add the complete one"},
    [REASON_CRL_INDIRECT] = {REVOCATION_UNKNOWN, X509_V_ERR_DIFFERENT_CRL_SCOPE, "crl-indirect",
                             "there is only an indirect CRL, which is not supported"},
    [REASON_CRL_SOME_REASONS] = {REVOCATION_UNKNOWN, X509_V_ERR_DIFFERENT_CRL_SCOPE,
                                 "crl-some-reasons",
                                 "the issuer's CRL is for some reasons of revocation only"},
    [REASON_CRL_KIND] = {REVOCATION_UNKNOWN, X509_V_ERR_DIFFERENT_CRL_SCOPE, "crl-scope",
                         "the issuer's CRL is for another kind of certificates"},
    [REASON_CRL_POINT] = {REVOCATION_UNKNOWN, X509_V_ERR_DIFFERENT_CRL_SCOPE, "crl-point",
                          "the issuer's CRL is for another distribution point"},

    [REASON_OCSP_REVOKED] =
        {REVOCATION_REVOKED, X509_V_ERR_CERT_REVOKED, "revoked",
         "the stapled OCSP response says that the issuer has revoked the certificate"},
    [REASON_OCSP_STALE] = {REVOCATION_STALE, X509_V_ERR_OCSP_VERIFY_FAILED, "ocsp-stale",
                           "the stapled OCSP response is out of date: the server has to fetch one"},
    [REASON_OCSP_NOT_YET_VALID] = {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_VERIFY_FAILED,
                                   "ocsp-not-yet-valid",
                                   "the stapled OCSP response is from the future: compare the "
                                   "clocks"},
    [REASON_OCSP_UNSUCCESSFUL] = {REVOCATION_UNKNOWN, X509_V_ERR_OCSP_VERIFY_NEEDED,
                                  "ocsp-unsuccessful",
                                  "the stapled OCSP response is only an error of the responder"},
    [REASON_OCSP_MALFORMED] = {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_VERIFY_FAILED, "ocsp-malformed",
                               "the stapled OCSP response is not one in DER, or over 64 KiB"},
    [REASON_OCSP_SIGNATURE] =
        {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_VERIFY_FAILED, "ocsp-signature",
         "the stapled OCSP response is not signed by the responder that it names"},
    [REASON_OCSP_RESPONDER] =
        {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_VERIFY_FAILED, "ocsp-responder",
         "the signer of the stapled OCSP response is not a responder of the issuer"},
    [REASON_OCSP_RESPONDER_REVOKED] =
        {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_VERIFY_FAILED, "ocsp-responder-revoked",
         "the issuer has revoked the certificate of the responder that "
         "signed the stapled OCSP response"},
    [REASON_OCSP_CRITICAL] = {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_VERIFY_FAILED,
                              "ocsp-critical-extension",
                              "the stapled OCSP response has a critical extension that is not "
                              "known"},
    [REASON_OCSP_OTHER] = {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_VERIFY_FAILED, "ocsp-mismatch",
                           "the stapled OCSP response is about other certificates"},
    [REASON_OCSP_UNKNOWN] =
        {REVOCATION_UNUSABLE, X509_V_ERR_OCSP_CERT_UNKNOWN, "ocsp-unknown",
         "the stapled OCSP response says that the issuer does not know the certificate"},
    [REASON_OCSP_NO_END] =
        {REVOCATION_STALE, X509_V_ERR_OCSP_VERIFY_FAILED, "ocsp-no-next-update",
         "the stapled OCSP response does not say until when it is good (nextUpdate)"},
    [REASON_MUST_STAPLE] =
        {REVOCATION_UNKNOWN, X509_V_ERR_OCSP_VERIFY_NEEDED, "must-staple",
         "the certificate must come with a good stapled OCSP response, and does not"},

    [REASON_CRLITE_REVOKED] = {REVOCATION_REVOKED, X509_V_ERR_CERT_REVOKED, "revoked",
                               "CRLite's filters say that the issuer has revoked the certificate"},
    [REASON_CRLITE_STALE] = {REVOCATION_STALE, X509_V_ERR_CRL_HAS_EXPIRED, "crlite-stale",
                             "CRLite's filters are more than 10 days old: fetch newer ones"},
    [REASON_CRLITE_NOT_COVERED] =
        {REVOCATION_UNKNOWN, X509_V_ERR_UNABLE_TO_GET_CRL, "crlite-not-covered",
         "CRLite's filters do not cover the logs and times of the certificate's timestamps: it may "
         "be newer than the filters"},
    [REASON_CRLITE_NOT_ENROLLED] = {REVOCATION_UNKNOWN, X509_V_ERR_UNABLE_TO_GET_CRL,
                                    "crlite-not-enrolled",
                                    "CRLite's filters hold nothing about the issuer"},
};

const struct reason *reason_get(enum revocation_reason reason)
{
    return &reasons[reason];
}

/* REASON_BUDGET ranks above REASON_GOOD, since a CRL beyond the budget might have revoked. */
unsigned reason_rank(enum revocation_reason reason)
{
    if (reason == REASON_NOTHING)
        return 0;
    if (reason == REASON_BUDGET)
        return 5;
    switch (reason_get(reason)->state) {
    case REVOCATION_REVOKED:
        return 6;
    case REVOCATION_GOOD:
        return 4;
    case REVOCATION_UNUSABLE:
        return 3;
    case REVOCATION_STALE:
        return 2;
    default:
        return 1;
    }
}
