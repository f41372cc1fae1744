/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/identity/reference.h"
#include "daemon/identity/reference_internal.h"

/* What a fault of a name is called where the name is only a part of the reference. */
static int domain_fault(int r)
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

int reference_read_domain(struct reference *reference, enum rule_set set, const uint8_t *text,
                          size_t len)
{
    struct reference host;
    int r = domain_fault(reference_parse(&host, set, text, len));

    if (r != 0)
        return r;
    memcpy(reference->domain, host.domain, host.domain_len);
    reference->domain_len = host.domain_len;
    reference->domain_is_address = host.domain_is_address;
    if (host.type == IDENTITY_IP && set == RULES_RFC9525)
        return REFERENCE_ADDRESS;
    return REFERENCE_OK;
}

void reference_append(struct reference *reference, const void *bytes, size_t len)
{
    memcpy(reference->value + reference->value_len, bytes, len);
    reference->value_len += len;
}

static int read_kind(struct reference *reference, const uint8_t *text, size_t len)
{
    switch (reference->kind) {
    case REFERENCE_EMAIL:
        return reference_read_email(reference, text, len);
    case REFERENCE_URI:
        return reference_read_uri(reference, text, len);
    case REFERENCE_SPIFFE:
        return reference_read_spiffe(reference, text, len);
    case REFERENCE_SRV:
        return reference_read_srv(reference, text, len);
    default:
        return REFERENCE_UNKNOWN_KIND;
    }
}

int reference_parse_kind(struct reference *reference, enum reference_kind kind, enum rule_set set,
                         const uint8_t *text, size_t len)
{
    int r;

    if (kind == REFERENCE_HOST)
        return reference_parse(reference, set, text, len);

    *reference = (struct reference){.kind = kind, .set = set};
    r = len == 0 ? REFERENCE_EMPTY : read_kind(reference, text, len);
    if (r != 0)
        *reference = (struct reference){0};
    return r;
}

const char *reference_shown(const struct reference *reference)
{
    return reference->kind == REFERENCE_HOST ? reference->given : reference->value;
}
