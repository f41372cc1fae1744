/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <string.h>

/*
 * Reads a service of a domain (RFC 4985 section 2), written as the name of its DNS SRV record
 * without the protocol: _imap.example.com.
 */

_Static_assert(REFERENCE_VALUE_BYTES >= REFERENCE_LABEL_BYTES + 1 + REFERENCE_NAME_BYTES,
               "a service and a domain fit in `value`");

int reference_srv_read(struct reference *reference, const uint8_t *text, size_t len)
{
    size_t service_len = name_label_len(text, len);
    const uint8_t *domain;
    size_t domain_len;
    int r;

    if (len > REFERENCE_INPUT_BYTES)
        return REFERENCE_TOO_LONG;
    if (memchr(text, '\0', len))
        return REFERENCE_NUL;
    if (text[0] != '_' || service_len > REFERENCE_LABEL_BYTES ||
        !name_label_is_ldh(text + 1, service_len - 1))
        return REFERENCE_NO_SERVICE;

    domain = name_parent(text, len, &domain_len);
    if (domain_len > 0 && domain[0] == '_')
        return REFERENCE_SERVICE_PROTOCOL;
    r = reference_part_read_domain(reference, RULES_RFC9525, domain, domain_len);
    if (r != 0)
        return r;

    reference_part_append(reference, text, service_len + 1);
    name_lower(reference->value, service_len);
    reference_part_append(reference, reference->domain, reference->domain_len);
    reference->head_len = service_len;
    reference->type = IDENTITY_SRV;
    return REFERENCE_OK;
}
