/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/ocsp.h"

#include <errno.h>
#include <string.h>

#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/revocation/ocsp_parse.h"
#include "daemon/x509/revocation/ocsp_responder.h"
#include "daemon/x509/revocation/revocation_extension.h"

/* The hash algorithms by which responses identify the issuer (RFC 6960 section 4.3). */
static const struct ocsp_hash {
    const char *name;
    uint8_t oid[9];
    size_t n_oid;
} hashes[] = {
    {"SHA1", {0x2b, 0x0e, 0x03, 0x02, 0x1a}, 5},
    {"SHA256", {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}, 9},
};
#define HASHES_COUNT (sizeof(hashes) / sizeof(*hashes))

/*
 * The hashes of the issuer's name and key by one algorithm. They are computed once for all entries
 * of a response.
 */
struct issuer_id {
    unsigned char name[EVP_MAX_MD_SIZE];
    unsigned char key[EVP_MAX_MD_SIZE];
    size_t n_name, n_key;
};

static int make_ids(const struct x509_context *context, const struct crl_subject *subject,
                    struct issuer_id *ids)
{
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(subject->issuer);

    for (size_t i = 0; i < HASHES_COUNT; i++) {
        if (!bits ||
            EVP_Q_digest(context->hashing, hashes[i].name, NULL, subject->issuer_name.data,
                         subject->issuer_name.len, ids[i].name, &ids[i].n_name) != 1 ||
            EVP_Q_digest(context->hashing, hashes[i].name, NULL, ASN1_STRING_get0_data(bits),
                         (size_t)ASN1_STRING_length(bits), ids[i].key, &ids[i].n_key) != 1)
            return x509_error(-EIO);
    }
    return 0;
}

static bool is_for_subject(const struct ocsp_single *single, const struct crl_subject *subject,
                           const struct issuer_id *ids)
{
    if (!bytes_equal(single->serial, subject->serial))
        return false;
    for (size_t i = 0; i < HASHES_COUNT; i++) {
        struct bytes oid = {.data = hashes[i].oid, .len = hashes[i].n_oid};

        if (bytes_equal(single->hash_algorithm, oid))
            return bytes_equal(single->issuer_name_hash,
                               (struct bytes){.data = ids[i].name, .len = ids[i].n_name}) &&
                   bytes_equal(single->issuer_key_hash,
                               (struct bytes){.data = ids[i].key, .len = ids[i].n_key});
    }
    return false;
}

/*
 * Judges the dates of an entry whose status is good. Without nextUpdate the entry ends max_age_s
 * after thisUpdate.
 */
static enum revocation_reason check_dates(const struct crl_judge *judge,
                                          const struct ocsp_single *single, int64_t max_age_s)
{
    struct window *window = judge->window;
    int64_t from = single->from - judge->clock_skew_s;
    int64_t until = single->has_end ? single->until : single->from + max_age_s;

    window_narrow(window, from, until);
    if (window->time < from)
        return REASON_OCSP_NOT_YET_VALID;
    if (window->time > until)
        return REASON_OCSP_STALE;
    return single->has_end ? REASON_GOOD : REASON_OCSP_NO_END;
}

/*
 * Judges the status of a certificate (RFC 6960 section 3.2). A revocation counts whatever the dates
 * are.
 */
static enum revocation_reason judge_single(const struct crl_judge *judge,
                                           const struct ocsp_single *single, int64_t max_age_s)
{
    if (single->status == OCSP_STATUS_REVOKED)
        return REASON_OCSP_REVOKED;
    if (single->has_unknown_critical)
        return REASON_OCSP_CRITICAL;
    if (single->status != OCSP_STATUS_GOOD)
        return REASON_OCSP_UNKNOWN;
    return check_dates(judge, single, max_age_s);
}

/*
 * Returns whether reason `a` replaces reason `b`. A response may have several entries for one
 * certificate, by several hashes. A reason that is not good then replaces a good one, because no
 * honest responder gives both.
 */
static bool is_overriding(enum revocation_reason a, enum revocation_reason b)
{
    if (b == REASON_OCSP_OTHER)
        return true;
    return b == REASON_GOOD ? a != REASON_GOOD
                            : a != REASON_GOOD && reason_rank(a) > reason_rank(b);
}

static int judge_singles(struct crl_judge *judge, const struct crl_subject *subject,
                         struct bytes singles, int64_t max_age_s, enum revocation_reason *reasonp)
{
    struct issuer_id ids[HASHES_COUNT];
    struct ocsp_single single;
    int r = make_ids(judge->context, subject, ids);

    if (r)
        return r;
    *reasonp = REASON_OCSP_OTHER;
    while (singles.len > 0) {
        enum revocation_reason reason;

        if (!ocsp_take_single(&singles, &single)) {
            *reasonp = REASON_OCSP_MALFORMED;
            return 0;
        }
        if (!is_for_subject(&single, subject, ids))
            continue;
        reason = judge_single(judge, &single, max_age_s);
        if (is_overriding(reason, *reasonp))
            *reasonp = reason;
    }
    return 0;
}

int ocsp_judge(struct crl_judge *judge, const struct crl_subject *subject, struct bytes response,
               int64_t max_age_s, enum revocation_reason *reasonp)
{
    struct ocsp_response parsed;
    int r;

    *reasonp = ocsp_parse(&parsed, response);
    if (*reasonp != REASON_GOOD)
        return 0;
    *reasonp = REASON_OCSP_RESPONDER;
    r = ocsp_authenticate(judge, subject, &parsed, reasonp);
    if (r || *reasonp != REASON_GOOD)
        return r;
    return judge_singles(judge, subject, parsed.singles, max_age_s, reasonp);
}

/*
 * Sets *is_namedp to whether the entry is for the certificate with this serial number and issuer's
 * name. Returns 0 or a negative errno.
 */
static int check_named(const struct x509_context *context, const struct ocsp_single *single,
                       struct bytes issuer_name, struct bytes serial, bool *is_namedp)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t len = 0;

    *is_namedp = false;
    if (!bytes_equal(single->serial, serial))
        return 0;
    for (size_t i = 0; i < HASHES_COUNT && !*is_namedp; i++) {
        struct bytes oid = {.data = hashes[i].oid, .len = hashes[i].n_oid};

        if (!bytes_equal(single->hash_algorithm, oid))
            continue;
        if (EVP_Q_digest(context->hashing, hashes[i].name, NULL, issuer_name.data, issuer_name.len,
                         digest, &len) != 1)
            return x509_error(-EIO);
        *is_namedp = bytes_equal(single->issuer_name_hash,
                                 (struct bytes){.data = digest, .len = len});
    }
    return 0;
}

int ocsp_judge_unverified(const struct x509_context *context, struct bytes issuer_name,
                          struct bytes serial, struct bytes response,
                          enum revocation_reason *reasonp)
{
    struct ocsp_response parsed;
    struct ocsp_single single;
    bool is_named = false;
    int r = 0;

    *reasonp = ocsp_parse(&parsed, response);
    if (*reasonp == REASON_OCSP_MALFORMED || *reasonp == REASON_OCSP_UNSUCCESSFUL)
        return 0;
    *reasonp = REASON_OCSP_RESPONDER;
    while (r == 0 && parsed.singles.len > 0) {
        if (!ocsp_take_single(&parsed.singles, &single)) {
            *reasonp = REASON_OCSP_MALFORMED;
            return 0;
        }
        r = check_named(context, &single, issuer_name, serial, &is_named);
        if (r == 0 && is_named && single.status == OCSP_STATUS_REVOKED) {
            *reasonp = REASON_OCSP_REVOKED;
            return 0;
        }
    }
    return r;
}
