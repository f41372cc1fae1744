/* SPDX-License-Identifier: MIT */
#include "proto/verdict.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

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
    [VERDICT_SPIFFE_ID] = "SPIFFE-ID",
    [VERDICT_UTF8_MAILBOX] = "UTF8-mailbox",
};

static const char *const check_names[VERDICT_CHECKS_COUNT] = {
    [VERDICT_CHECK_UNSPECIFIED] = "unspecified",
    [VERDICT_CHECK_IDENTITY] = "identity",
    [VERDICT_CHECK_PATH] = "path",
    [VERDICT_CHECK_PINS_LEAF] = "pins-leaf",
    [VERDICT_CHECK_PINS_PATH] = "pins-path",
    [VERDICT_CHECK_REVOCATION] = "revocation",
    [VERDICT_CHECK_PINNED_KEY] = "pinned-key",
};

static const char *find_name(const char *const *names, size_t n_names, unsigned value)
{
    return value < n_names ? names[value] : "unknown";
}

static bool is_sound_acceptance(const struct verdict *verdict, struct verdict_asked asked)
{
    bool identity = verdict->checked[VERDICT_CHECK_IDENTITY];

    if (verdict->n_failures != 0 || verdict->failures_more != 0 || verdict->has_matched != identity)
        return false;
    if (verdict->outcome == VERDICT_VERIFIED)
        return verdict->checked[VERDICT_CHECK_PATH];
    return identity && !asked.path && !verdict->checked[VERDICT_CHECK_PATH];
}

bool verdict_answers(const struct verdict *verdict, struct verdict_asked asked)
{
    unsigned n_identities = (unsigned)verdict->checked[VERDICT_CHECK_IDENTITY] +
                            (unsigned)verdict->checked[VERDICT_CHECK_PINNED_KEY];

    if (n_identities != (unsigned)asked.identity || verdict->has_reference != asked.identity)
        return false;
    if (asked.path && !verdict->checked[VERDICT_CHECK_PATH])
        return false;
    if ((verdict->outcome == VERDICT_NOT_VERIFIED) != (verdict->alert != 0))
        return false;

    switch (verdict->outcome) {
    case VERDICT_NOT_VERIFIED:
        return verdict->n_failures > 0;
    case VERDICT_NAME_MATCHES:
    case VERDICT_VERIFIED:
        return is_sound_acceptance(verdict, asked);
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

void verdict_shorten(struct verdict *verdict, int step)
{
    switch (step) {
    case 0:
        for (size_t i = 0; i < verdict->n_presented; i++)
            verdict->presented[i].text = (struct bytes){0};
        break;
    case 1:
        verdict->leaf.spki = (struct bytes){0};
        break;
    case 2:
        verdict->presented_more += (uint32_t)verdict->n_presented;
        verdict->n_presented = 0;
        break;
    case 3:
        verdict->n_path = 0;
        verdict->has_nearest = false;
        break;
    default:
        verdict->reported_more += (uint32_t)verdict->n_reported;
        verdict->n_reported = 0;
        verdict->n_unused = 0;
        if (verdict->n_failures > 1) {
            verdict->failures_more += (uint32_t)verdict->n_failures - 1;
            verdict->n_failures = 1;
        }
    }
}

bool verdict_is_code(struct bytes code)
{
    if (code.len == 0 || code.len > LIMIT_CODE_BYTES)
        return false;
    for (size_t i = 0; i < code.len; i++) {
        uint8_t c = code.data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

const char *verdict_identity_name(enum verdict_identity_type type)
{
    return find_name(identity_names, N_ELEMENTS(identity_names), type);
}

const char *verdict_check_name(enum verdict_check check)
{
    return find_name(check_names, N_ELEMENTS(check_names), check);
}

/* TLS alerts about certificates, RFC 8446 section 6.2. */
#define ALERT_BAD_CERTIFICATE         42
#define ALERT_UNSUPPORTED_CERTIFICATE 43
#define ALERT_CERTIFICATE_REVOKED     44
#define ALERT_CERTIFICATE_EXPIRED     45
#define ALERT_CERTIFICATE_UNKNOWN     46
#define ALERT_UNKNOWN_CA              48

static const char *const alert_names[] = {
    [40] = "handshake_failure",
    [ALERT_BAD_CERTIFICATE] = "bad_certificate",
    [ALERT_UNSUPPORTED_CERTIFICATE] = "unsupported_certificate",
    [ALERT_CERTIFICATE_REVOKED] = "certificate_revoked",
    [ALERT_CERTIFICATE_EXPIRED] = "certificate_expired",
    [ALERT_CERTIFICATE_UNKNOWN] = "certificate_unknown",
    [47] = "illegal_parameter",
    [ALERT_UNKNOWN_CA] = "unknown_ca",
    [49] = "access_denied",
};

/*
 * The TLS alert for some of OpenSSL's X509_V_ERR numbers; every other number gets
 * certificate_unknown.
 */
static const struct {
    uint32_t verify_code;
    uint32_t alert;
} alerts[] = {
    {2, ALERT_UNKNOWN_CA},
    {7, ALERT_BAD_CERTIFICATE}, /* signature */
    {9, ALERT_CERTIFICATE_EXPIRED},
    {10, ALERT_CERTIFICATE_EXPIRED},
    {18, ALERT_UNKNOWN_CA},
    {19, ALERT_UNKNOWN_CA},
    {20, ALERT_UNKNOWN_CA},
    {21, ALERT_UNKNOWN_CA},
    {23, ALERT_CERTIFICATE_REVOKED},
    {24, ALERT_UNKNOWN_CA}, /* not a CA */
    {25, ALERT_UNKNOWN_CA}, /* path length */
    {26, ALERT_UNSUPPORTED_CERTIFICATE},
    {79, ALERT_UNKNOWN_CA}, /* not a CA, by the number of OpenSSL 3 */
    {62, ALERT_BAD_CERTIFICATE},
    {63, ALERT_BAD_CERTIFICATE},
    {64, ALERT_BAD_CERTIFICATE},
};

uint32_t verdict_alert(uint32_t verify_code)
{
    for (size_t i = 0; i < N_ELEMENTS(alerts); i++) {
        if (alerts[i].verify_code == verify_code)
            return alerts[i].alert;
    }
    return ALERT_CERTIFICATE_UNKNOWN;
}

const char *verdict_alert_name(uint32_t alert)
{
    const char *name = alert < N_ELEMENTS(alert_names) ? alert_names[alert] : NULL;

    return name ? name : "unknown";
}
