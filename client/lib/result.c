/* SPDX-License-Identifier: MIT */
/* The names of the API's results and errors, and the comparison of results. */
#include <stddef.h>

#include "certname/client.h"
#include "client/lib/export.h"

static const struct {
    int result;
    const char *name;
} names[] = {
    {CERTNAME_NOT_VERIFIED, "not-verified"},
    {CERTNAME_NAME_MATCHES, "name-matches"},
    {CERTNAME_VERIFIED, "verified"},
    {CERTNAME_ERR_MEMORY, "memory"},
    {CERTNAME_ERR_ARGUMENT, "argument"},
    {CERTNAME_ERR_UNAVAILABLE, "unavailable"},
    {CERTNAME_ERR_TIMEOUT, "timeout"},
    {CERTNAME_ERR_PROTOCOL, "protocol"},
    {CERTNAME_ERR_UNTRUSTED_DAEMON, "untrusted-daemon"},
    {CERTNAME_ERR_RELOAD, "reload"},
    {CERTNAME_ERR_CANCELED, "canceled"},
    {CERTNAME_ERR_INTERNAL, "internal"},
    {CERTNAME_ERR_MALFORMED_REQUEST, "malformed-request"},
    {CERTNAME_ERR_UNKNOWN_FIELD, "unknown-field"},
    {CERTNAME_ERR_UNSUPPORTED_VERSION, "unsupported-version"},
    {CERTNAME_ERR_UNKNOWN_KIND, "unknown-kind"},
    {CERTNAME_ERR_TOO_LARGE, "too-large"},
    {CERTNAME_ERR_INVALID_REQUEST, "invalid-request"},
    {CERTNAME_ERR_INVALID_REFERENCE, "invalid-reference"},
    {CERTNAME_ERR_INVALID_CERTIFICATE, "invalid-certificate"},
    {CERTNAME_ERR_UNSUPPORTED, "unsupported"},
    {CERTNAME_ERR_BUSY, "busy"},
    {CERTNAME_ERR_RESOURCES, "resources"},
    {CERTNAME_ERR_FORBIDDEN, "forbidden"},
};

EXPORT int certname_accepts(int result, int least)
{
    if (least == CERTNAME_NAME_MATCHES)
        return result == CERTNAME_NAME_MATCHES || result == CERTNAME_VERIFIED;
    return least == CERTNAME_VERIFIED && result == CERTNAME_VERIFIED;
}

EXPORT const char *certname_result_name(int result)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].result == result)
            return names[i].name;
    }
    return "unknown";
}
