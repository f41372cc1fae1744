/* SPDX-License-Identifier: MIT */
#pragma once

/* Why a certificate is not known to be good: one table for CRLs and OCSP. */

#include "daemon/x509/revocation/revocation.h"

enum revocation_reason {
    REASON_NOTHING = 0, /* nothing of its issuer's; of a CRL: no flaw */
    REASON_GOOD,
    REASON_REVOKED,
    REASON_BUDGET, /* more signatures than one question may look at */

    REASON_CRL_STALE,
    REASON_CRL_NOT_YET_VALID,
    REASON_CRL_SIGNATURE,
    REASON_CRL_ALGORITHM,
    REASON_CRL_KEY_USAGE,
    REASON_CRL_CRITICAL,
    REASON_CRL_ENTRY_CRITICAL,
    REASON_CRL_NUMBER,
    REASON_CRL_EXTENSION,
    REASON_CRL_TWICE,
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
    REASONS_COUNT
};

/* What was found out about one certificate. */
struct judgement {
    enum revocation_reason reason;
    const char *origin; /* of the CRL that says so; NULL for none */
    uint8_t crl_reason; /* why it was revoked, RFC 5280 section 5.3.1; 0 where it is not said */
};

struct reason {
    enum revocation_state state; /* what it makes of the certificate */
    int verify_code;             /* OpenSSL's X509_V_ERR number; 50 where it has none */
    const char *code;            /* NULL for REASON_GOOD */
    const char *text; /* what is wrong and what to do, without a capital and a full stop */
};

/* Its row; never NULL. */
const struct reason *reason_get(enum revocation_reason reason);

/* Which of two findings about one certificate stands: the greater one. */
unsigned reason_rank(enum revocation_reason reason);
