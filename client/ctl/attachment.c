/* SPDX-License-Identifier: MIT */
#include "client/ctl/attachment.h"

static const struct {
    int (*add)(struct certname_question *, const void *, size_t);
    const char *name;
    const char *too_large;
    const char *refused;
} kinds[] = {
    [ATTACHMENT_CERTIFICATE] = {certname_question_add_certificate, "certificate",
                                "a certificate is larger than 32,768 bytes",
                                "there are more than 64 certificates"},
    [ATTACHMENT_ANCHOR] = {certname_question_add_anchor, "trust anchor",
                           "a trust anchor is larger than 32,768 bytes",
                           "there are more than 16 trust anchors"},
    [ATTACHMENT_CRL] =
        {certname_question_add_crl, "CRL",
         "a CRL is larger than 196,608 bytes: name its file in certnamed's policy instead",
         "there are more than 16 CRLs"},
    [ATTACHMENT_OCSP] = {certname_question_set_ocsp, "OCSP response",
                         "the OCSP response is larger than 196,608 bytes",
                         "the OCSP response is empty"},
};

int attachment_add(struct certname_question *question, enum attachment_kind kind, const void *der,
                   size_t len)
{
    return kinds[kind].add(question, der, len);
}

const char *attachment_name(enum attachment_kind kind)
{
    return kinds[kind].name;
}

const char *attachment_error(enum attachment_kind kind, int error)
{
    if (error == CERTNAME_ERR_MEMORY)
        return "no memory";
    return error == CERTNAME_ERR_TOO_LARGE ? kinds[kind].too_large : kinds[kind].refused;
}
