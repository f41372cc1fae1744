/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/revocation_crlite.h"

#include <errno.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "base/error.h"
#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/moment.h"
#include "daemon/x509/parse/sct_list.h"
#include "daemon/x509/revocation/revocation_limits.h"

/* The most timestamps of a certificate that are used. Real ones have 2 to 13. */
#define TIMESTAMPS_COUNT 32
/* The most octets of a serial number; RFC 5280 section 4.1.2.2 permits 20. */
#define SERIAL_BYTES 64

/* --- whom to ask about --- */

/* Returns the number of timestamps in the certificate; 0 if its list is malformed or absent. */
static size_t read_timestamps(const X509 *certificate,
                              struct crlite_timestamp timestamps[TIMESTAMPS_COUNT])
{
    int at = X509_get_ext_by_NID(certificate, NID_ct_precert_scts, -1);
    struct bytes list;
    struct sct sct;
    size_t n = 0;
    int r = 0;

    if (at < 0 || X509_get_ext_by_NID(certificate, NID_ct_precert_scts, at) >= 0 ||
        !sct_list_open(&list,
                       bytes_of_string(X509_EXTENSION_get_data(X509_get_ext(certificate, at)))))
        return 0;
    while (n < TIMESTAMPS_COUNT && (r = sct_list_take(&list, &sct)) == 1)
        timestamps[n++] = (struct crlite_timestamp){.log = sct.log, .time_ms = sct.time_ms};
    return r < 0 ? 0 : n;
}

/*
 * Returns whether the certificate has not expired, and narrows the window to the time for which
 * that stays so.
 */
static bool is_unexpired(const X509 *certificate, struct window *window)
{
    const ASN1_TIME *end = X509_get0_notAfter(certificate);
    const struct der time = {
        .tag = ASN1_STRING_type(end) == V_ASN1_UTCTIME ? DER_UTC_TIME : DER_GENERALIZED_TIME,
        .content = bytes_of_string(end),
    };
    int64_t seconds = 0;

    if (!moment_read(&seconds, &time))
        return false;
    window_narrow(window, INT64_MIN, seconds);
    return window->time <= seconds;
}

static int hash_issuer(const struct x509_context *context, X509 *issuer,
                       uint8_t digest[static DIGEST_BYTES])
{
    unsigned char *spki = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(issuer), &spki);
    int r = len > 0 ? x509_sha256(context, spki, (size_t)len, digest) : x509_error(-ENOMEM);

    OPENSSL_free(spki);
    return r;
}

/* Fills in what filters are asked with. */
static int identify(const struct x509_context *context, const struct crl_subject *subject,
                    struct crlite_subject *asked)
{
    uint8_t text[DIGEST_BYTES + SERIAL_BYTES];
    int r = hash_issuer(context, subject->issuer, asked->issuer);

    if (r)
        return r;
    asked->serial = subject->serial;
    memcpy(text, asked->issuer, DIGEST_BYTES);
    memcpy(text + DIGEST_BYTES, subject->serial.data, subject->serial.len);
    return x509_sha256(context, text, DIGEST_BYTES + subject->serial.len, asked->key);
}

/* --- the answer --- */

/* Returns the first whole second that is not before a moment in milliseconds. */
static int64_t round_up(uint64_t time_ms)
{
    return (int64_t)(time_ms / 1000 + (time_ms % 1000 > 0));
}

/*
 * Returns whether the data of a set is out of date, and narrows the window to the time for which
 * that stays so.
 */
static bool is_stale(const struct crlite_set *set, struct window *window)
{
    uint64_t now_ms = window->time > 0 ? (uint64_t)window->time * 1000 : 0, next_ms;
    uint64_t as_of_ms = crlite_set_as_of(set, now_ms, &next_ms);
    int64_t end = round_up(as_of_ms) + REVOCATION_CRLITE_S;

    window_narrow(window, INT64_MIN, round_up(next_ms) - 1);
    if (as_of_ms == 0)
        return false;
    window_narrow(window, round_up(as_of_ms), end);
    return window->time > end;
}

static enum revocation_reason find_reason(const struct crlite_set *set,
                                          const struct crlite_subject *asked, struct window *window)
{
    enum crlite_answer answer = crlite_set_ask(set, asked);

    if (answer == CRLITE_REVOKED)
        return REASON_CRLITE_REVOKED;
    if (is_stale(set, window))
        return REASON_CRLITE_STALE;
    switch (answer) {
    case CRLITE_GOOD:
        return REASON_GOOD;
    case CRLITE_NOT_ENROLLED:
        return REASON_CRLITE_NOT_ENROLLED;
    default:
        return REASON_CRLITE_NOT_COVERED;
    }
}

int revocation_crlite_judge(const struct x509_context *context,
                            const struct crlite_set *const *sets, size_t n_sets,
                            const struct crl_subject *subject, struct window *window,
                            enum revocation_reason *reasonp)
{
    struct crlite_timestamp timestamps[TIMESTAMPS_COUNT];
    struct crlite_subject asked = {.timestamps = timestamps};
    int r;

    *reasonp = REASON_NOTHING;
    if (n_sets == 0 || subject->is_ca || subject->serial.len > SERIAL_BYTES)
        return 0;
    asked.n_timestamps = read_timestamps(subject->certificate, timestamps);
    if (asked.n_timestamps == 0 || !is_unexpired(subject->certificate, window))
        return 0;
    r = identify(context, subject, &asked);
    for (size_t i = 0; r == 0 && i < n_sets; i++) {
        enum revocation_reason reason = crlite_set_count(sets[i]) > 0
                                            ? find_reason(sets[i], &asked, window)
                                            : REASON_NOTHING;

        if (reason_rank(reason) > reason_rank(*reasonp))
            *reasonp = reason;
    }
    return r;
}
