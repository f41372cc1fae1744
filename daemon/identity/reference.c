/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference.h"

#include <string.h>

#include "daemon/identity/reference_internal.h"

static int read_kind(struct reference *reference, const uint8_t *text, size_t len)
{
    switch (reference->kind) {
    case REFERENCE_EMAIL:
        return reference_email_read(reference, text, len);
    case REFERENCE_URI:
        return reference_uri_read(reference, text, len);
    case REFERENCE_SPIFFE:
        return reference_uri_read_spiffe(reference, text, len);
    case REFERENCE_SRV:
        return reference_srv_read(reference, text, len);
    default:
        return REFERENCE_UNKNOWN_KIND;
    }
}

int reference_parse(struct reference *reference, enum reference_kind kind, enum rule_set set,
                    const uint8_t *text, size_t len)
{
    int r;

    if (kind == REFERENCE_HOST)
        return reference_host_parse(reference, set, text, len);

    *reference = (struct reference){.kind = kind, .set = set};
    r = len == 0 ? REFERENCE_EMPTY : read_kind(reference, text, len);
    if (r != 0)
        *reference = (struct reference){0};
    return r;
}

bool reference_is_spiffe_as_uri(const struct reference *reference)
{
    static const char scheme[] = "spiffe";

    return reference->kind == REFERENCE_URI && reference->head_len == sizeof(scheme) - 1 &&
           memcmp(reference->value, scheme, sizeof(scheme) - 1) == 0;
}

const char *reference_shown(const struct reference *reference)
{
    return reference->kind == REFERENCE_HOST ? reference->given : reference->value;
}
