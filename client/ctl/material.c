/* SPDX-License-Identifier: MIT */
#include "client/ctl/material.h"

#define REFERENCE_BYTES_MAX 2048

static const struct {
    int (*add)(struct certname_question *, const void *, size_t);
    const char *name;
    const char *too_large;
    const char *too_many;
} kinds[] = {
    [MATERIAL_CERTIFICATE] = {certname_question_add_certificate, "certificate",
                              "a certificate is larger than 16,384 bytes",
                              "there are more than 64 certificates"},
    [MATERIAL_ANCHOR] = {certname_question_add_anchor, "trust anchor",
                         "a trust anchor is larger than 16,384 bytes",
                         "there are more than 16 trust anchors"},
    [MATERIAL_CRL] =
        {certname_question_add_crl, "CRL",
         "a CRL is larger than 196,608 bytes: let the policy of certnamed name its file",
         "there are more than 16 CRLs"},
    [MATERIAL_OCSP] = {certname_question_set_ocsp, "OCSP response",
                       "the OCSP response is larger than 196,608 bytes",
                       "the OCSP response is none"},
};

int material_add(struct certname_question *question, enum material_kind kind, const void *der,
                 size_t len)
{
    return kinds[kind].add(question, der, len);
}

const char *material_name(enum material_kind kind)
{
    return kinds[kind].name;
}

const char *material_error(enum material_kind kind, int error)
{
    if (error == CERTNAME_ERR_MEMORY)
        return "no memory";
    return error == CERTNAME_ERR_TOO_LARGE ? kinds[kind].too_large : kinds[kind].too_many;
}

const char *material_reference_error(int error, size_t len)
{
    if (error == CERTNAME_ERR_MEMORY)
        return "no memory";
    return len > REFERENCE_BYTES_MAX ? "a reference is longer than 2,048 bytes"
                                     : "there are more than 16 references";
}
