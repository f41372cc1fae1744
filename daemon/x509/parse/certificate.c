/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/certificate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "base/error.h"
#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/presented.h"

/* Bits of the first octet in a KeyUsage, RFC 5280 section 4.2.1.3. */
#define KEY_CERT_SIGN 0x04
#define CRL_SIGN      0x02

/*
 * The parts of a TBSCertificate before its key (RFC 5280 section 4.1): an optional version, the
 * serial number, and then four sequences, which are signature, issuer, validity and subject.
 */
#define TAG_VERSION        (DER_CONTEXT_0 | DER_CONSTRUCTED)
#define N_PARTS_BEFORE_KEY 4

struct certificate {
    X509 *x509;
    struct presented presented;
    uint8_t *spki;
    size_t n_spki;
};

/*
 * Returns whether the bytes are the DER encoding of the certificate. d2i_X509 accepts some BER too,
 * but hashes and pins need the one DER encoding, so anything else is refused.
 */
static bool is_der(X509 *x509, const uint8_t *der, size_t len)
{
    unsigned char *encoded = NULL;
    int n = i2d_X509(x509, &encoded);
    bool same = n >= 0 && (size_t)n == len && memcmp(encoded, der, len) == 0;

    OPENSSL_free(encoded);
    return same;
}

/*
 * Finds the SubjectPublicKeyInfo of a certificate (RFC 5280 section 4.1). Returns false if there is
 * none.
 */
static bool find_spki(struct der *spki, struct bytes rest)
{
    struct der certificate, tbs, skipped;

    if (!der_take_tag(&rest, DER_SEQUENCE, &certificate) ||
        !der_take_tag(&certificate.content, DER_SEQUENCE, &tbs))
        return false;
    (void)der_take_tag(&tbs.content, TAG_VERSION, &skipped);
    if (!der_take_tag(&tbs.content, DER_INTEGER, &skipped))
        return false;
    for (int i = 0; i < N_PARTS_BEFORE_KEY; i++) {
        if (!der_take_tag(&tbs.content, DER_SEQUENCE, &skipped))
            return false;
    }
    return der_take_tag(&tbs.content, DER_SEQUENCE, spki);
}

/*
 * Copies the key byte for byte from the certificate. libcrypto would encode it again, which changes
 * some BER encodings, and then pins and denials would see another key than the outline does.
 */
static int copy_spki(struct certificate *certificate, const uint8_t *data, size_t len)
{
    struct der spki;

    if (!find_spki(&spki, (struct bytes){.data = data, .len = len}))
        return CERTIFICATE_INVALID;
    certificate->spki = malloc(spki.whole.len);
    if (!certificate->spki)
        return error_origin(-ENOMEM);
    memcpy(certificate->spki, spki.whole.data, spki.whole.len);
    certificate->n_spki = spki.whole.len;
    return 0;
}

static int parse(struct certificate *certificate, const struct x509_context *context,
                 const uint8_t *der, size_t len)
{
    const unsigned char *at = der;
    int r;

    if (len == 0 || len > INT32_MAX)
        return CERTIFICATE_INVALID;
    certificate->x509 = X509_new_ex(context->parsing, NULL);
    if (!certificate->x509)
        return x509_error(-ENOMEM);
    if (!d2i_X509(&certificate->x509, &at, (long)len) || at != der + len ||
        !is_der(certificate->x509, der, len))
        return x509_error(CERTIFICATE_INVALID);
    r = copy_spki(certificate, der, len);
    return r ? r : presented_init(&certificate->presented, certificate->x509);
}

int certificate_parse(struct certificate **certificatep, const struct x509_context *context,
                      const uint8_t *der, size_t len)
{
    struct certificate *certificate = calloc(1, sizeof(*certificate));
    int r;

    if (!certificate)
        return error_origin(-ENOMEM);
    r = parse(certificate, context, der, len);
    if (r) {
        certificate_free(certificate);
        return r;
    }
    *certificatep = certificate;
    return 0;
}

struct certificate *certificate_free(struct certificate *certificate)
{
    if (!certificate)
        return NULL;
    presented_deinit(&certificate->presented);
    free(certificate->spki);
    X509_free(certificate->x509);
    free(certificate);
    return NULL;
}

const struct identity *certificate_identities(const struct certificate *certificate, size_t *np)
{
    *np = certificate->presented.n_identities;
    return certificate->presented.identities;
}

const uint8_t *certificate_spki(const struct certificate *certificate, size_t *lenp)
{
    *lenp = certificate->n_spki;
    return certificate->spki;
}

int certificate_issuer(const struct certificate *certificate, const uint8_t **namep, size_t *lenp)
{
    if (X509_NAME_get0_der(X509_get_issuer_name(certificate->x509), namep, lenp) != 1)
        return x509_error(-EIO);
    return 0;
}

void certificate_serial(const struct certificate *certificate, const uint8_t **serialp,
                        size_t *lenp)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate->x509);

    *serialp = ASN1_STRING_get0_data(serial);
    *lenp = (size_t)ASN1_STRING_length(serial);
}

/* Returns whether a BasicConstraints (RFC 5280 section 4.2.1.9) has cA set or is malformed. */
static bool has_ca(struct bytes value)
{
    struct der constraints, flag;

    if (!der_take_tag(&value, DER_SEQUENCE, &constraints) || value.len > 0)
        return true;
    if (!der_take_tag(&constraints.content, DER_BOOLEAN, &flag))
        return false;
    return flag.content.len != 1 || *flag.content.data != 0;
}

/*
 * Returns whether a KeyUsage (RFC 5280 section 4.2.1.3) has keyCertSign or cRLSign set or is
 * malformed.
 */
static bool has_signing_usage(struct bytes value)
{
    struct der bits;

    if (!der_take_tag(&value, DER_BIT_STRING, &bits) || value.len > 0 || bits.content.len == 0)
        return true;
    return bits.content.len > 1 && (bits.content.data[1] & (KEY_CERT_SIGN | CRL_SIGN)) != 0;
}

bool certificate_may_sign(const struct certificate *certificate)
{
    for (int i = 0; i < X509_get_ext_count(certificate->x509); i++) {
        X509_EXTENSION *extension = X509_get_ext(certificate->x509, i);
        int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
        struct bytes value = bytes_of_string(X509_EXTENSION_get_data(extension));

        if ((nid == NID_basic_constraints && has_ca(value)) ||
            (nid == NID_key_usage && has_signing_usage(value)))
            return true;
    }
    return false;
}

static struct bytes find_value(const struct certificate *certificate, int nid)
{
    int at = X509_get_ext_by_NID(certificate->x509, nid, -1);

    if (at < 0)
        return (struct bytes){0};
    return bytes_of_string(X509_EXTENSION_get_data(X509_get_ext(certificate->x509, at)));
}

/*
 * Returns whether extKeyUsage (RFC 5280 section 4.2.1.12) permits TLS servers; if it is absent it
 * does.
 */
static bool allows_servers(const struct certificate *certificate)
{
    /* the OIDs of id-kp-serverAuth and anyExtendedKeyUsage in DER */
    static const char server[] = "\x2b\x06\x01\x05\x05\x07\x03\x01";
    static const char any[] = "\x55\x1d\x25\x00";
    struct bytes value = find_value(certificate, NID_ext_key_usage);
    struct der usages, usage;

    if (!value.data)
        return true;
    if (!der_take_tag(&value, DER_SEQUENCE, &usages))
        return false;
    while (der_take_tag(&usages.content, DER_OID, &usage)) {
        const struct bytes oid = usage.content;

        if ((oid.len == sizeof(server) - 1 && memcmp(oid.data, server, oid.len) == 0) ||
            (oid.len == sizeof(any) - 1 && memcmp(oid.data, any, oid.len) == 0))
            return true;
    }
    return false;
}

static bool names_host(const struct certificate *certificate)
{
    const struct presented *presented = &certificate->presented;

    for (size_t i = 0; i < presented->n_identities; i++) {
        enum identity_type type = presented->identities[i].type;

        if (type == IDENTITY_DNS || type == IDENTITY_IP)
            return true;
    }
    return false;
}

bool certificate_is_host_and_authority(const struct certificate *certificate)
{
    struct bytes constraints = find_value(certificate, NID_basic_constraints);

    return constraints.data && has_ca(constraints) && names_host(certificate) &&
           allows_servers(certificate);
}

/*
 * Converts a date to seconds since 1970 as its distance from context->epoch, by OpenSSL. libc's
 * calendar functions would open the file of the time zone, which a verifier cannot.
 */
static bool read_time(int64_t *secondsp, const struct x509_context *context, const ASN1_TIME *time)
{
    int days = 0, seconds = 0;

    /* ASN1_TIME_diff would take a missing date for the present time. */
    if (!time || ASN1_STRING_length(time) == 0 ||
        ASN1_TIME_diff(&days, &seconds, context->epoch, time) != 1) {
        (void)x509_error(0);
        return false;
    }
    *secondsp = (int64_t)days * 86400 + seconds;
    return true;
}

bool certificate_validity(const struct certificate *certificate, const struct x509_context *context,
                          int64_t *not_beforep, int64_t *not_afterp)
{
    return read_time(not_beforep, context, X509_get0_notBefore(certificate->x509)) &&
           read_time(not_afterp, context, X509_get0_notAfter(certificate->x509));
}
