/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <string.h>

/* Assembles a mailbox, a URI or a service from a domain and the text around it. */

/* Turns a fault of a host into the fault to report if that host is only a part of a reference. */
static int translate_host_fault(int r)
{
    switch (r) {
    case REFERENCE_EMPTY:
        return REFERENCE_NO_HOST;
    case REFERENCE_LEADING_DOT:
        return REFERENCE_DOMAIN_DOT;
    case REFERENCE_BRACKETS:
        return REFERENCE_ADDRESS;
    default:
        return r;
    }
}

int reference_part_read_domain(struct reference *reference, enum rule_set set, const uint8_t *text,
                               size_t len)
{
    struct reference host;
    int r = translate_host_fault(reference_host_parse(&host, set, text, len));

    if (r != 0)
        return r;
    memcpy(reference->domain, host.domain, host.domain_len);
    reference->domain_len = host.domain_len;
    reference->domain_is_address = host.domain_is_address;
    memcpy(reference->address, host.address, sizeof(reference->address));
    reference->address_len = host.address_len;
    if (host.type == IDENTITY_IP && set == RULES_RFC9525)
        return REFERENCE_ADDRESS;
    return REFERENCE_OK;
}

void reference_part_append(struct reference *reference, const void *bytes, size_t len)
{
    memcpy(reference->value + reference->value_len, bytes, len);
    reference->value_len += len;
}
