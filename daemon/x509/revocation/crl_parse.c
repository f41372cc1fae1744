/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl_parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/parse/moment.h"
#include "daemon/x509/revocation/revocation_extension.h"

#define TAG_EXTENSIONS 0xa0

/* Reads a time, either a UTCTime or a GeneralizedTime, since tools write both. */
static bool read_time(int64_t *secondsp, struct bytes *rest)
{
    struct der time;

    return der_take(rest, &time) && moment_read(secondsp, &time);
}

/* Reads nextUpdate, if there is one. RFC 5280 section 5.1.2.5 demands it, but X.509 does not. */
static bool read_end(struct crl *crl, struct bytes *rest)
{
    struct bytes next = *rest;
    struct der time;

    crl->has_end = der_take(&next, &time) &&
                   (time.tag == DER_UTC_TIME || time.tag == DER_GENERALIZED_TIME);
    crl->until = INT64_MAX;
    return !crl->has_end || read_time(&crl->until, rest);
}

/* Reads the version. A CRL of version 1 has no version field; the number 1 means version 2. */
static bool read_version(struct crl *crl, struct bytes *rest)
{
    struct der version;

    crl->is_version_1 = !der_take_tag(rest, DER_INTEGER, &version);
    return crl->is_version_1 || (version.content.len == 1 && *version.content.data == 1);
}

/*
 * Reads the fields up to the dates. The signature algorithm has to be the same inside and outside
 * the signed part (RFC 5280 section 5.1.1.2).
 */
static bool read_head(struct crl *crl, struct bytes *rest)
{
    struct der algorithm, issuer;

    if (!der_take_tag(rest, DER_SEQUENCE, &algorithm) ||
        !bytes_equal(algorithm.whole, crl->value.algorithm) ||
        !der_take_tag(rest, DER_SEQUENCE, &issuer))
        return false;
    crl->issuer = issuer.whole;
    crl->issuer_hash = distinguished_hash(issuer.whole);
    return read_time(&crl->from, rest) && read_end(crl, rest);
}

/* Reads the extensions before the entries, because they decide what an entry may contain. */
static bool read_rest(struct crl *crl, struct bytes rest, bool *is_out_of_memoryp)
{
    struct der list, tagged, extensions;
    struct bytes entries = {0};

    if (der_take_tag(&rest, DER_SEQUENCE, &list))
        entries = list.content;
    if (der_take_tag(&rest, TAG_EXTENSIONS, &tagged)) {
        if (crl->is_version_1 || !der_take_tag(&tagged.content, DER_SEQUENCE, &extensions) ||
            tagged.content.len > 0)
            return false;
        crl_read_extensions(crl, extensions.content);
    }
    return rest.len == 0 && crl_read_entries(crl, entries, is_out_of_memoryp);
}

static bool read_crl(struct crl *crl, bool *is_out_of_memoryp)
{
    struct bytes rest;

    if (!signed_value_read(&crl->value, (struct bytes){.data = crl->der, .len = crl->len}) ||
        crl->value.rest.len > 0)
        return false;
    rest = crl->value.content;
    return read_version(crl, &rest) && read_head(crl, &rest) &&
           read_rest(crl, rest, is_out_of_memoryp);
}

int crl_parse(struct crl **crlp, const uint8_t *der, size_t len)
{
    struct crl *crl = calloc(1, sizeof(*crl));
    bool is_out_of_memory = false;

    if (!crl)
        return error_origin(-ENOMEM);
    crl->der = malloc(len + 1);
    crl->len = len;
    if (!crl->der) {
        crl_free(crl);
        return error_origin(-ENOMEM);
    }
    memcpy(crl->der, der, len);
    if (!read_crl(crl, &is_out_of_memory)) {
        crl_free(crl);
        return is_out_of_memory ? error_origin(-ENOMEM) : CRL_INVALID;
    }
    *crlp = crl;
    return 0;
}

struct crl *crl_free(struct crl *crl)
{
    if (!crl)
        return NULL;
    free(crl->entries);
    free(crl->other_issuers);
    free(crl->der);
    free(crl);
    return NULL;
}
