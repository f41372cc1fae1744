/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/facts_internal.h"

#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/moment.h"

static bool read_date(struct facts_date *date, const ASN1_TIME *time)
{
    struct der der = {0};

    if (!time || (ASN1_STRING_type(time) != V_ASN1_UTCTIME &&
                  ASN1_STRING_type(time) != V_ASN1_GENERALIZEDTIME))
        return false;
    /* For these two types libcrypto's number is the DER tag. */
    der.tag = (uint8_t)ASN1_STRING_type(time);
    der.content = bytes_of_string(time);
    if (!moment_read(&date->time, &der))
        return false;
    date->well_coded = moment_is_well_coded(date->time, &der);
    return true;
}

int facts_read_dates(struct facts *facts, const X509 *certificate)
{
    static const struct facts_fault from = {"not-before-malformed",
                                            X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD,
                                            "notBefore is not a date as RFC 5280 writes it"};
    static const struct facts_fault until = {"not-after-malformed",
                                             X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD,
                                             "notAfter is not a date as RFC 5280 writes it"};

    if (!read_date(&facts->from, X509_get0_notBefore(certificate)))
        return facts_refuse(facts, &from);
    if (!read_date(&facts->until, X509_get0_notAfter(certificate)))
        return facts_refuse(facts, &until);
    return 0;
}
