/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <string.h>

#include "daemon/identity/uri.h"

/*
 * Reads a URI-ID or a SPIFFE ID. Both are URIs in a certificate, but a URI-ID is compared by scheme
 * and host, a SPIFFE ID by every byte. So a SPIFFE ID that is asked for as a URI-ID matches
 * nothing, and a URI-ID that is asked for as a SPIFFE ID is refused.
 */

_Static_assert(REFERENCE_VALUE_BYTES >= REFERENCE_SCHEME_BYTES + 3 + REFERENCE_NAME_BYTES,
               "scheme and host fit in `value`");

static const uint8_t spiffe_prefix[] = {'s', 'p', 'i', 'f', 'f', 'e', ':', '/', '/'};

/* Turns an enum uri_fault into an enum reference_fault. */
static int translate_uri_fault(int r)
{
    static const int faults[] = {
        [URI_OK] = REFERENCE_OK,
        [URI_CHARACTER] = REFERENCE_URI_CHARACTER,
        [URI_NO_SCHEME] = REFERENCE_NO_SCHEME,
        [URI_NO_HOST] = REFERENCE_NO_HOST,
        [URI_PORT] = REFERENCE_URI_PORT,
        [URI_USER] = REFERENCE_URI_USER,
    };

    return faults[r];
}

/* Appends the scheme in lower case and the separator that follows it in the text, : or ://. */
static void append_scheme(struct reference *reference, const struct uri *uri)
{
    bool slashes = uri->scheme[uri->scheme_len + 1] == '/';

    reference_part_append(reference, uri->scheme, uri->scheme_len);
    name_lower(reference->value, reference->value_len);
    reference->head_len = reference->value_len;
    reference_part_append(reference, "://", slashes ? 3 : 1);
}

int reference_uri_read(struct reference *reference, const uint8_t *text, size_t len)
{
    struct uri uri = {0};
    int r;

    if (len > REFERENCE_URI_BYTES)
        return REFERENCE_URI_TOO_LONG;
    if (memchr(text, '\0', len))
        return REFERENCE_NUL;
    r = translate_uri_fault(uri_split(text, len, &uri));
    if (r != 0)
        return r;

    if (uri.scheme_len > REFERENCE_SCHEME_BYTES)
        return REFERENCE_NO_SCHEME;
    if (name_equal(uri.scheme, uri.scheme_len, spiffe_prefix, 6))
        return reference_uri_read_spiffe(reference, text, len) == REFERENCE_OK
                   ? REFERENCE_OK
                   : REFERENCE_URI_SPIFFE;
    if (memchr(uri.host, '%', uri.host_len))
        return REFERENCE_HOST_ESCAPED;
    r = reference_part_read_domain(reference, RULES_RFC9525, uri.host, uri.host_len);
    if (r != 0)
        return r;

    append_scheme(reference, &uri);
    reference_part_append(reference, reference->domain, reference->domain_len);
    reference->type = IDENTITY_URI;
    return REFERENCE_OK;
}

/*
 * Returns whether the path of a SPIFFE ID may contain the character (SPIFFE-ID section 2.2). A
 * trust domain may contain the same characters except capital letters (section 2.1).
 */
static bool is_spiffe_character(uint8_t c)
{
    return c == '.' || !(name_classes(&c, 1) & (NAME_STAR | NAME_OTHER));
}

static bool is_trust_domain(const uint8_t *text, size_t len)
{
    if (len == 0 || len > REFERENCE_DOMAIN_BYTES)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_spiffe_character(text[i]) || (text[i] >= 'A' && text[i] <= 'Z'))
            return false;
    }
    return true;
}

/*
 * Returns the fault of a SPIFFE ID's path (SPIFFE-ID section 2.2), or REFERENCE_OK. `path` begins
 * with its first slash.
 */
static int find_path_fault(const uint8_t *path, size_t len)
{
    size_t n;

    if (len == 0)
        return REFERENCE_NO_PATH;
    for (size_t at = 0; at < len; at += n) {
        const uint8_t *segment = path + at + 1;

        for (n = 1; at + n < len && path[at + n] != '/'; n++) {
            if (!is_spiffe_character(path[at + n]))
                return REFERENCE_PATH_CHARACTER;
        }
        if (n == 1 || (n == 2 && segment[0] == '.') || (n == 3 && memcmp(segment, "..", 2) == 0))
            return REFERENCE_PATH_SEGMENT;
    }
    return REFERENCE_OK;
}

/*
 * Sets the domain by which the policy is looked up. SPIFFE-ID section 2.1 takes a trust domain that
 * looks like an IPv4 address for a name, but the policy has to treat it as an address, so that no
 * section for names applies to it.
 */
static void set_trust_domain(struct reference *reference, const uint8_t *text, size_t len)
{
    memcpy(reference->domain, text, len);
    reference->domain_len = len;
    reference->address_len = reference_address_find(text, len, reference->address);
    reference->domain_is_address = reference->address_len > 0;
}

int reference_uri_read_spiffe(struct reference *reference, const uint8_t *text, size_t len)
{
    const uint8_t *domain = text + sizeof(spiffe_prefix);
    size_t domain_len = 0, left;
    int r;

    if (len > REFERENCE_URI_BYTES)
        return REFERENCE_URI_TOO_LONG;
    if (memchr(text, '\0', len))
        return REFERENCE_NUL;
    if (len < sizeof(spiffe_prefix) || memcmp(text, spiffe_prefix, sizeof(spiffe_prefix)) != 0)
        return REFERENCE_NOT_SPIFFE;

    left = len - sizeof(spiffe_prefix);
    while (domain_len < left && domain[domain_len] != '/')
        domain_len++;
    if (!is_trust_domain(domain, domain_len))
        return REFERENCE_TRUST_DOMAIN;
    r = find_path_fault(domain + domain_len, left - domain_len);
    if (r != 0)
        return r;
    set_trust_domain(reference, domain, domain_len);

    reference_part_append(reference, text, len);
    reference->head_len = 6;
    reference->type = IDENTITY_URI;
    return REFERENCE_OK;
}
