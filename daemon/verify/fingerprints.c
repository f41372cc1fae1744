/* SPDX-License-Identifier: MIT */
#include "daemon/verify/fingerprints.h"

#include <assert.h>

#include <assert.h>

#include "daemon/verify/chain.h"
#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/outline.h"
#include "proto/request.h"

_Static_assert(PATH_CERTIFICATES_COUNT <= LIMIT_CERTIFICATES_COUNT,
               "every certificate of a path has a place");

static int add(struct fingerprints *certificates, const struct x509_context *context,
               struct bytes spki, struct bytes issuer, struct bytes serial)
{
    struct fingerprint *certificate = &certificates->list[certificates->n];
    int r;

    assert(certificates->n < LIMIT_CERTIFICATES_COUNT);
    r = x509_sha256(context, spki.data, spki.len, certificate->spki);

    if (!r)
        r = x509_sha256(context, issuer.data, issuer.len, certificate->issuer);
    if (r)
        return r;
    certificate->serial = serial.data;
    certificate->n_serial = serial.len;
    certificates->n++;
    return 0;
}

static int add_path(struct fingerprints *certificates, const struct x509_context *context,
                    const struct path_result *result)
{
    int r = 0;

    certificates->validated = true;
    for (size_t i = 0; !r && i < result->n_path; i++)
        r = add(certificates, context, result->path[i].spki, result->path[i].issuer,
                result->path[i].serial);
    return r;
}

/* Returns the octets of the end entity's serial number as they stand in the certificate, as for all
 * other certificates. libcrypto returns the magnitude of a negative number, which would not equal
 * the octets of a denial. */
static struct bytes read_leaf_serial(const struct certificate *leaf, struct bytes bytes)
{
    struct bytes rest = {.data = bytes.data, .len = bytes.len}, serial;
    struct der certificate, tbs, value;

    if (der_take_tag(&rest, DER_SEQUENCE, &certificate) &&
        der_take_tag(&certificate.content, DER_SEQUENCE, &tbs)) {
        (void)der_take_tag(&tbs.content, DER_CONTEXT_0 | DER_CONSTRUCTED, &value);
        if (der_take_tag(&tbs.content, DER_INTEGER, &value))
            return value.content;
    }
    certificate_serial(leaf, &serial.data, &serial.len);
    return serial;
}

static int add_leaf(struct fingerprints *certificates, const struct x509_context *context,
                    const struct certificate *leaf, struct bytes der)
{
    struct bytes spki, issuer, serial = read_leaf_serial(leaf, der);
    int r;

    spki.data = certificate_spki(leaf, &spki.len);
    r = certificate_issuer(leaf, &issuer.data, &issuer.len);
    return r ? r : add(certificates, context, spki, issuer, serial);
}

static int add_sent(struct fingerprints *certificates, const struct x509_context *context,
                    const struct request *request)
{
    int r = 0;

    for (size_t i = 1; !r && i < request->n_certificates; i++) {
        struct outline outline;

        if (outline_read(&outline, request->certificates[i].data, request->certificates[i].len) ==
            OUTLINE_OK)
            r = add(certificates, context, outline.spki, outline.issuer, outline.serial);
    }
    return r;
}

int fingerprints_init(struct fingerprints *certificates, const struct x509_context *context,
                      const struct chain *chain, const struct certificate *leaf,
                      const struct request *request)
{
    int r;

    certificates->validated = false;
    certificates->n = 0;
    if (chain->state == CHAIN_VALID)
        return add_path(certificates, context, &chain->result);
    r = add_leaf(certificates, context, leaf, request->certificates[0]);
    return r ? r : add_sent(certificates, context, request);
}
