/* SPDX-License-Identifier: MIT */
#pragma once

/* The reasons for the state of a certificate: one table for CRLs, OCSP responses and CRLite. */

#include <stdint.h>

#include "daemon/x509/revocation/revocation_mode.h"

enum revocation_reason {
    /* there is no material of the issuer; as the flaw of a CRL: it has no flaw */
    REASON_NOTHING = 0,
    REASON_GOOD,
    REASON_REVOKED,
    REASON_BUDGET, /* more signatures would be needed than one question may use */

    REASON_CRL_STALE,
    REASON_CRL_NOT_YET_VALID,
    REASON_CRL_SIGNATURE,
    REASON_CRL_ALGORITHM,
    REASON_CRL_KEY_USAGE,
    REASON_CRL_CRITICAL,
    REASON_CRL_ENTRY_CRITICAL,
    REASON_CRL_NUMBER,
    REASON_CRL_EXTENSION,
    REASON_CRL_NO_END,
    REASON_CRL_OTHER_KEY,
    REASON_CRL_DELTA,
    REASON_CRL_INDIRECT,
    REASON_CRL_SOME_REASONS,
    REASON_CRL_KIND,
    REASON_CRL_POINT,

    REASON_OCSP_REVOKED,
    REASON_OCSP_STALE,
    REASON_OCSP_NOT_YET_VALID,
    REASON_OCSP_UNSUCCESSFUL,
    REASON_OCSP_MALFORMED,
    REASON_OCSP_SIGNATURE,
    REASON_OCSP_RESPONDER,
    REASON_OCSP_RESPONDER_REVOKED,
    REASON_OCSP_CRITICAL,
    REASON_OCSP_OTHER,
    REASON_OCSP_UNKNOWN,
    REASON_OCSP_NO_END,
    REASON_MUST_STAPLE,

    REASON_CRLITE_REVOKED,
    REASON_CRLITE_STALE,
    REASON_CRLITE_NOT_COVERED,
    REASON_CRLITE_NOT_ENROLLED,
    REASONS_COUNT
};

/* The result for one certificate. */
struct judgement {
    enum revocation_reason reason;
    const char *origin; /* the name of the file of the CRL that decided; NULL: no CRL decided */
    uint8_t crl_reason; /* the reason code of the revocation (RFC 5280 section 5.3.1); 0 if it is
                           not known */
    /* The first CRL in the issuer's name that was unusable, even if another CRL decided;
     * REASON_NOTHING if there was none. */
    enum revocation_reason unusable;
    const char *unusable_origin;
};

/* A row of the table of reasons. */
struct reason {
    enum revocation_state state; /* the state of the certificate for this reason */
    int verify_code;  /* OpenSSL's X509_V_ERR number; 50 if it has none for this reason */
    const char *code; /* the code of the fault; NULL for REASON_GOOD */
    /* what is wrong and what to do, as a sentence without capital letter and full stop */
    const char *text;
};

/* Returns the row for a reason; never NULL. */
const struct reason *reason_get(enum revocation_reason reason);

/*
 * Returns the rank of a reason. Of two findings about one certificate, the one with the higher rank
 * counts.
 */
unsigned reason_rank(enum revocation_reason reason);
