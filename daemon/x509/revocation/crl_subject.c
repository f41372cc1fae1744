/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl_subject.h"

#include <errno.h>

#include <openssl/x509v3.h>

#include "base/error.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/parse/der.h"

static struct bytes get_name(const X509_NAME *name)
{
    const unsigned char *data = NULL;
    size_t len = 0;

    if (X509_NAME_get0_der(name, &data, &len) != 1)
        return (struct bytes){0};
    return (struct bytes){.data = data, .len = len};
}

int crl_subject_init(struct crl_subject *subject, X509 *certificate, X509 *issuer)
{
    uint32_t flags = X509_get_extension_flags(certificate);
    struct bytes number;
    struct der serial;
    int len;

    *subject = (struct crl_subject){
        .certificate = certificate,
        .issuer = issuer,
        .issuer_name = get_name(X509_get_issuer_name(certificate)),
        .is_ca = (flags & EXFLAG_CA) != 0,
    };
    /* A certificate that has been verified is not invalid, so the flag means that libcrypto ran out
     * of memory while reading it. */
    if (flags & EXFLAG_INVALID)
        return x509_error(-EIO);
    len = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &subject->number);
    if (len <= 0 || !subject->issuer_name.data)
        return x509_error(-ENOMEM);
    number = (struct bytes){.data = subject->number, .len = (size_t)len};
    if (!der_take(&number, &serial))
        return error_origin(-EIO);
    subject->serial = serial.content;
    return 0;
}

void crl_subject_deinit(struct crl_subject *subject)
{
    OPENSSL_free(subject->number);
    *subject = (struct crl_subject){0};
}
