/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl_parse.h"

#include <string.h>

#include "daemon/x509/parse/der.h"
#include "daemon/x509/revocation/revocation_extension.h"
#include "daemon/x509/revocation/revocation_limits.h"

/* Context tags of AuthorityKeyIdentifier, IssuingDistributionPoint and DistributionPointName. */
#define TAG_0             0x80
#define TAG_CONSTRUCTED_0 0xa0
#define TAG_1             0x81
#define TAG_CONSTRUCTED_1 0xa1
#define TAG_2             0x82
#define TAG_3             0x83
#define TAG_4             0x84
#define TAG_5             0x85

/*
 * Returns whether an extension is a valid CRL number: not negative, not critical, at most 20 octets
 * and one for the sign (RFC 5280 section 5.2.3). Many tools leave the extension out, although RFC
 * 5280 demands it.
 */
static bool is_crl_number(const struct extension *extension)
{
    struct bytes value = extension->value;
    struct der number;

    if (extension->is_critical || !der_take_tag(&value, DER_INTEGER, &number) || value.len > 0 ||
        number.content.len == 0 || *number.content.data >= 0x80)
        return false;
    return number.content.len <= CRL_NUMBER_BYTES ||
           (number.content.len == CRL_NUMBER_BYTES + 1 && *number.content.data == 0);
}

/* Reads an AuthorityKeyIdentifier (RFC 5280 section 4.2.1.1). */
static bool read_authority(struct crl_authority *authority, struct bytes value)
{
    struct der sequence, part;

    if (!der_take_tag(&value, DER_SEQUENCE, &sequence) || value.len > 0)
        return false;
    if (der_take_tag(&sequence.content, TAG_0, &part))
        authority->key = part.content;
    if (der_take_tag(&sequence.content, TAG_CONSTRUCTED_1, &part))
        authority->issuer = part.content;
    if (der_take_tag(&sequence.content, TAG_2, &part))
        authority->serial = part.content;
    return sequence.content.len == 0 && !authority->issuer.data == !authority->serial.data;
}

/* Reads an optional BOOLEAN whose default is false. */
static bool read_flag(struct bytes *rest, uint8_t tag, bool *flagp)
{
    struct der flag;

    if (!der_take_tag(rest, tag, &flag))
        return true;
    *flagp = flag.content.len == 1 && *flag.content.data != 0;
    return flag.content.len == 1;
}

/* Reads the CRL's DistributionPointName, which is a full name or relative to the CRL's issuer. */
static bool read_point(struct crl_scope *scope, struct bytes value)
{
    struct der name;

    if (!der_take(&value, &name) || value.len > 0)
        return false;
    scope->has_point = true;
    if (name.tag == TAG_CONSTRUCTED_0)
        scope->points = name.content;
    if (name.tag == TAG_CONSTRUCTED_1)
        scope->relative = name.content;
    return name.tag == TAG_CONSTRUCTED_0 || name.tag == TAG_CONSTRUCTED_1;
}

/* Reads an IssuingDistributionPoint (RFC 5280 section 5.2.5). */
static bool read_scope(struct crl_scope *scope, struct bytes value)
{
    struct der sequence, part;
    struct bytes rest;

    if (!der_take_tag(&value, DER_SEQUENCE, &sequence) || value.len > 0)
        return false;
    rest = sequence.content;
    if (der_take_tag(&rest, TAG_CONSTRUCTED_0, &part) && !read_point(scope, part.content))
        return false;
    if (!read_flag(&rest, TAG_1, &scope->only_user) || !read_flag(&rest, TAG_2, &scope->only_ca))
        return false;
    scope->only_some_reasons = der_take_tag(&rest, TAG_3, &part);
    return read_flag(&rest, TAG_4, &scope->is_indirect) &&
           read_flag(&rest, TAG_5, &scope->only_attribute) && rest.len == 0;
}

static bool take_extension(struct crl *crl, const struct extension *extension)
{
    switch (extension_arc(extension)) {
    case EXTENSION_CRL_NUMBER:
        if (!is_crl_number(extension))
            crl_note_flaw(crl, REASON_CRL_NUMBER);
        return true;
    case EXTENSION_AUTHORITY_KEY:
        return read_authority(&crl->authority, extension->value);
    case EXTENSION_ISSUING_POINT:
        crl->scope.encoded = extension->value;
        return read_scope(&crl->scope, extension->value);
    case EXTENSION_DELTA:
        crl->scope.is_delta = true;
        return true;
    default:
        if (extension->is_critical)
            crl_note_flaw(crl, REASON_CRL_CRITICAL);
        return true;
    }
}

void crl_read_extensions(struct crl *crl, struct bytes list)
{
    struct extension extension;
    uint64_t seen = 0;

    while (list.len > 0) {
        if (!extension_take(&list, &extension) || extension_is_repeated(&extension, &seen) ||
            !take_extension(crl, &extension)) {
            crl_note_flaw(crl, REASON_CRL_EXTENSION);
            return;
        }
    }
}
