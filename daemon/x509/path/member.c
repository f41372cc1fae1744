/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/member.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/parse/context_internal.h"

/* The outline's walk has shown that the bytes are DER as far as libcrypto would not look itself. */
static int parse(struct member *member, OSSL_LIB_CTX *library)
{
    const unsigned char *at = member->der;
    size_t len = member->outline.der.len;

    member->x509 = X509_new_ex(library, NULL);
    if (!member->x509)
        return x509_error(-ENOMEM);
    if (!d2i_X509(&member->x509, &at, (long)len) || at != member->der + len)
        return x509_error(MEMBER_INVALID);
    return x509_error(0);
}

static int fill(struct member *member, const struct x509_context *context, OSSL_LIB_CTX *library,
                const struct outline *outline, const struct facts_fault **faultp)
{
    int r;

    memcpy(member->der, outline->der.data, outline->der.len);
    outline_move(&member->outline, outline, member->der);
    r = parse(member, library);
    if (r)
        return r;
    r = facts_init(&member->facts, member->x509, member->der, outline->der.len);
    *faultp = member->facts.fault;
    if (r)
        return r < 0 ? r : MEMBER_INVALID;
    return x509_sha256(context, member->der, outline->der.len, member->sha256);
}

int member_new(struct member **memberp, const struct x509_context *context, OSSL_LIB_CTX *library,
               const struct outline *outline, const struct facts_fault **faultp)
{
    struct member *member = calloc(1, sizeof(*member) + outline->der.len);
    int r;

    *faultp = NULL;
    if (!member)
        return -ENOMEM;
    member->n_refs = 1;
    r = fill(member, context, library, outline, faultp);
    if (r) {
        member_unref(member);
        return r;
    }
    *memberp = member;
    return 0;
}

struct member *member_ref(struct member *member)
{
    member->n_refs++;
    return member;
}

struct member *member_unref(struct member *member)
{
    if (!member || --member->n_refs > 0)
        return NULL;
    facts_deinit(&member->facts);
    X509_free(member->x509);
    free(member);
    return NULL;
}
