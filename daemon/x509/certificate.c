/* SPDX-License-Identifier: MIT */
#include "daemon/x509/certificate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "daemon/x509/context_internal.h"
#include "daemon/x509/names.h"

struct certificate {
    X509 *x509;
    struct names names;
};

/* d2i_X509 takes some BER; whoever hashes or pins must see the one encoding there is. */
static bool is_der(X509 *x509, const uint8_t *der, size_t len)
{
    unsigned char *encoded = NULL;
    int n = i2d_X509(x509, &encoded);
    bool same = n >= 0 && (size_t)n == len && memcmp(encoded, der, len) == 0;

    OPENSSL_free(encoded);
    return same;
}

static int parse(struct certificate *certificate, const struct x509_context *context,
                 const uint8_t *der, size_t len)
{
    const unsigned char *at = der;

    if (len == 0 || len > INT32_MAX)
        return CERTIFICATE_INVALID;
    certificate->x509 = X509_new_ex(context->parsing, NULL);
    if (!certificate->x509)
        return x509_error(-ENOMEM);
    if (!d2i_X509(&certificate->x509, &at, (long)len) || at != der + len ||
        !is_der(certificate->x509, der, len))
        return x509_error(CERTIFICATE_INVALID);
    return names_init(&certificate->names, certificate->x509);
}

int certificate_parse(struct certificate **certificatep, const struct x509_context *context,
                      const uint8_t *der, size_t len)
{
    struct certificate *certificate = calloc(1, sizeof(*certificate));
    int r;

    if (!certificate)
        return -ENOMEM;
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
    names_deinit(&certificate->names);
    X509_free(certificate->x509);
    free(certificate);
    return NULL;
}

const struct identity *certificate_identities(const struct certificate *certificate, size_t *np)
{
    *np = certificate->names.n_identities;
    return certificate->names.identities;
}

int certificate_spki_sha256(const struct certificate *certificate,
                            const struct x509_context *context,
                            uint8_t digest[static X509_SHA256_BYTES])
{
    unsigned char *spki = NULL;
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate->x509), &spki);
    int r;

    if (len <= 0)
        return x509_error(-EIO);
    r = x509_sha256(context, spki, (size_t)len, digest);
    OPENSSL_free(spki);
    return r;
}
