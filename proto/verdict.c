/* SPDX-License-Identifier: MIT */
#include "proto/verdict.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static const char *const failure_names[] = {
    [VERDICT_FAILURE_UNSPECIFIED] = "unspecified",
    [VERDICT_HOSTNAME_MISMATCH] = "hostname-mismatch",
    [VERDICT_IP_ADDRESS_MISMATCH] = "ip-address-mismatch",
    [VERDICT_PIN_MISMATCH] = "pin-mismatch",
};

static const char *const identity_names[] = {
    [VERDICT_IDENTITY_UNSPECIFIED] = "unspecified",
    [VERDICT_DNS_ID] = "DNS-ID",
    [VERDICT_IP_ID] = "IP-ID",
    [VERDICT_CN_ID] = "CN-ID",
    [VERDICT_EMAIL] = "email",
    [VERDICT_URI_ID] = "URI-ID",
    [VERDICT_SRV_ID] = "SRV-ID",
    [VERDICT_OTHER] = "other",
    [VERDICT_MALFORMED] = "malformed",
};

static const char *const check_names[VERDICT_CHECKS_COUNT] = {
    [VERDICT_CHECK_UNSPECIFIED] = "unspecified",
    [VERDICT_CHECK_IDENTITY] = "identity",
    [VERDICT_CHECK_PATH] = "path",
    [VERDICT_CHECK_PINS_LEAF] = "pins-leaf",
    [VERDICT_CHECK_PINS_PATH] = "pins-path",
    [VERDICT_CHECK_REVOCATION] = "revocation",
};

static const char *name_at(const char *const *names, size_t n_names, unsigned value)
{
    return value < n_names ? names[value] : "unknown";
}

static bool accepts_rightly(const struct verdict *verdict, bool path)
{
    if (verdict->n_failures != 0 || !verdict->has_matched)
        return false;
    if (verdict->outcome == VERDICT_VERIFIED)
        return verdict->checked[VERDICT_CHECK_PATH];
    return !path && !verdict->checked[VERDICT_CHECK_PATH];
}

bool verdict_answers(const struct verdict *verdict, bool path)
{
    if (!verdict->checked[VERDICT_CHECK_IDENTITY])
        return false;
    if (path && !verdict->checked[VERDICT_CHECK_PATH])
        return false;
    if ((verdict->outcome == VERDICT_NOT_VERIFIED) != (verdict->alert != 0))
        return false;

    switch (verdict->outcome) {
    case VERDICT_NOT_VERIFIED:
        return verdict->n_failures > 0;
    case VERDICT_NAME_MATCHES:
    case VERDICT_VERIFIED:
        return accepts_rightly(verdict, path);
    }
    return false;
}

const char *verdict_outcome_name(enum verdict_outcome outcome)
{
    switch (outcome) {
    case VERDICT_NOT_VERIFIED:
        return "not-verified";
    case VERDICT_NAME_MATCHES:
        return "name-matches";
    case VERDICT_VERIFIED:
        return "verified";
    }
    return "unknown";
}

const char *verdict_failure_name(enum verdict_failure_code code)
{
    return name_at(failure_names, N_ELEMENTS(failure_names), code);
}

const char *verdict_identity_name(enum verdict_identity_type type)
{
    return name_at(identity_names, N_ELEMENTS(identity_names), type);
}

const char *verdict_check_name(enum verdict_check check)
{
    return name_at(check_names, N_ELEMENTS(check_names), check);
}

/* RFC 8446, section 6.2: those that speak of a certificate. */
#define ALERT_BAD_CERTIFICATE     42
#define ALERT_CERTIFICATE_UNKNOWN 46

static const char *const alert_names[] = {
    [40] = "handshake_failure",       [ALERT_BAD_CERTIFICATE] = "bad_certificate",
    [43] = "unsupported_certificate", [44] = "certificate_revoked",
    [45] = "certificate_expired",     [ALERT_CERTIFICATE_UNKNOWN] = "certificate_unknown",
    [47] = "illegal_parameter",       [48] = "unknown_ca",
    [49] = "access_denied",
};

uint32_t verdict_failure_alert(enum verdict_failure_code code)
{
    if (code == VERDICT_HOSTNAME_MISMATCH || code == VERDICT_IP_ADDRESS_MISMATCH)
        return ALERT_BAD_CERTIFICATE;
    return ALERT_CERTIFICATE_UNKNOWN;
}

const char *verdict_alert_name(uint32_t alert)
{
    const char *name = alert < N_ELEMENTS(alert_names) ? alert_names[alert] : NULL;

    return name ? name : "unknown";
}
