/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/identity/reference_internal.h"
#include "daemon/identity/uri.h"

/*
 * A URI-ID and a SPIFFE ID are the same kind of name in a certificate, and nothing else: of the one
 * scheme and host are compared, of the other every byte. So neither may be taken for the other.
 */

_Static_assert(REFERENCE_VALUE_BYTES >= REFERENCE_SCHEME_BYTES + 3 + REFERENCE_NAME_BYTES,
               "scheme and host fit in");

static const uint8_t spiffe[] = {'s', 'p', 'i', 'f', 'f', 'e', ':', '/', '/'};

static int uri_result(int r)
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

/* What stands between scheme and host, as it is in the text. */
static void append_scheme(struct reference *reference, const struct uri *uri)
{
    bool slashes = uri->scheme[uri->scheme_len + 1] == '/';

    reference_append(reference, uri->scheme, uri->scheme_len);
    name_lower(reference->value, reference->value_len);
    reference->head_len = reference->value_len;
    reference_append(reference, "://", slashes ? 3 : 1);
}

int reference_read_uri(struct reference *reference, const uint8_t *text, size_t len)
{
    struct uri uri = {0};
    int r;

    if (len > REFERENCE_URI_BYTES)
        return REFERENCE_URI_TOO_LONG;
    if (memchr(text, '\0', len))
        return REFERENCE_NUL;
    r = uri_result(uri_split(text, len, &uri));
    if (r != 0)
        return r;

    if (uri.scheme_len > REFERENCE_SCHEME_BYTES)
        return REFERENCE_NO_SCHEME;
    if (name_equal(uri.scheme, uri.scheme_len, spiffe, 6))
        return REFERENCE_URI_SPIFFE;
    if (memchr(uri.host, '%', uri.host_len))
        return REFERENCE_HOST_ESCAPED;
    r = reference_read_domain(reference, RULES_RFC9525, uri.host, uri.host_len);
    if (r != 0)
        return r;

    append_scheme(reference, &uri);
    reference_append(reference, reference->domain, reference->domain_len);
    reference->type = IDENTITY_URI;
    return REFERENCE_OK;
}

/* SPIFFE-ID section 2.2: of paths; of trust domains too, but for large letters (section 2.1). */
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

/* SPIFFE-ID section 2.2. `path` begins with its first slash. */
static int path_fault(const uint8_t *path, size_t len)
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

/* SPIFFE-ID section 2.1: a trust domain may look like an address of IPv4, and is none. For who
 * looks up a policy it is one, lest it passes for a name there. */
static int take_trust_domain(struct reference *reference, const uint8_t *text, size_t len)
{
    struct reference host;
    int r = reference_parse(&host, RULES_RFC9525, text, len);

    if (r < 0)
        return r;
    memcpy(reference->domain, text, len);
    reference->domain_len = len;
    reference->domain_is_address = r == 0 && host.type == IDENTITY_IP;
    return REFERENCE_OK;
}

int reference_read_spiffe(struct reference *reference, const uint8_t *text, size_t len)
{
    const uint8_t *domain = text + sizeof(spiffe);
    size_t domain_len = 0, left;
    int r;

    if (len > REFERENCE_URI_BYTES)
        return REFERENCE_URI_TOO_LONG;
    if (memchr(text, '\0', len))
        return REFERENCE_NUL;
    if (len < sizeof(spiffe) || memcmp(text, spiffe, sizeof(spiffe)) != 0)
        return REFERENCE_NOT_SPIFFE;

    left = len - sizeof(spiffe);
    while (domain_len < left && domain[domain_len] != '/')
        domain_len++;
    if (!is_trust_domain(domain, domain_len))
        return REFERENCE_TRUST_DOMAIN;
    r = path_fault(domain + domain_len, left - domain_len);
    if (r == 0)
        r = take_trust_domain(reference, domain, domain_len);
    if (r != 0)
        return r;

    reference_append(reference, text, len);
    reference->head_len = 6;
    reference->type = IDENTITY_URI;
    return REFERENCE_OK;
}
