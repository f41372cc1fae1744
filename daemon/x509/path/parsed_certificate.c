/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/parsed_certificate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/x509/parse/context_internal.h"

static int parse(struct parsed_certificate *parsed, OSSL_LIB_CTX *library)
{
    const unsigned char *at = parsed->der;
    size_t len = parsed->outline.der.len;

    parsed->x509 = X509_new_ex(library, NULL);
    if (!parsed->x509)
        return x509_error(-ENOMEM);
    if (!d2i_X509(&parsed->x509, &at, (long)len) || at != parsed->der + len)
        return x509_error(PARSED_CERTIFICATE_INVALID);
    return x509_error(0);
}

static int fill(struct parsed_certificate *parsed, const struct x509_context *context,
                OSSL_LIB_CTX *library, const struct outline *outline,
                const struct facts_fault **faultp)
{
    int r;

    memcpy(parsed->der, outline->der.data, outline->der.len);
    outline_move(&parsed->outline, outline, parsed->der);
    r = parse(parsed, library);
    if (r)
        return r;
    r = facts_init(&parsed->facts, parsed->x509, parsed->der, outline->der.len);
    *faultp = parsed->facts.fault;
    if (r)
        return r < 0 ? r : PARSED_CERTIFICATE_INVALID;
    return x509_sha256(context, parsed->der, outline->der.len, parsed->sha256);
}

int parsed_certificate_new(struct parsed_certificate **parsedp, const struct x509_context *context,
                           OSSL_LIB_CTX *library, const struct outline *outline,
                           const struct facts_fault **faultp)
{
    struct parsed_certificate *parsed = calloc(1, sizeof(*parsed) + outline->der.len);
    int r;

    *faultp = NULL;
    if (!parsed)
        return error_origin(-ENOMEM);
    parsed->n_refs = 1;
    r = fill(parsed, context, library, outline, faultp);
    if (r) {
        parsed_certificate_unref(parsed);
        return r;
    }
    *parsedp = parsed;
    return 0;
}

struct parsed_certificate *parsed_certificate_ref(struct parsed_certificate *parsed)
{
    parsed->n_refs++;
    return parsed;
}

struct parsed_certificate *parsed_certificate_unref(struct parsed_certificate *parsed)
{
    if (!parsed || --parsed->n_refs > 0)
        return NULL;
    facts_deinit(&parsed->facts);
    X509_free(parsed->x509);
    free(parsed);
    return NULL;
}
