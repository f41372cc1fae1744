/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/facts.h"

#include <errno.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "base/error.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/facts_internal.h"

static bool take_sequence(struct bytes *from, bool whole, struct bytes *element)
{
    return facts_take(from, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, whole, element);
}

/*
 * Finds the parts of Certificate and TBSCertificate (RFC 5280 section 4.1) that are compared as
 * bytes.
 */
static int find_parts(struct facts *facts, struct bytes der)
{
    static const struct facts_fault fault = {"certificate-malformed", X509_V_ERR_UNSPECIFIED,
                                             "the certificate is not one in DER"};
    struct bytes certificate, tbs, part;

    if (!take_sequence(&der, false, &certificate))
        return facts_refuse(facts, &fault);
    part = certificate;
    if (!take_sequence(&part, true, &facts->tbs) || !take_sequence(&certificate, false, &tbs))
        return facts_refuse(facts, &fault);
    (void)facts_take(&tbs, V_ASN1_CONTEXT_SPECIFIC, 0, true, &part);
    if (!facts_take(&tbs, V_ASN1_UNIVERSAL, V_ASN1_INTEGER, false, &facts->serial) ||
        facts->serial.len == 0 || !take_sequence(&tbs, true, &part) ||
        !take_sequence(&tbs, true, &facts->issuer) || !take_sequence(&tbs, true, &part) ||
        !take_sequence(&tbs, true, &facts->subject) || !take_sequence(&tbs, true, &facts->spki))
        return facts_refuse(facts, &fault);
    return 0;
}

static void read_serial(struct facts *facts)
{
    struct bytes serial = facts->serial;

    facts->serial_negative = serial.data[0] & 0x80;
    facts->serial_zero = serial.len == 1 && serial.data[0] == 0;
}

static int read_common(struct facts *facts, const X509_NAME *subject)
{
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(subject, at);
        unsigned char *text = NULL;
        int len;

        if (facts->n_common++ >= FACTS_COMMON_NAMES_COUNT)
            continue;
        len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
        if (len >= 0)
            facts->common[facts->n_common - 1] = (struct bytes){.data = text, .len = (size_t)len};
        else if (x509_error(0))
            return error_origin(-ENOMEM);
    }
    return 0;
}

static int read_names(struct facts *facts, const X509 *certificate)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    const X509_NAME *issuer = X509_get_issuer_name(certificate);
    int order = X509_NAME_cmp(subject, issuer);

    if (order == -2)
        return x509_error(-ENOMEM);
    facts->subject_name = subject;
    facts->subject_empty = X509_NAME_entry_count(subject) == 0;
    facts->issuer_empty = X509_NAME_entry_count(issuer) == 0;
    facts->self_issued = order == 0;
    return read_common(facts, subject);
}

static void read_unique_ids(struct facts *facts, const X509 *certificate)
{
    const ASN1_BIT_STRING *issuer = NULL, *subject = NULL;

    X509_get0_uids(certificate, &issuer, &subject);
    facts->unique_ids = issuer || subject;
}

static int read_all(struct facts *facts, X509 *certificate)
{
    int r;

    facts->version = X509_get_version(certificate) + 1;
    read_serial(facts);
    read_unique_ids(facts, certificate);
    r = read_names(facts, certificate);
    if (!r)
        r = facts_read_dates(facts, certificate);
    if (!r)
        r = facts_read_signature(facts, certificate);
    if (!r)
        r = facts_read_key(facts, certificate);
    if (!r)
        r = facts_read_extensions(facts, certificate);
    return r;
}

int facts_init(struct facts *facts, X509 *certificate, const uint8_t *der, size_t len)
{
    int r;

    *facts = FACTS_NULL;
    r = find_parts(facts, (struct bytes){.data = der, .len = len});
    if (!r)
        r = read_all(facts, certificate);
    return r;
}

void facts_deinit(struct facts *facts)
{
    for (size_t i = 0; i < FACTS_COMMON_NAMES_COUNT; i++)
        OPENSSL_free((void *)facts->common[i].data);
    GENERAL_NAMES_free(facts->alternative);
    AUTHORITY_KEYID_free(facts->authority_value);
    ASN1_OCTET_STRING_free(facts->subject_key_value);
    NAME_CONSTRAINTS_free(facts->constraints);
    *facts = FACTS_NULL;
}
