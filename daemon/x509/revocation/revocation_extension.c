/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/revocation_extension.h"

#include <string.h>

#include "daemon/x509/parse/der.h"

static const uint8_t id_ce[] = {0x55, 0x1d};

bool extension_take(struct bytes *rest, struct extension *extension)
{
    struct der sequence, oid, critical, octets;

    *extension = (struct extension){0};
    if (!der_take_tag(rest, DER_SEQUENCE, &sequence) ||
        !der_take_tag(&sequence.content, DER_OID, &oid))
        return false;
    if (der_take_tag(&sequence.content, DER_BOOLEAN, &critical)) {
        if (critical.content.len != 1)
            return false;
        extension->is_critical = *critical.content.data != 0;
    }
    if (!der_take_tag(&sequence.content, DER_OCTET_STRING, &octets) || sequence.content.len > 0)
        return false;
    extension->oid = oid.content;
    extension->value = octets.content;
    return true;
}

unsigned extension_arc(const struct extension *extension)
{
    if (extension->oid.len != sizeof(id_ce) + 1 ||
        memcmp(extension->oid.data, id_ce, sizeof(id_ce)) != 0)
        return EXTENSION_OTHER;
    return extension->oid.data[sizeof(id_ce)];
}

bool extension_is_repeated(const struct extension *extension, uint64_t *seenp)
{
    unsigned arc = extension_arc(extension);
    uint64_t bit = arc < 64 ? UINT64_C(1) << arc : 0;
    bool is_repeated = (*seenp & bit) != 0;

    *seenp |= bit;
    return is_repeated;
}
