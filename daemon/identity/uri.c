/* SPDX-License-Identifier: MIT */
#include "daemon/identity/uri.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "daemon/identity/name.h"

/*
 * Returns whether a URI may contain the character: the reserved and unreserved ones, and the
 * percent sign (RFC 3986 section 2).
 */
static bool is_uri_character(uint8_t c)
{
    static const char others[] = "-._~:/?#[]@!$&'()*+,;=%";

    if (name_classes(&c, 1) & (NAME_LETTER | NAME_DIGIT))
        return true;
    return memchr(others, c, sizeof(others) - 1) != NULL;
}

/*
 * Returns whether a scheme may contain the character; with `first`, whether it may begin with it
 * (RFC 3986 section 3.1).
 */
static bool is_scheme_character(uint8_t c, bool first)
{
    unsigned class = name_classes(&c, 1);

    if (first || class == NAME_LETTER)
        return class == NAME_LETTER;
    return class == NAME_DIGIT || class == NAME_HYPHEN || c == '+' || c == '.';
}

/*
 * Returns the number of bytes before the first byte that is one of `stops`; all bytes if there is
 * none.
 */
static size_t find_stop(struct bytes text, const char *stops, size_t n_stops)
{
    size_t n = 0;

    while (n < text.len && !memchr(stops, text.data[n], n_stops))
        n++;
    return n;
}

static struct bytes skip(struct bytes text, size_t n)
{
    return (struct bytes){.data = text.data + n, .len = text.len - n};
}

static bool are_uri_characters(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_uri_character(text.data[i]))
            return false;
    }
    return true;
}

static bool are_digits(struct bytes text)
{
    return (name_classes(text.data, text.len) & ~(unsigned)NAME_DIGIT) == 0;
}

static int take_scheme(struct bytes *left, struct uri *uri)
{
    size_t n = 0;

    while (n < left->len && is_scheme_character(left->data[n], n == 0))
        n++;
    if (n == 0 || n == left->len || left->data[n] != ':')
        return URI_NO_SCHEME;
    uri->scheme = left->data;
    uri->scheme_len = n;
    *left = skip(*left, n + 1);
    return URI_OK;
}

/*
 * Reads host and port from an authority whose user information has been removed (RFC 3986 sections
 * 3.2.2 and 3.2.3).
 */
static int take_host(struct bytes authority, struct uri *uri)
{
    size_t n = 0;

    if (authority.len > 0 && authority.data[0] == '[')
        n = find_stop(authority, "]", 1);
    n += find_stop(skip(authority, n), ":", 1);
    if (n == 0)
        return URI_NO_HOST;
    uri->host = authority.data;
    uri->host_len = n;
    return n == authority.len || are_digits(skip(authority, n + 1)) ? URI_OK : URI_PORT;
}

static bool is_sip(const struct uri *uri)
{
    return name_equal(uri->scheme, uri->scheme_len, (const uint8_t *)"sip", 3) ||
           name_equal(uri->scheme, uri->scheme_len, (const uint8_t *)"sips", 4);
}

/*
 * Reads the part of a SIP URI after the colon. An @ in it can only follow a user (RFC 3261 section
 * 19.1.1), so the URI is refused.
 */
static int split_sip(struct bytes left, struct uri *uri)
{
    size_t n = find_stop(left, ";?", 2);

    if (find_stop(left, "@", 1) < left.len)
        return URI_USER;
    if (!are_uri_characters(skip(left, n)))
        return URI_CHARACTER;
    return take_host((struct bytes){.data = left.data, .len = n}, uri);
}

/*
 * Reads the authority (RFC 3986 section 3.2), without user information. If there are several @, the
 * host contains one and therefore matches no name.
 */
static int split_authority(struct bytes left, struct uri *uri)
{
    struct bytes authority, user;

    if (left.len < 2 || memcmp(left.data, "//", 2) != 0)
        return URI_NO_HOST;
    left = skip(left, 2);

    authority = (struct bytes){.data = left.data, .len = find_stop(left, "/?#", 3)};
    user = (struct bytes){.data = left.data, .len = find_stop(authority, "@", 1)};
    if (!are_uri_characters(skip(left, authority.len)))
        return URI_CHARACTER;
    if (user.len == authority.len)
        return take_host(authority, uri);
    return are_uri_characters(user) ? take_host(skip(authority, user.len + 1), uri) : URI_CHARACTER;
}

int uri_split(const uint8_t *text, size_t len, struct uri *uri)
{
    struct bytes left = {.data = text, .len = len};
    int r = take_scheme(&left, uri);

    if (r != 0)
        return r;
    return is_sip(uri) ? split_sip(left, uri) : split_authority(left, uri);
}
